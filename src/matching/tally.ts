// Verdicts as small numbers, by which a million images at resources are compared: how many dimensions are no, and how many unknown.
import { type Finding, VERDICTS, type Verdict } from './verdict.ts';

/** What is added for each no; there are fewer dimensions than that. A power of two. */
const NO = 16;
const TALLIES: Readonly<Record<Verdict, number>> = { yes: 0, unknown: 1, no: NO };

/** The tally of one no. */
export const DENIED = NO;

/** Tallies are below that. */
export const TALLY_LIMIT = 256;

/** `<number of no> × 16 + <number of unknown>`, below 256: that of several lists of findings is the sum of theirs. */
export const tallyOf = (findings: readonly Pick<Finding, 'verdict'>[]): number =>
  findings.reduce((sum, { verdict }) => sum + TALLIES[verdict], 0);

/** The position in {@link VERDICTS} of the worst verdict. */
export const rankOf = (tally: number): number => (tally >= NO ? 2 : tally > 0 ? 1 : 0);

/** How many dimensions are unknown. */
export const unknownsOf = (tally: number): number => tally % NO;

/** The verdict that a candidate has as a whole. */
export const verdictOf = (tally: number): Verdict => VERDICTS[rankOf(tally)] ?? 'no';
