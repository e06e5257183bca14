// Words of matching for people: its verdicts and dimensions.
import type { FindingFactsFragment } from '../graphql/generated/operations.ts';

type Dimension = FindingFactsFragment['dimension'];
type Verdict = FindingFactsFragment['verdict'];

interface VerdictWords {
  /** A candidate's. */
  readonly whole: string;
  /** That of one finding. */
  readonly one: string;
  /** The CSS class that colors it. */
  readonly kind: string;
}

/** Words of the verdicts. */
export const VERDICT_WORDS: Readonly<Record<Verdict, VerdictWords>> = {
  YES: { whole: 'Fits', one: 'yes', kind: 'good' },
  UNKNOWN: { whole: 'May fit', one: 'not known', kind: 'caution' },
  NO: { whole: 'Does not fit', one: 'no', kind: 'bad' },
};

/** Titles of what is judged. */
export const DIMENSION_WORDS: Readonly<Record<Dimension, string>> = {
  FORMAT: 'Format',
  TECHNIQUE: 'Technique',
  ARCHITECTURE: 'Processors',
  CPUS: 'Cores',
  MEMORY: 'Memory',
  TIME: 'Time',
  GPU: 'GPU',
  ENGINE: 'Engine',
  MPI: 'MPI',
  LICENSE: 'License',
  POLICY: 'Permission',
  TRUST: 'Signature',
  LOCALITY: 'Data there',
};
