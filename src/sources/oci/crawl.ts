// One crawl of an OCI registry: its repositories, some at a time, in pages of nodes. A crawl in which the registry gave
// nothing that could be used is a failure, and no empty registry.
import { setMaxListeners } from 'node:events';
import { FederationError } from '../../model/errors.ts';
import { preparing } from '../../model/pace.ts';
import type { RegistryClient } from '../../network/registry/registry-client.ts';
import { type CrawlContext, MalformedNode, type SourcePage } from '../source.ts';
import { type OciLimits, REPOSITORIES_AT_ONCE } from './bounds.ts';
import { inOrder } from './in-order.ts';
import type { KnownDocuments } from './known-documents.ts';
import { readBy } from './labels.ts';
import type { Listing } from './listing.ts';
import type { KnownReferrers } from './referrers/known-referrers.ts';
import { apiStanding } from './referrers/referrers-api.ts';
import { CrawlExceeded, crawledRegistry } from './registry.ts';
import { namedIn, repositoriesOf } from './repositories.ts';
import { type ReferrersContext, repositoryNodes } from './repository.ts';
import { Unusable } from './unusable.ts';

/** What a crawl needs beside its context. */
export interface OciCrawl {
  readonly facility: string;
  readonly registry: string;
  readonly client: RegistryClient;
  /** Where the registry's own API is asked; null: by `client`, at the registry itself. */
  readonly api: RegistryClient | null;
  readonly listing: Listing;
  /** Names of repositories, and globs over the registry's list of them. */
  readonly repositories: readonly string[];
  readonly limits: OciLimits;
  readonly known: KnownDocuments;
  readonly referrers: ReferrerOptions;
  /** Names of the labels that policies read now. */
  readonly policyLabels: () => ReadonlySet<string>;
}

/** How what refers to images is read. */
export interface ReferrerOptions {
  readonly known: KnownReferrers;
  /** Milliseconds after which the registry is asked for the referrers of an image again. */
  readonly every: number;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** Nodes of a page: ingest goes through one in turns of some milliseconds. */
const PAGE = 500;

/**
 * The registry's images, in pages of at most 500 nodes, the last of which may be empty. Once the time or the
 * registry's requests are used up, images whose documents are known are given, and the others left to the
 * next crawl. Rejects with SOURCE_TOO_LARGE beyond a limit of the crawl, RATE_LIMITED where the registry
 * allows no more for now before it is listed, as {@link repositoriesOf} and {@link RegistryClient} do, and
 * with the signal's reason once it has aborted; where nothing could be used, or a notified repository alone
 * cannot be listed, with the failure of that.
 */
export async function* crawlOci(options: OciCrawl, context: CrawlContext): AsyncGenerator<SourcePage> {
  const ended = new AbortController();
  const signal = AbortSignal.any([context.signal, ended.signal]);
  // Each request under way listens, and there are more of them than Node takes for a leak.
  setMaxListeners(0, signal);
  try {
    yield* pages(options, { ...context, signal });
  } catch (error) {
    throw sourceFailure(error);
  } finally {
    // What is under way for other repositories is of no use any more.
    ended.abort(new FederationError('SOURCE_UNAVAILABLE', 'the crawl has ended'));
  }
}

async function* pages(options: OciCrawl, context: CrawlContext): AsyncGenerator<SourcePage> {
  const { facility, limits, listing } = options;
  const registry = crawledRegistry({ ...options, ...context });
  const policyLabels = options.policyLabels();
  const reading = {
    ...context,
    facility,
    policyLabels,
    maxManifests: limits.oci.manifests,
    rest: async () => {
      if (preparing.due()) await preparing.rest();
    },
  };
  const isRead = readBy(policyLabels);
  const only = context.notified?.alone ? context.notified.names : null;
  const { names, named, doubt } =
    only === null
      ? await repositoriesOf(registry, listing, options.repositories)
      : { names: [...only].sort(), named: namedIn(options.repositories), doubt: null };
  let page: unknown[] = doubt === null ? [] : [new MalformedNode('the list of repositories', doubt)];
  let records = page.length;
  let usable = 0;
  let failure: unknown = null;
  const referrers = referrersContext(options, context);
  const results = inOrder(names, REPOSITORIES_AT_ONCE, (name) =>
    repositoryNodes(name, { registry, listing, reading, isRead, referrers, isNamed: named.has(name) }),
  );
  for await (const repository of results) {
    // Else its images would be gone, although nobody said so.
    if (only !== null && repository.notListed !== null) throw repository.notListed;
    usable += repository.usable;
    failure ??= repository.failure;
    records += repository.nodes.length;
    if (records > limits.records) throw tooManyRecords(limits.records);
    page.push(...repository.nodes);
    while (page.length >= PAGE) {
      yield { nodes: page.slice(0, PAGE), generation: null };
      page = page.slice(PAGE);
    }
  }
  if (usable === 0 && failure !== null) throw failure;
  if (only === null) await forgetReferrers(options, new Set(names));
  const unfinished = registry.remainder.unfinished();
  yield { nodes: page, generation: null, ...(unfinished && { unfinished }) };
}

const NONE: ReadonlySet<string> = new Set();

/** A time in the future is not true. */
function referrersContext(
  { referrers }: OciCrawl,
  { notified, vouching = () => NONE }: CrawlContext,
): ReferrersContext {
  const { known, every, now } = referrers;
  return {
    ...{ known, api: apiStanding(), now },
    isDue(askedAt) {
      const age = now() - askedAt;
      return age < 0 || age >= every;
    },
    isNotified: (repository) => notified?.names.has(repository) === true,
    vouching,
  };
}

/** What cannot be forgotten now is forgotten after another crawl. */
async function forgetReferrers({ facility, registry, referrers }: OciCrawl, names: ReadonlySet<string>) {
  await referrers.known.keepOnly({ facility, registry }, names).catch(() => undefined);
}

function sourceFailure(error: unknown): unknown {
  if (error instanceof CrawlExceeded) return error.failure;
  return error instanceof Unusable ? new FederationError('SOURCE_MALFORMED', error.message) : error;
}

const tooManyRecords = (max: number): FederationError =>
  new FederationError('SOURCE_TOO_LARGE', `more than ${max} records`, {
    hint: 'Raise limits.records if the registry is meant to be that large.',
  });
