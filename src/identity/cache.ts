// Callers of tokens verified a moment ago, by the tokens' SHA-256: bounded in bytes and in time, and never past a
// token's end. Refusals are not kept.

import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { MonotonicClock, WallClock } from '../model/clock.ts';
import type { Caller } from '../model/subject.ts';

/** `age` in milliseconds; `bytes` of all entries together. */
export const CALLER_CACHE_BOUNDS = Object.freeze({ age: 60_000, bytes: 33_554_432 });

export interface CallerCache {
  /** The caller of a token; null where none is cached. */
  get(token: string): Caller | null;
  /** Keeps the caller of a token; does nothing where the token has ended, or has no end. */
  set(token: string, caller: Caller): void;
}

interface Entry {
  readonly caller: Caller;
  /** By the monotonic clock. */
  readonly keptUntil: number;
  /** The token's end, since the epoch. */
  readonly expires: number;
}

/**
 * An empty cache of callers by the SHA-256 of their token. Entries end after 60 s or with their token,
 * callers without its end are not kept, and the least recently used go beyond 32 MiB, as estimated
 * ({@link CALLER_CACHE_BOUNDS}); its methods never throw.
 */
export function createCallerCache(clock: WallClock & MonotonicClock): CallerCache {
  const kept = new LRUCache<string, Entry>({
    maxSize: CALLER_CACHE_BOUNDS.bytes,
    sizeCalculation: ({ caller }) => sizeOf(caller),
  });
  return {
    get(token) {
      const entry = kept.get(digest(token));
      if (entry === undefined) return null;
      return clock.monotonic() < entry.keptUntil && clock.wall() < entry.expires ? entry.caller : null;
    },
    set(token, caller) {
      const expires = (caller.expires ?? 0) * 1_000;
      const keptUntil = clock.monotonic() + CALLER_CACHE_BOUNDS.age;
      if (clock.wall() < expires) kept.set(digest(token), { caller, keptUntil, expires });
    },
  };
}

const digest = (token: string): string => createHash('sha256').update(token).digest('base64url');

/** Estimated bytes: two per code unit, and a constant for the objects of V8 and the entry. */
function sizeOf({ principal, name, roles, subject }: Caller): number {
  const texts = [
    principal,
    name ?? '',
    ...roles,
    ...subject.groups,
    ...subject.affiliations,
    ...subject.assurance,
  ];
  return texts.reduce((bytes, text) => bytes + 2 * text.length + 32, 1_024);
}
