// What a registry says of its rate limit in the headers of an answer.
import { untilSeconds } from '../retry-after.ts';

export interface RateLimit {
  /** Requests that it still answers. */
  readonly remaining: number;
  /** Requests in one window; null: not said. */
  readonly limit: number | null;
  /** Milliseconds of one window; null: not said. */
  readonly window: number | null;
  /** Milliseconds until it answers more; null: not said. */
  readonly reset: number | null;
}

/** `100`, or `100;w=21600` as Docker Hub writes it, with the seconds of the window. */
const QUOTA = /^\s*(\d{1,12})\s*(?:;\s*w=(\d{1,9})\s*)?$/;

/**
 * Reads `ratelimit-remaining`, `ratelimit-limit` and `ratelimit-reset` (the first drafts of IETF's RateLimit
 * fields, as registries send them), with `x-` or without, by names in lower case: the reset is a unix time or
 * a number of seconds. null where what remains is not said, or cannot be read. `now` is in milliseconds since
 * the epoch.
 */
export function readRateLimit(headers: Readonly<Record<string, string>>, now: number): RateLimit | null {
  const read = (name: string): string => headers[`ratelimit-${name}`] ?? headers[`x-ratelimit-${name}`] ?? '';
  const remaining = QUOTA.exec(read('remaining'));
  if (remaining === null) return null;
  const limit = QUOTA.exec(read('limit'));
  const window = remaining[2] ?? limit?.[2];
  return {
    remaining: Number(remaining[1]),
    limit: limit === null ? null : Number(limit[1]),
    window: window === undefined ? null : Number(window) * 1_000,
    reset: untilSeconds(read('reset').trim(), now),
  };
}
