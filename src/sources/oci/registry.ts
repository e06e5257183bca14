// A registry as one crawl asks it: within the crawl's bytes, so many requests at a time, and until the crawl ends.
import pLimit from 'p-limit';
import { FederationError } from '../../model/errors.ts';
import { limitText } from '../../model/size.ts';
import type {
  RegistryClient,
  RegistryRequest,
  RegistryResponse,
} from '../../network/registry/registry-client.ts';
import type { CrawlContext } from '../source.ts';
import { AT_ONCE, type OciLimits } from './bounds.ts';
import type { KnownDocuments } from './known-documents.ts';
import { createRemainder, type Remainder } from './not-yet.ts';

/** A request within a crawl, whose bytes are bounded by what it may take itself and by what the crawl has left. */
export type Question = Omit<RegistryRequest, 'signal' | 'sparing'>;

/** What each step of a crawl needs. */
export interface CrawledRegistry {
  readonly facility: string;
  readonly registry: string;
  readonly limits: OciLimits;
  readonly known: KnownDocuments;
  readonly signal: AbortSignal;
  /** What is left to the next crawl. */
  readonly remainder: Remainder;
  /** As in the crawl's context. */
  readonly uncounted?: CrawlContext['uncounted'];
  /**
   * Rejects as {@link RegistryClient} does, with the crawl's own SOURCE_TOO_LARGE as a {@link CrawlExceeded},
   * and with the reason of the signal once it has aborted.
   */
  ask(question: Question): Promise<RegistryResponse>;
  /** The same of the registry's own API, which may be at a host of its own; rejects as {@link ask} does. */
  askApi(question: Question): Promise<RegistryResponse>;
  /** Counts one page of a list. Throws {@link CrawlExceeded} beyond the crawl's pages. */
  countPage(): void;
}

/** The crawl as a whole is too large: it ends, and what was known stays. */
export class CrawlExceeded extends Error {
  override readonly name = 'CrawlExceeded';
  /** What the crawl rejects with. */
  readonly failure: FederationError;

  /** Has the message of the failure. */
  constructor(failure: FederationError) {
    super(failure.message);
    this.failure = failure;
  }
}

interface Options extends Omit<CrawledRegistry, 'ask' | 'askApi' | 'countPage' | 'remainder'> {
  readonly client: RegistryClient;
  readonly api: RegistryClient | null;
  /** See `CrawlContext`. */
  readonly enough?: AbortSignal | undefined;
  readonly notified?: CrawlContext['notified'];
}

/**
 * The registry for one crawl, of which nothing was asked: at most {@link AT_ONCE} (16) requests at a time,
 * and `limits.upstreamBytes` and `limits.pages` together. `api` null: the API is asked at the registry
 * itself. What its methods reject with is at {@link CrawledRegistry}.
 */
export function crawledRegistry({ client, api, enough, notified, ...rest }: Options): CrawledRegistry {
  const { limits, signal } = rest;
  const inTurn = pLimit(AT_ONCE);
  const sparing = notified?.alone === true;
  let bytes = 0;
  let pages = 0;

  async function ask(of: RegistryClient, question: Question): Promise<RegistryResponse> {
    signal.throwIfAborted();
    const left = limits.upstreamBytes - bytes;
    const exceeded = () =>
      new CrawlExceeded(
        new FederationError(
          'SOURCE_TOO_LARGE',
          `the crawl is larger than ${limitText(limits.upstreamBytes)}`,
          {
            hint: 'Raise limits.upstreamBytes if the registry is meant to be that large.',
          },
        ),
      );
    if (left <= 0) throw exceeded();
    try {
      const maxBytes = Math.min(question.maxBytes, left);
      const response = await of.ask({ ...question, maxBytes, signal, sparing });
      bytes += response.bytes.length;
      return response;
    } catch (error) {
      const isTooLarge = error instanceof FederationError && error.code === 'SOURCE_TOO_LARGE';
      throw isTooLarge && left < question.maxBytes ? exceeded() : error;
    }
  }

  return {
    ...rest,
    remainder: createRemainder(enough),
    ask: (question) => inTurn(() => ask(client, question)),
    askApi: (question) => inTurn(() => ask(api ?? client, question)),
    countPage() {
      pages += 1;
      if (pages <= limits.pages) return;
      throw new CrawlExceeded(
        new FederationError('SOURCE_TOO_LARGE', `more than ${limits.pages} pages of lists`, {
          hint: 'Raise limits.pages if the registry is meant to be that large.',
        }),
      );
    },
  };
}
