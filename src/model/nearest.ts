// The nearest known names to one that is not known.
import { distance } from 'fastest-levenshtein';
import { fold } from './fold.ts';

const MOST = 3;

/** At most three names within a third of the word's length in typing errors (at least two), nearest first. */
export function nearest(word: string, known: Iterable<string>): readonly string[] {
  const wanted = fold(word);
  const allowed = Math.max(2, Math.floor(wanted.length / 3));
  const found: { name: string; errors: number }[] = [];
  for (const name of new Set(known)) {
    const folded = fold(name);
    if (Math.abs(folded.length - wanted.length) > allowed && !folded.startsWith(wanted)) continue;
    const errors = folded.startsWith(wanted) ? 0 : distance(wanted, folded);
    if (errors <= allowed) found.push({ name, errors });
  }
  return found
    .sort((a, b) => a.errors - b.errors || (a.name < b.name ? -1 : 1))
    .slice(0, MOST)
    .map(({ name }) => name);
}

/** A hint that names what was probably meant; undefined where nothing is near. */
export function didYouMean(word: string, known: Iterable<string>): string | undefined {
  const [name] = nearest(word, known);
  return name === undefined ? undefined : `Did you mean ${name}?`;
}
