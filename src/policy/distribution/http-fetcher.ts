// A lab's archive by HTTP, as OPA fetches bundles: with entity tags (RFC 9110), and with long polling if the server
// supports it.
// https://www.openpolicyagent.org/docs/management-bundles
import { type MonotonicClock, SYSTEM_CLOCK } from '../../model/clock.ts';
import type { Credential } from '../../network/credential.ts';
import type { HttpClient } from '../../network/http-client.ts';
import type { BundleFetcher } from './bundle-fetcher.ts';

export interface HttpFetcherOptions {
  readonly httpClient: Pick<HttpClient, 'download'>;
  readonly url: string;
  readonly credential: Credential | null;
  readonly maxBytes: number;
  readonly timing?: Partial<HttpTiming>;
  readonly clock?: MonotonicClock;
}

export interface HttpTiming {
  /** Seconds of a long poll; less than proxies usually wait. */
  readonly wait: number;
  /** Milliseconds between two polls of a server without long polling, at least and at most. */
  readonly min: number;
  readonly max: number;
  /** Milliseconds for one whole answer, beyond the wait. */
  readonly deadline: number;
}

const TIMING: HttpTiming = { wait: 45, min: 30_000, max: 60_000, deadline: 60_000 };

/** Milliseconds: an answer to a long poll within them was sent at once, or because of a change. */
const QUICK_ANSWER = 1_000;
/** After so many such answers in a row, a server that claims long polling is polled once as others are. */
const QUICK_ANSWERS = 4;

/**
 * Fetches the archive from a URL, at most `maxBytes` bytes, when it changed (entity tags, RFC 9110; a long poll, RFC
 * 7240's `wait` as OPA uses it, where the server offers it); null otherwise. `credential` null: none is sent. By
 * default a long poll waits 45 s, polls are 30 to 60 s apart, and a fetch may take 60 s besides. `fetchNew` rejects as
 * {@link HttpClient.download} does, with SOURCE_* and CIRCUIT_OPEN, with SOURCE_TIMEOUT after the deadline, and with
 * SOURCE_UNAVAILABLE, or the signal's own FederationError, where the signal aborts.
 */
export function httpFetcher({
  httpClient,
  url,
  credential,
  maxBytes,
  timing,
  clock = SYSTEM_CLOCK,
}: HttpFetcherOptions): BundleFetcher {
  const { wait, min, max, deadline } = { ...TIMING, ...timing };
  /** The entity tag of the handled archive; null: it has none, or none was handled. */
  let etag: string | null = null;
  let fetched: { readonly etag: string | null; readonly longPolls: boolean } | null = null;
  let canLongPoll = false;
  let quickAnswers = 0;
  return {
    place: placeOf(url),
    async fetchNew(signal) {
      const longPoll = canLongPoll && etag !== null;
      // After a failure the next poll has no wait: a long poll looks like a server that does not answer.
      canLongPoll = false;
      const began = clock.monotonic();
      const limit = AbortSignal.timeout((longPoll ? wait * 1_000 : 0) + deadline);
      const answer = await httpClient.download({
        ...{ url, etag, wait: longPoll ? wait : null, credential, maxBytes },
        signal: AbortSignal.any([signal, limit]),
      });
      if (answer.status === 'new') fetched = answer;
      quickAnswers = longPoll && clock.monotonic() - began < QUICK_ANSWER ? quickAnswers + 1 : 0;
      canLongPoll = fetched?.longPolls === true && quickAnswers < QUICK_ANSWERS;
      return answer.status === 'new' ? answer.bytes : null;
    },
    handled() {
      etag = fetched?.etag ?? null;
    },
    pause: () => (canLongPoll && etag !== null ? 0 : min + Math.random() * (max - min)),
  };
}

/** Without the query, which may be a secret, as in a presigned URL: a place is logged, and shown to the lab. */
function placeOf(url: string): string {
  const { origin, pathname } = new URL(url);
  return origin + pathname;
}
