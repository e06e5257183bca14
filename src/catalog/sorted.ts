// Lists in one order, so that equal sets are equal records, and records that policies cannot tell apart are one class.
import type { Pace } from './pace.ts';

/** Texts that are sorted at once: well under a millisecond. */
const RUN = 1_024;

/** Each value once, by UTF-16 code units. */
export function sortedSet(values: readonly string[]): string[] {
  return values.length < 2 ? [...values] : [...new Set(values)].sort();
}

/** By UTF-16 code units, resting when it is due: a hundred thousand ids sorted at once hold up every query for 0.1 s. */
export async function sortedInTurns(texts: Iterable<string>, pace: Pace): Promise<string[]> {
  const all = [...texts];
  let runs: string[][] = [];
  for (let start = 0; start < all.length; start += RUN) {
    if (pace.due()) await pace.rest();
    runs.push(all.slice(start, start + RUN).sort());
  }
  while (runs.length > 1) {
    const longer: string[][] = [];
    for (let index = 0; index < runs.length; index += 2) {
      longer.push(await mergeRuns(runs[index] ?? [], runs[index + 1] ?? [], pace));
    }
    runs = longer;
  }
  return runs[0] ?? [];
}

async function mergeRuns(one: readonly string[], other: readonly string[], pace: Pace): Promise<string[]> {
  const merged: string[] = [];
  let left = 0;
  let right = 0;
  for (;;) {
    if (merged.length % RUN === 0 && pace.due()) await pace.rest();
    const a = one[left];
    const b = other[right];
    if (a !== undefined && (b === undefined || a <= b)) {
      merged.push(a);
      left += 1;
    } else if (b !== undefined) {
      merged.push(b);
      right += 1;
    } else return merged;
  }
}
