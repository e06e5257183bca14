// How well a record matches the words of a search: a small integer that depends on that record only, so that a hidden
// record can never change another's position.
import { distance } from 'fastest-levenshtein';
import { add, type Bits, emptyBits, has } from '../catalog/bitset.ts';
import { variantsOf } from '../catalog/index/analysis.ts';
import type { SnapshotIndex } from '../catalog/index/snapshot-index.ts';
import {
  type NameTerms,
  type Postings,
  TEXT_PLACES,
  type TextPlace,
  WHOLE_BITS,
} from '../catalog/index/text.ts';
import { versionsWithin } from '../catalog/index/version.ts';
import { type Pace, paced } from '../model/pace.ts';
import { parseVersionRange } from '../model/version-range.ts';
import type { SearchTerm } from './search-terms.ts';

/** The weight of a word by the field that contains it. */
const PLACE_WEIGHT: Readonly<Record<TextPlace, number>> = {
  framework: 10,
  title: 6,
  repository: 5,
  technique: 4,
  format: 3,
  tag: 3,
  facility: 3,
  description: 1,
};
/**
 * The weight of a word by how it matches: the whole value, a word of it, a version that continues the word, another
 * form of a word (its stem), the start of a word, a word with typing errors.
 */
const WAY_WEIGHT = { whole: 8, word: 6, family: 6, variant: 4, prefix: 3, fuzzy: 1 } as const;
type Way = keyof typeof WAY_WEIGHT;
/** The most that one word can be worth. */
export const MAX_SCORE = PLACE_WEIGHT.framework * WAY_WEIGHT.whole;
/** Typing errors are tolerated in names only: in running text every word is near some other ("relion", "region"). */
const NAMES = bitsOf('framework', 'title', 'repository');

/** The records that match every word, and their scores by record number. */
export interface SearchMatches {
  readonly bits: Bits;
  readonly scores: Uint16Array;
}

/** Typing errors that a word of this length may hold. A number is never one: `relion5` is not `relion`, nor R2022b R2023b. */
function allowedErrors(word: string): number {
  if (word.length < 4 || /\d/.test(word)) return 0;
  return word.length < 8 ? 1 : 2;
}

/** Characters of a word that is matched as a prefix: one character begins too many words. */
const SHORTEST_PREFIX = 2;

/**
 * The records of a snapshot that match every word, as a bitset with a score per record; no words match nothing. A
 * record's score is the sum over the words of the heaviest field and kind of match, at most {@link MAX_SCORE} (80) a
 * word. `visible`: the only records that are scored, so that hidden records do not lengthen the work for a word. Rests
 * where `pace` is due, and rejects between words with the signal's reason once the request has ended.
 */
export async function searchSnapshot(
  snapshotIndex: SnapshotIndex,
  terms: readonly SearchTerm[],
  visible: Bits,
  pace: Pace,
  signal: AbortSignal,
): Promise<SearchMatches> {
  const size = snapshotIndex.snapshot.records.length;
  const scores = new Uint16Array(size);
  const matched = new Uint8Array(size);
  for (const [round, term] of terms.entries()) {
    if (pace.due()) await pace.rest();
    signal.throwIfAborted();
    const best = await bestOf(snapshotIndex, term, terms, visible, pace);
    for (let document = 0; document < size; document++) {
      const score = best[document] ?? 0;
      if (score > 0 && matched[document] === round) {
        matched[document] = round + 1;
        scores[document] = (scores[document] ?? 0) + score;
      }
    }
  }
  const bits = emptyBits(size);
  if (terms.length === 0) return { bits, scores };
  for (let document = 0; document < size; document++) {
    if (matched[document] === terms.length) add(bits, document);
  }
  return { bits, scores };
}

/** What each record is worth by one word. Rests where it is due: a hundred thousand words may begin as it does. */
async function bestOf(
  snapshotIndex: SnapshotIndex,
  term: SearchTerm,
  terms: readonly SearchTerm[],
  visible: Bits,
  pace: Pace,
): Promise<Uint8Array> {
  const { text, snapshot } = snapshotIndex;
  const best = new Uint8Array(snapshot.records.length);
  const take = (postings: Postings | undefined, way: Way): void => {
    if (postings !== undefined) offer(best, postings, way, visible);
  };
  for (const word of [...term.words, ...term.shingles]) take(text.words.get(word), 'word');
  for (const word of term.words) {
    for (const other of text.variants.get(word) ?? []) take(text.words.get(other), 'variant');
    if (word.length < SHORTEST_PREFIX) continue;
    await paced(text.words.atPrefix(word), pace, ([longer, postings]) => {
      if (longer !== word) take(postings, 'prefix');
    });
  }
  for (const variant of term.variants) {
    take(text.words.get(variant), 'variant');
    for (const other of text.variants.get(variant) ?? []) take(text.words.get(other), 'variant');
  }
  const [main = ''] = term.words;
  const errors = allowedErrors(main);
  if (errors > 0) {
    await paced(text.words.fuzzyGet(main, errors).values(), pace, ([postings]) => take(postings, 'fuzzy'));
  }
  if (term.numbered !== null) {
    const { name, version } = term.numbered;
    await offerVersions(best, snapshotIndex, version, text.frameworks.get(name) ?? [], visible, pace);
  }
  if (term.version === null) return best;
  await offerVersions(best, snapshotIndex, term.text, null, visible, pace);
  await offerVersions(best, snapshotIndex, term.text, frameworksNamed(snapshotIndex, terms), visible, pace);
  take(text.versions.get(term.version), 'word');
  await paced(text.versions.atPrefix(`${term.version}.`), pace, ([, postings]) => take(postings, 'family'));
  for (const shorter of term.shorter) take(text.versions.get(shorter), 'word');
  if (term.days === null) return best;
  await offerVersions(best, snapshotIndex, term.days, null, visible, pace);
  await offerVersions(best, snapshotIndex, term.days, frameworksNamed(snapshotIndex, terms), visible, pace);
  await paced(text.versions.atPrefix(term.version), pace, ([day, postings]) => {
    if (DAY.test(day)) take(postings, 'family');
  });
  return best;
}

