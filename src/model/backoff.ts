// How long to wait after failures in a row: twice as long after each, up to a bound, and by chance, so that those who
// failed together do not ask together again.

export interface BackoffRange {
  /** Milliseconds after the first failure. */
  readonly first: number;
  /** Milliseconds at the most. */
  readonly max: number;
}

/**
 * Milliseconds after so many failures in a row (from 1; 0 counts as 1), without chance: `first`, then twice as long
 * each, to `max`.
 */
export function doubled(failures: number, { first, max }: BackoffRange): number {
  return Math.min(first * 2 ** Math.max(0, failures - 1), max);
}

/**
 * Milliseconds, as {@link doubled}, of which half is by chance, so at least half of that: whoever fails at once is not
 * asked in a loop.
 * @param random from 0 to 1
 */
export function backoff(failures: number, range: BackoffRange, random: number): number {
  const whole = doubled(failures, range);
  return whole / 2 + (whole / 2) * random;
}
