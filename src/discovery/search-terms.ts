// A search as it was typed → the forms that are looked up for each of its words.

import { isStopWord, shinglesOf, type Token, tokensOf, variantsOf } from '../catalog/index/analysis.ts';
import { type ImageReference, parseImageReference } from '../model/image-reference.ts';

/** One word or number that is searched for. */
export interface SearchTerm {
  /** The word as it was read, for messages and ranges of versions. */
  readonly text: string;
  /** Spellings of the word, the first of which is the main one; none for a plain number. */
  readonly words: readonly string[];
  /** Other forms of the words. */
  readonly variants: readonly string[];
  /** The word joined with its neighbors: `hdf 5` may be `hdf5`. */
  readonly shingles: readonly string[];
  /** The word as a version, where 5.0 also matches 5.0.1; null: not a version. */
  readonly version: string | null;
  /** The same release with fewer zeros at its end, which matches exactly: 5.0 and 5 for 5.0.0. */
  readonly shorter: readonly string[];
  /** For a year, the range of versions that are days of it: 20240723. */
  readonly days: string | null;
  /** `relion5` as a name and a version. */
  readonly numbered: { readonly name: string; readonly version: string } | null;
}

export interface SearchTerms {
  /** The text as a reference to an image, whose images match as well; null: it is none, or may be words. */
  readonly reference: ImageReference | null;
  /** All must match. Empty: nothing in the text can be looked up. */
  readonly terms: readonly SearchTerm[];
  /** Words beyond {@link MAX_TERMS}, which are not looked up. */
  readonly leftOut: readonly string[];
}

/** Words of a search beyond this many are not looked up; stop words do not count. */
export const MAX_TERMS = 8;
/** Words that are read at all: only a text made for the purpose has more within `limits.search`. */
const MAX_TOKENS = 64;

/**
 * At most {@link MAX_TERMS} (8) terms of a search, each once and without stop words (unless there are only
 * stop words), and the words beyond them, none of these where the text is an image's reference; of a longer
 * text the first 64 words are read. null where the text is null, empty or blank. Never throws.
 */
export function readSearch(text: string | null): SearchTerms | null {
  if (text === null || text.trim() === '') return null;
  const tokens = tokensOf(text, MAX_TOKENS);
  const spoken = tokens.filter((token, index) => !isStopWord(token, tokens[index + 1]));
  const meant = spoken.length > 0 ? spoken : tokens;
  const terms = new Map<string, SearchTerm>();
  for (const [index, token] of meant.entries()) {
    if (!terms.has(token.text))
      terms.set(token.text, termOf(token, meant.slice(Math.max(0, index - 1), index + 2)));
  }
  const all = [...terms.values()];
  const reference = referenceIn(text);
  return {
    reference,
    terms: all.slice(0, MAX_TERMS),
    // Whatever is left out of a reference, it is found as a whole.
    leftOut: reference !== null ? [] : all.slice(MAX_TERMS).map((term) => term.text),
  };
}

/** The text as a reference, where it cannot be words. */
function referenceIn(text: string): ImageReference | null {
  const parsed = parseImageReference(text);
  return parsed !== null && (parsed.isQualified || parsed.digest !== null) ? parsed : null;
}

function termOf({ text, words, version }: Token, neighbors: readonly Token[]): SearchTerm {
  const [, name, number] = /^(\p{L}{2,})(\d+)$/u.exec(text) ?? [];
  return {
    text,
    words,
    variants: [...new Set(words.flatMap(variantsOf))],
    shingles: shinglesOf(neighbors, 'all').filter((shingle) => shingle !== text),
    version,
    shorter: version === null ? [] : shorterReleases(version),
    days: version !== null && YEAR.test(version) ? `>=${version}0101 <=${version}1231` : null,
    numbered: name === undefined || number === undefined ? null : { name, version: number },
  };
}

const YEAR = /^(?:19|20)\d\d$/;

function shorterReleases(version: string): readonly string[] {
  const shorter: string[] = [];
  for (let rest = version; rest.endsWith('.0'); ) {
    rest = rest.slice(0, -2);
    shorter.push(rest);
  }
  return shorter;
}
