// The known names nearest to an unknown one.
import { distance } from 'fastest-levenshtein';
import { fold } from './fold.ts';

/** Maximum number of names that are suggested. */
const MAX = 3;

/** Names prepared for comparison: a word is compared with twenty thousand of them in a millisecond or two. */
export interface NameIndex {
  readonly names: readonly string[];
  readonly folded: readonly string[];
  /** The characters of each name, as bits by their code units modulo 32. */
  readonly characters: Uint32Array;
}

/** The index of names, each once, as {@link nearestIn} compares them: folded, and with the characters that each has. */
export function nameIndex(known: Iterable<string>): NameIndex {
  const names = [...new Set(known)];
  const folded = names.map(fold);
  return { names, folded, characters: Uint32Array.from(folded, charactersOf) };
}

/**
 * At most three names within a distance (Levenshtein, folded) of a third of the word's length, and at least
 * two; nearest first, then those with the longer common beginning: `opne` gives `open` before `none`. Names
 * that begin with the word have distance 0. Each once; empty if none is near. An empty word is the beginning
 * of every name.
 */
export function nearest(word: string, known: Iterable<string>): readonly string[] {
  return nearestIn(word, [nameIndex(known)]);
}

/**
 * As {@link nearest}, at most three, among the names of all the indexes; a name in several comes once. Empty if none is
 * near, or there is no index.
 */
export function nearestIn(word: string, indexes: readonly NameIndex[]): readonly string[] {
  const wanted = fold(word);
  const characters = charactersOf(wanted);
  const allowed = Math.max(2, Math.floor(wanted.length / 3));
  const found = new Map<string, number>();
  for (const index of indexes) {
    for (let at = 0; at < index.folded.length; at++) {
      const folded = index.folded[at] ?? '';
      const begins = folded.startsWith(wanted);
      if (!begins && !isWithin(wanted, characters, folded, index.characters[at] ?? 0, allowed)) continue;
      const errors = begins ? 0 : distance(wanted, folded);
      if (errors <= allowed) found.set(index.names[at] ?? '', errors);
    }
  }
  return [...found]
    .sort(([a, m], [b, n]) => m - n || begun(wanted, b) - begun(wanted, a) || (a < b ? -1 : 1))
    .slice(0, MAX)
    .map(([name]) => name);
}

/** The length of the common beginning of a name and the word. */
function begun(word: string, name: string): number {
  const folded = fold(name);
  let length = 0;
  while (length < word.length && word[length] === folded[length]) length++;
  return length;
}

/** Whether two words can be that near: one edit changes the length by one at most, and adds one missing character. */
function isWithin(a: string, charactersA: number, b: string, charactersB: number, allowed: number): boolean {
  return (
    Math.abs(a.length - b.length) <= allowed &&
    ones(charactersA & ~charactersB) <= allowed &&
    ones(charactersB & ~charactersA) <= allowed
  );
}

function charactersOf(folded: string): number {
  let bits = 0;
  for (let at = 0; at < folded.length; at++) bits |= 1 << (folded.charCodeAt(at) & 31);
  return bits;
}

function ones(word: number): number {
  let count = 0;
  for (let bits = word; bits !== 0; bits &= bits - 1) count++;
  return count;
}

/**
 * A hint that names the one nearest known name, as {@link nearest}: `Did you mean relion?`; undefined if none is near.
 */
export function didYouMean(word: string, known: Iterable<string>): string | undefined {
  const [name] = nearest(word, known);
  return name === undefined ? undefined : `Did you mean ${name}?`;
}
