// A name as it is compared where British and American spelling, plural and singular, with accents and without are one.
import transliterate from '@sindresorhus/transliterate';
import { joinedKey, nameKey } from './names.ts';

/** Endings of plurals, the first that fits: `series` and `analysis` are none that an `s` was added to, but stay comparable. */
const PLURALS: readonly (readonly [RegExp, string])[] = [
  [/ies$/, 'y'],
  [/yses$/, 'ysis'],
  [/(ss|x|ch|sh)es$/, '$1'],
  [/(?<![siu])s$/, ''],
];

/** What is written in two ways, as American English has it; applied in this order to both of what is compared. */
const SPELLINGS: readonly (readonly [RegExp, string])[] = [
  [/(?<=[a-z]{3})is(?=(?:e[drs]?|ing|ations?)$)/, 'iz'],
  [/(?<=[a-z]{3})ys(?=(?:e[drs]?|ing)$)/, 'yz'],
  [/(?<=[a-z]{2})our(?=$|ed$|ing$)/, 'or'],
  [/(?<=[a-z]{2}[bcdftv])re$/, 'er'],
  [/(?<=[a-z]{2})ogue$/, 'og'],
  [/[ao]e(?=[a-z]{3})/, 'e'],
  [/(?<=[aeiou])ll(?=(?:ed|er|ing)$)/, 'l'],
  [/^sulph/, 'sulf'],
  [/^grey/, 'gray'],
  [/aluminium$/, 'aluminum'],
  [/gramme$/, 'gram'],
];

/** Letters of a word, at least, that may be a plural or spelled in two ways. */
const SHORTEST = 4;

/**
 * As {@link joinedKey}, without accents, and with each word of 4 letters or more in the singular and spelled as American English
 * has it: `polarised X-ray microscopies` and `polarized xray microscopy` have one key. Acronyms, words with two capital letters or more, stay as
 * they are: SAX is not SAXS. null as there.
 */
export function spellingKey(text: string): string | null {
  if (nameKey(text) === null) return null;
  const words = unaccented(text)
    .split(/[\s\p{Pd}_]+/u)
    .map((word) => (isAcronym(word) ? word : singular(nameKey(word) ?? '')));
  return joinedKey(words.join(' '));
}

/** All ways to write a name in the letters of English: with `ö` as `o`, by {@link spellingKey} itself, and as `oe`. */
export const spellingsOf = (name: string): readonly string[] => [...new Set([name, transliterate(name)])];

const unaccented = (text: string): string =>
  ASCII.test(text) ? text : text.normalize('NFD').replace(/\p{M}+/gu, '');
const ASCII = /^[\x20-\x7e]*$/;

const isAcronym = (word: string): boolean => /\p{Lu}.*\p{Lu}/u.test(word);

function singular(word: string): string {
  if (word.length < SHORTEST) return word;
  const plural = PLURALS.find(([ending]) => ending.test(word));
  const one = plural === undefined ? word : word.replace(plural[0], plural[1]);
  return SPELLINGS.reduce((spelled, [from, to]) => spelled.replace(from, to), one);
}
