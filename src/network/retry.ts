// When to retry: exponential backoff with full jitter, so that a server that recovers does not get all requests at
// once.
import { doubled } from '../model/backoff.ts';

export interface Backoff {
  /** Requests after the first. */
  readonly retries: number;
  /** Maximum milliseconds before the first retry, beyond what the server asks for; it doubles with each. */
  readonly first: number;
  /**
   * To how many milliseconds that doubles. If a server asks for a longer wait than this, there is no retry.
   */
  readonly max: number;
  /** From 0 to 1. */
  readonly random: () => number;
}

/**
 * Milliseconds to wait before retry number `retry` (from 0); null: no retry, after `backoff.retries` of them
 * or where `asked` is more than `backoff.max`. At least `asked`, the milliseconds of the server's
 * `Retry-After` (RFC 9110), 0 where it named none; null: the request must not be repeated. Beyond that every
 * wait from 0 to the exponential bound (`first`, doubled to `max`) is equally likely: full jitter.
 */
export function delayBefore(retry: number, asked: number | null, backoff: Backoff): number | null {
  if (asked === null || retry >= backoff.retries || asked > backoff.max) return null;
  return asked + backoff.random() * doubled(retry + 1, { first: backoff.first, max: backoff.max });
}
