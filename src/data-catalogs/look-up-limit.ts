// How many data sets one caller may look up: each look-up is a request to a lab in the caller's name.
import type { RateLimiterMemory } from 'rate-limiter-flexible';
import { FederationError } from '../model/errors.ts';

/** Counts one look-up of the principal. Rejects with RATE_LIMITED, with `retryAfter` in seconds, where there are too many. */
export type LookUpLimit = (principal: string) => Promise<void>;

/** Seconds in which look-ups of one caller are counted. */
const WINDOW = 60;

/** A limit of `most` look-ups in a minute for each principal, none of which is used yet. */
export function createLookUpLimit(most: number): LookUpLimit {
  let limiter: Promise<RateLimiterMemory> | null = null;
  return async (principal) => {
    // It takes 40 ms to load, which a gateway without data catalogs never needs.
    limiter ??= import('rate-limiter-flexible').then(
      (library) => new library.RateLimiterMemory({ points: most, duration: WINDOW }),
    );
    const refused = await (await limiter).consume(principal).then(
      () => null,
      (reason: unknown) => reason,
    );
    if (refused === null) return;
    if (refused instanceof Error) throw refused;
    const { msBeforeNext } = refused as { readonly msBeforeNext: number };
    const retryAfter = Math.max(1, Math.ceil(msBeforeNext / 1_000));
    throw new FederationError(
      'RATE_LIMITED',
      `No more than ${most} data sets may be looked up in a minute.`,
      {
        at: 'data.pid',
        hint: `Ask again in ${retryAfter} s, or say format, technique and facility instead.`,
        extensions: { retryAfter },
      },
    );
  };
}
