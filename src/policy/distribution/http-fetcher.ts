// A lab's archive by HTTP, as OPA fetches bundles: by entity tag, and held by servers that know long polling.
// https://www.openpolicyagent.org/docs/management-bundles
import { SYSTEM_CLOCK } from '../../model/clock.ts';
import type { Credential } from '../../network/credential.ts';
import type { HttpClient } from '../../network/http-client.ts';
import type { BundleFetcher } from './bundle-fetcher.ts';

export interface HttpFetcherOptions {
  readonly httpClient: Pick<HttpClient, 'download'>;
  readonly url: string;
  readonly credential: Credential | null;
  readonly maxBytes: number;
  readonly timing?: Partial<HttpTiming>;
}

export interface HttpTiming {
  /** Seconds for which a server is asked to hold its answer; less than proxies usually wait. */
  readonly wait: number;
  /** Milliseconds between two polls of a server that does not hold, at least and at most. */
  readonly least: number;
  readonly most: number;
  /** Milliseconds for all of one answer, beyond the wait. */
  readonly deadline: number;
}

const TIMING: HttpTiming = { wait: 45, least: 30_000, most: 60_000, deadline: 60_000 };

/** Milliseconds. An answer that comes sooner was not held, or there was a change. */
const HELD = 1_000;
/** So many such answers in a row, and a server that says it holds is polled once as others are. */
const HASTY = 4;

export function httpFetcher({
  httpClient,
  url,
  credential,
  maxBytes,
  timing,
}: HttpFetcherOptions): BundleFetcher {
  const { wait, least, most, deadline } = { ...TIMING, ...timing };
  /** Of what was handled; null: nothing that has one was. */
  let etag: string | null = null;
  let brought: { readonly etag: string | null; readonly longPolls: boolean } | null = null;
  let holds = false;
  let hasty = 0;
  return {
    place: placeOf(url),
    async bring(signal) {
      const held = holds && etag !== null;
      // One that failed is asked without a wait next: an answer that is held looks like one that does not come.
      holds = false;
      const began = SYSTEM_CLOCK.monotonic();
      const limit = AbortSignal.timeout((held ? wait * 1_000 : 0) + deadline);
      const answer = await httpClient.download({
        ...{ url, etag, wait: held ? wait : null, credential, maxBytes },
        signal: AbortSignal.any([signal, limit]),
      });
      if (answer.status === 'new') brought = answer;
      hasty = held && SYSTEM_CLOCK.monotonic() - began < HELD ? hasty + 1 : 0;
      holds = brought?.longPolls === true && hasty < HASTY;
      return answer.status === 'new' ? answer.bytes : null;
    },
    handled() {
      etag = brought?.etag ?? null;
    },
    pause: () => (holds && etag !== null ? 0 : least + Math.random() * (most - least)),
  };
}

/** Without the query, which may be a secret, as of a presigned URL: a place is logged, and shown to the lab. */
function placeOf(url: string): string {
  const { origin, pathname } = new URL(url);
  return origin + pathname;
}
