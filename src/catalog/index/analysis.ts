// Text analysis: turns names, descriptions and searches into the terms that are compared. The terminology is Lucene's:
// tokens in ASCII and lower case, shingles (joined neighbors), stems and stop words. Scores of terms are not decided
// here.
import transliterate from '@sindresorhus/transliterate';
import { stemmer } from 'stemmer';
import { versionParts } from '../../model/version.ts';

/** One word or number of a text. */
export interface Token {
  /** In lower case, and in ASCII where a transliteration exists; a version as written. */
  readonly text: string;
  /** Equivalent spellings of the word: with an umlaut `roentgen`, `rontgen`. None for a plain number. */
  readonly words: readonly string[];
  /** Parts of a word in CamelCase: `easy`, `diffraction`. */
  readonly parts: readonly string[];
  /**
   * Its parts as a version, joined by dots: `4.0.beta.2` for `v4.0-beta2`, `4` for `4.x`. Null for a word that is not a
   * version.
   */
  readonly version: string | null;
  /** Whether at most one joining character, such as a hyphen, separates it from the next token. */
  readonly isJoined: boolean;
}

/** A number with the rest of a version, a word directly followed by a version (`relion5.0`), or any other word. */
const TOKEN = new RegExp(
  [
    String.raw`v?\d+(?:\.\d+)*(?:\.x(?![\p{L}\p{N}]|[-.]\p{L}))?(?:[-._+]?(?:alpha|beta|rc|pre|preview|dev|post)[-._]?\d*(?![\p{L}\p{N}])|[-+_]\d+(?:\.\d+)*)*[\p{L}\p{M}\p{N}]*`,
    String.raw`\p{L}[\p{L}\p{M}\p{N}]*?(?<!\d)(?=\d{1,9}\.\d)`,
    String.raw`[\p{L}\p{M}\p{N}]+`,
  ].join('|'),
  'giu',
);
const JOINT = /^[\p{Pd}_./:+@]$/u;
const PLAIN = /^[\x20-\x7e]*$/;
const NUMERIC = /^v?\d/;
const NUMBER = /^v?[\d.]+$/;
/**
 * Letters right behind a whole number are of a version where they are what versions have: `2023a`, `5beta2`, `2Aug2023`.
 * `3D` is a dimension, and `5f3c2a1` a commit: software of version 2 would else be found as version 5 by its tag.
 */
const VERSION =
  /^v?\d+(?:$|[-._+]|[a-ce-z]$|[abcpr]\d{1,3}$|(?:alpha|beta|rc|pre|preview|dev|post)(?![a-z])|[a-z]{3}(?:19|20)\d\d$)|^v/;
/** As people write `µCT`, in words that begin with a `µ`; NFKC has made it the Greek letter. */
const MICRO = /^μ(?=[a-z]+$)/;
const CAMEL = /(?<=\p{Ll})(?=\p{Lu})|(?<=\p{Lu})(?=\p{Lu}\p{Ll})/u;
const UMLAUT = /[äöüæœø]/;
/** Umlauts as `transliterate` and people write them. */
const TRANSCRIBED = /([aou])e/g;
/** Shorter words have too little before their ending, save a `y`: `rays` is of `ray`. */
const STEMMED = /^(?:.{4,}|..y)$/;

/**
 * The first `max` tokens of a text (in Unicode NFKC), in their order, repeated ones included; empty where there is
 * none.
 */
export function tokensOf(text: string, max: number): Token[] {
  const normal = PLAIN.test(text) ? text : text.normalize('NFKC');
  const tokens: Token[] = [];
  let end = 0;
  for (const { 0: match, index } of normal.matchAll(TOKEN)) {
    const before = tokens.at(-1);
    if (before !== undefined && (index === end || JOINT.test(normal.slice(end, index)))) {
      tokens[tokens.length - 1] = { ...before, isJoined: true };
    }
    end = index + match.length;
    if (tokens.length === max) break;
    const token = tokenOf(match);
    if (token !== null) tokens.push(token);
  }
  return tokens;
}

