// Callers of tokens verified a moment ago, by the tokens' SHA-256: bounded in bytes and in time, and never past a
// token's end. Refusals are not kept.
import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { Caller } from '../model/subject.ts';

/** Milliseconds, and bytes of all that is kept. */
export const CALLER_CACHE_BOUNDS = Object.freeze({ age: 60_000, bytes: 33_554_432 });

export interface CallerCache {
  get(token: string): Caller | null;
  set(token: string, caller: Caller): void;
}

interface Kept {
  readonly caller: Caller;
  readonly from: number;
  readonly until: number;
}

/** @param clock milliseconds since the epoch */
export function createCallerCache(clock: () => number): CallerCache {
  const kept = new LRUCache<string, Kept>({
    maxSize: CALLER_CACHE_BOUNDS.bytes,
    sizeCalculation: ({ caller }) => sizeOf(caller),
  });
  return {
    get(token) {
      const entry = kept.get(digest(token));
      const now = clock();
      // A clock that was set back must not lengthen an entry's life.
      return entry !== undefined && entry.from <= now && now < entry.until ? entry.caller : null;
    },
    set(token, caller) {
      const from = clock();
      const until = Math.min(from + CALLER_CACHE_BOUNDS.age, (caller.expires ?? 0) * 1_000);
      if (from < until) kept.set(digest(token), { caller, from, until });
    },
  };
}

const digest = (token: string): string => createHash('sha256').update(token).digest('base64url');

/** An estimate: two bytes a code unit, and what V8 and the entry take besides. */
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
