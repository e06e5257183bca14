// One lab at a time: what it takes to verify and to build one lab's archive is not taken by two. Whoever waits for longest
// is next, so that a lab that has ever another archive comes after all who have one.
import pLimit from 'p-limit';

/** Rejects as the work does, which does not keep the next one from its turn. */
export type ConcurrencyLimit = <Result>(work: () => Promise<Result>) => Promise<Result>;

/** Turns that know of each other. */
export function createConcurrencyLimit(): ConcurrencyLimit {
  return pLimit(1);
}