function tokenOf(match: string): Token | null {
  const lower = match.toLowerCase();
  if (NUMERIC.test(lower)) {
    const isPlain = NUMBER.test(lower) || lower.includes('.');
    const version =
      VERSION.test(lower) || isPlain ? versionParts(lower.replace(/\.x$/, '')).join('.') || null : null;
    return { text: lower, words: isPlain ? [] : [lower], parts: [], version, isJoined: false };
  }
  if (MICRO.test(lower)) {
    const words = ['u', 'micro'].map((prefix) => lower.replace(MICRO, prefix));
    return { text: words[0] ?? '', words, parts: [], version: null, isJoined: false };
  }
  const text = toAscii(lower);
  if (text === '') return null;
  const plain = UMLAUT.test(lower) ? withoutTranscription(text) : text;
  const parts = match.split(CAMEL).map((part) => toAscii(part.toLowerCase()));
  return {
    text,
    words: plain === text ? [text] : [text, plain],
    parts: parts.length > 1 ? parts.filter((part) => part.length > 1) : [],
    version: null,
    isJoined: false,
  };
}

function toAscii(lower: string): string {
  return PLAIN.test(lower)
    ? lower
    : transliterate(lower)
        .toLowerCase()
        .replace(/[^\p{L}\p{M}\p{N}]+/gu, '');
}

/**
 * Neighboring tokens joined to one word: each token with the next (with `joined` only if a joining character
 * is between them), and each longer run of tokens that are all joined, as by hyphens. `x-ray` gives `xray`,
 * and `time-of-flight` also `timeofflight`. A version with dots is never joined.
 */
export function shinglesOf(tokens: readonly Token[], which: 'all' | 'joined'): string[] {
  const shingles: string[] = [];
  for (const [index, token] of tokens.entries()) {
    const next = tokens[index + 1];
    if (next === undefined || (which === 'joined' && !token.isJoined)) continue;
    if (!token.text.includes('.') && !next.text.includes('.')) shingles.push(token.text + next.text);
    const run = token.isJoined && !tokens[index - 1]?.isJoined ? joinedFrom(tokens, index) : [];
    if (run.length > 2 && run.every(({ text }) => !text.includes('.'))) {
      shingles.push(run.map(({ text }) => text).join(''));
    }
  }
  return shingles;
}

function joinedFrom(tokens: readonly Token[], from: number): readonly Token[] {
  let to = from;
  while (tokens[to]?.isJoined === true) to++;
  return tokens.slice(from, to + 1);
}

/**
 * Weaker forms by which a word is found too, each once and never the word itself: its stem (Porter), and its spelling
 * without the `e` of a possibly transcribed umlaut, so that Juelich, Jülich and Julich find each other. Words of fewer
 * than four letters have a stem only if they end in `y`. Empty for a word that is not plain `a` to `z`.
 */
export function variantsOf(word: string): string[] {
  if (!/^[a-z]+$/.test(word)) return [];
  const variants = new Set([withoutTranscription(word)]);
  if (STEMMED.test(word)) variants.add(stemmer(word));
  variants.delete(word);
  return [...variants];
}

function withoutTranscription(word: string): string {
  return word.replace(TRANSCRIBED, '$1');
}

/** Lucene's English stop words: they are searched for only if a search has no other words. */
const STOP_WORDS: ReadonlySet<string> = new Set(
  (
    'a an and are as at be but by for if in into is it no not of on or such that the their then there these they this ' +
    'to was will with'
  ).split(' '),
);

/** What says nothing before a version: `relion version 5`. */
const BEFORE_VERSIONS: ReadonlySet<string> = new Set(['v', 'ver', 'version', 'release']);

/**
 * Whether a search leaves the token out, as it says little: Lucene's English stop words, and words such as `version` before a
 * version. `next`: the token behind it; left out: there is none.
 */
export function isStopWord(token: Token, next?: Token): boolean {
  const isVersioned = next !== undefined && next.version !== null;
  return STOP_WORDS.has(token.text) || (isVersioned && BEFORE_VERSIONS.has(token.text));
}