/** A version that begins with a day: `20240723.1`. */
const DAY = /^\d{8}(?!\d)/;

/** The folded frameworks that any of the words names: what is searched for with a version is a version of these. */
function frameworksNamed({ text }: SnapshotIndex, terms: readonly SearchTerm[]): ReadonlySet<string> {
  const words = terms.flatMap(({ words, shingles }) => [...words, ...shingles]);
  return new Set(words.flatMap((word) => [...(text.frameworks.get(word) ?? [])]));
}

/** Versions of the folded frameworks; for null of any, which says as much as a tag. */
async function offerVersions(
  best: Uint8Array,
  { versions }: SnapshotIndex,
  version: string,
  frameworks: Iterable<string> | null,
  visible: Bits,
  pace: Pace,
): Promise<void> {
  const range = parseVersionRange(version);
  if (range === null) return;
  const weight = frameworks === null ? PLACE_WEIGHT.tag : PLACE_WEIGHT.framework;
  await paced(versionsWithin(versions, [range], frameworks), pace, ({ documents, parts }) => {
    // What says as much as the version does, or more (5.0.0 for 5.0), means it alone; 5 means all of 5.
    const isWhole = range.kind === 'family' && parts.length <= range.parts.length;
    const score = weight * WAY_WEIGHT[isWhole ? 'whole' : 'family'];
    for (const document of documents) {
      if (has(visible, document) && score > (best[document] as number)) best[document] = score;
    }
  });
}

function offer(best: Uint8Array, postings: Postings, way: Way, visible: Bits): void {
  // Neighbors mostly have a word in the same fields.
  let scored = -1;
  let score = 0;
  for (let at = 0; at < postings.length; at += 2) {
    const document = postings[at] as number;
    const bits = postings[at + 1] as number;
    if (bits !== scored) score = scoreOf(way, bits);
    scored = bits;
    if (score > (best[document] as number) && has(visible, document)) best[document] = score;
  }
}

function scoreOf(way: Way, bits: number): number {
  const places = bits & PLACES;
  const score = heaviest(way === 'fuzzy' ? places & NAMES : places) * WAY_WEIGHT[way];
  return way === 'word' ? Math.max(score, heaviest(bits >> WHOLE_BITS) * WAY_WEIGHT.whole) : score;
}

/** The bits of fields, without those of whole values. */
const PLACES = (1 << WHOLE_BITS) - 1;

/** The weight of the heaviest field among the bits. */
const HEAVIEST = Uint8Array.from({ length: 1 << TEXT_PLACES.length }, (_, places) =>
  TEXT_PLACES.reduce(
    (max, place, bit) => ((places >> bit) & 1 ? Math.max(max, PLACE_WEIGHT[place]) : max),
    0,
  ),
);
function bitsOf(...places: readonly TextPlace[]): number {
  return places.reduce((bits, place) => bits | (1 << TEXT_PLACES.indexOf(place)), 0);
}

function heaviest(places: number): number {
  return HEAVIEST[places] ?? 0;
}

/**
 * How well something with these names matches the words of a search: the sum over the words of the best kind of match
 * (8: a whole name, 1: with typing errors); 0: a word matches no name, or there is none. `holdsVersion`: whether it has
 * a version that begins so; called where a word matches no name.
 */
export function scoreNames(
  { words, wholes }: NameTerms,
  terms: readonly SearchTerm[],
  holdsVersion: (version: string) => boolean,
): number {
  const scores = terms.map((term) => {
    const wanted = [...term.words, ...term.shingles];
    if (wanted.some((word) => wholes.has(word))) return WAY_WEIGHT.whole;
    if (wanted.some((word) => words.has(word))) return WAY_WEIGHT.word;
    if (term.numbered !== null && words.has(term.numbered.name) && holdsVersion(term.numbered.version)) {
      return WAY_WEIGHT.word;
    }
    if (term.version !== null && [term.text, term.days].some((text) => text !== null && holdsVersion(text)))
      return WAY_WEIGHT.word;
    return Math.max(0, ...[...words].map((word) => scoreWord(word, term)));
  });
  return scores.some((score) => score === 0) ? 0 : scores.reduce((sum, score) => sum + score, 0);
}

function scoreWord(word: string, { words, variants }: SearchTerm): number {
  const [main = ''] = words;
  const forms = new Set([...words, ...variants]);
  if (forms.has(word) || variantsOf(word).some((variant) => forms.has(variant))) return WAY_WEIGHT.variant;
  if (words.some((start) => start.length >= SHORTEST_PREFIX && word.startsWith(start)))
    return WAY_WEIGHT.prefix;
  const errors = allowedErrors(main);
  return errors > 0 && distance(word, main) <= errors ? WAY_WEIGHT.fuzzy : 0;
}
