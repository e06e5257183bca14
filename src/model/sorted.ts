// Lists in one canonical order, so that equal sets are equal lists, and records that policies cannot distinguish are
// one class.
import type { Pace } from './pace.ts';

/** Number of values that are sorted without a pause: it takes well under a millisecond. */
const RUN = 1_024;

/** A new list with each value once, sorted by UTF-16 code units. */
export function sortedSet(values: readonly string[]): string[] {
  return values.length < 2 ? [...values] : [...new Set(values)].sort();
}

/** Compares texts by UTF-16 code units, as `sort` does by default: negative if `a` is first, 0 if they are equal. */
export function byCodeUnits(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/**
 * A new list in the order of `compare`; equal values stay in their order. Rests where `pace` is due, at runs of 1,024:
 * sorting a hundred thousand values at once would delay every query by a tenth of a second and more. Rejects only with what
 * `compare` throws.
 */
export async function sortedInTurns<T>(
  values: Iterable<T>,
  pace: Pace,
  compare: (a: T, b: T) => number,
): Promise<T[]> {
  const all = [...values];
  let runs: T[][] = [];
  for (let start = 0; start < all.length; start += RUN) {
    if (pace.due()) await pace.rest();
    runs.push(all.slice(start, start + RUN).sort(compare));
  }
  while (runs.length > 1) {
    const longer: T[][] = [];
    for (let index = 0; index < runs.length; index += 2) {
      longer.push(await mergeRuns(runs[index] ?? [], runs[index + 1] ?? [], pace, compare));
    }
    runs = longer;
  }
  return runs[0] ?? [];
}

async function mergeRuns<T>(
  one: readonly T[],
  other: readonly T[],
  pace: Pace,
  compare: (a: T, b: T) => number,
): Promise<T[]> {
  const merged: T[] = [];
  let left = 0;
  let right = 0;
  while (left < one.length && right < other.length) {
    if (merged.length % RUN === 0 && pace.due()) await pace.rest();
    const [a, b] = [one[left] as T, other[right] as T];
    if (compare(a, b) <= 0) {
      merged.push(a);
      left += 1;
    } else {
      merged.push(b);
      right += 1;
    }
  }
  return [...merged, ...one.slice(left), ...other.slice(right)];
}
