// Verdicts as small numbers, by which a million images at resources are compared: the worst verdict, and how many are unknown.
import { type Finding, VERDICTS } from './verdict.ts';

/** Unknown dimensions in a score: fewer than so many. */
const DIMENSIONS = 32;
/** What is added for each step from yes to no. */
const STEP = DIMENSIONS;

/** `<0 yes, 1 unknown, 2 no> × 32 + <number of unknown>`: a smaller one is better. */
export function scoreOf(findings: readonly Pick<Finding, 'verdict'>[]): number {
  let worst = 0;
  let unknown = 0;
  for (const { verdict } of findings) {
    worst = Math.max(worst, VERDICTS.indexOf(verdict));
    if (verdict === 'unknown') unknown += 1;
  }
  return worst * STEP + unknown;
}

/** The score of what both are of: the worse verdict, and all that is unknown. */
export function joinedScore(a: number, b: number): number {
  const worst = Math.max(a >>> 5, b >>> 5);
  return worst * STEP + (a & (DIMENSIONS - 1)) + (b & (DIMENSIONS - 1));
}

/** The position in {@link VERDICTS} of the worst verdict. */
export const rankOf = (score: number): number => score >>> 5;

/** How many dimensions are unknown. */
export const unknownsOf = (score: number): number => score & (DIMENSIONS - 1);
