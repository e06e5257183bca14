// What matching says of an image at a compute resource: of each dimension yes, unknown or no, why, and what would change it.
import { inert } from '../model/inert.ts';

/** From best to worst. `unknown`: what is known allows either. */
export const VERDICTS = ['yes', 'unknown', 'no'] as const;
export type Verdict = (typeof VERDICTS)[number];

/** What is judged, in the order in which it is shown. */
export const DIMENSIONS = [
  ...(['format', 'technique', 'architecture', 'cpus', 'memory', 'time', 'gpu', 'engine', 'mpi'] as const),
  ...(['license', 'policy', 'trust', 'locality'] as const),
] as const;
export type Dimension = (typeof DIMENSIONS)[number];

/** What a rule says. */
export interface Outcome {
  readonly verdict: Verdict;
  /** In capitals, one for each kind of outcome: `CUDA_DRIVER_TOO_OLD`. */
  readonly code: string;
  /** One sentence or more, with the values; inert. */
  readonly message: string;
  /** What would change the verdict; null: nothing is needed, or nothing is known that would. */
  readonly remedy: string | null;
}

/** An outcome, and the dimension that it is of. */
export interface Finding extends Outcome {
  readonly dimension: Dimension;
}

export function yes(code: string, message: string): Outcome {
  return { verdict: 'yes', code, message, remedy: null };
}

export function unknown(code: string, message: string, remedy: string | null): Outcome {
  return { verdict: 'unknown', code, message, remedy };
}

export function no(code: string, message: string, remedy: string | null): Outcome {
  return { verdict: 'no', code, message, remedy };
}

/** The verdict on what must all hold: no if any is no, else unknown if any is unknown, else yes. */
export function whole(findings: readonly { readonly verdict: Verdict }[]): Verdict {
  return worst(findings)?.verdict ?? 'yes';
}

/** The first of the worst, which says why all of them together fail; undefined for none. */
export function worst<T extends { readonly verdict: Verdict }>(all: readonly T[]): T | undefined {
  return firstBy(all, (a, b) => rank(a) > rank(b));
}

/** The first of the best, where any of them will do; undefined for none. */
export function best<T extends { readonly verdict: Verdict }>(all: readonly T[]): T | undefined {
  return firstBy(all, (a, b) => rank(a) < rank(b));
}

/** Whether all have one verdict, where one of them is true and nobody knows which; true for none. */
export function areUnanimous(all: readonly { readonly verdict: Verdict }[]): boolean {
  return all.every(({ verdict }) => verdict === all[0]?.verdict);
}

const rank = ({ verdict }: { readonly verdict: Verdict }): number => VERDICTS.indexOf(verdict);

function firstBy<T>(all: readonly T[], isBefore: (a: T, b: T) => boolean): T | undefined {
  let found = all[0];
  for (const one of all) if (found !== undefined && isBefore(one, found)) found = one;
  return found;
}

/** Characters of a text from outside that a message has at most. */
const LONGEST = 80;
/** Entries of a list that a message has at most. */
const MOST = 5;

/** A text from outside as messages have it: inert, trimmed, and at most 80 characters, the last of which is `…` where it was longer. */
export function shown(text: string): string {
  const [...characters] = inert(text.slice(0, 4 * LONGEST)).trim();
  const isLong = characters.length > LONGEST || text.length > 4 * LONGEST;
  return isLong ? `${characters.slice(0, LONGEST - 1).join('')}…` : characters.join('');
}

/** Texts from outside as messages list them: the first five, and how many more there are. */
export function listed(texts: readonly string[]): string {
  const first = texts.slice(0, MOST).map(shown).join(', ');
  return texts.length > MOST ? `${first} and ${texts.length - MOST} more` : first;
}
