// Verdicts as small numbers, by which a million images at resources are compared: the worst verdict, and how many are unknown.
import { type Finding, VERDICTS } from './verdict.ts';

/** What is added for each step from yes to no; there are fewer unknown dimensions than that. A power of two. */
const STEP = 32;

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
export const joinedScore = (a: number, b: number): number =>
  Math.max(rankOf(a), rankOf(b)) * STEP + unknownsOf(a) + unknownsOf(b);

/** The position in {@link VERDICTS} of the worst verdict. */
export const rankOf = (score: number): number => Math.floor(score / STEP);

/** How many dimensions are unknown. */
export const unknownsOf = (score: number): number => score % STEP;
