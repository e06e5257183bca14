// How well a record answers the words of a search: a small integer of that record alone, so that a hidden record can
// never move another's place.
import { add, type Bits, emptyBits, has } from '../catalog/bitset.ts';
import { type Postings, TEXT_PLACES, type TextPlace, wordsOf } from '../catalog/index-text.ts';
import type { Segment } from '../catalog/segment.ts';
import type { Pace } from '../model/pace.ts';

/** What a word is worth by where it stands. */
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
/** What it is worth by how it matches: the whole value, a word of it, the start of a word, within typing errors. */
const WHOLE = 8;
const WORD = 6;
const PREFIX = 3;
const FUZZY = 1;
/** Typing errors are forgiven in names alone: in running text every word is near some other ("relion", "region"). */
const NAMES = bitsOf('framework', 'title', 'repository');

/** Words of a search beyond this many are not looked up. */
export const MAX_TERMS = 8;

/** Records that hold every word, and their scores by record number. */
export interface Found {
  readonly bits: Bits;
  readonly scores: Uint16Array;
}

/** The distinct words of a search; empty for none. */
export function termsOf(search: string): readonly string[] {
  return [...new Set(wordsOf(search))].slice(0, MAX_TERMS);
}

/** Typing errors that a word of this length may hold. */
function allowedErrors(term: string): number {
  return term.length < 4 ? 0 : term.length < 8 ? 1 : 2;
}

/** A word of one character begins too many others: it is found as a whole word alone. */
const SHORTEST_PREFIX = 2;

/**
 * Every word must match; a record's score is the sum over the words of the best place and way each matches. `visible`:
 * the only records that are looked at, so that a word takes no longer where many that are hidden hold it. Rests between
 * words where it is due, and rejects with the signal's reason where the request has ended.
 */
export async function searchSegment(
  segment: Segment,
  terms: readonly string[],
  visible: Bits,
  pace: Pace,
  signal: AbortSignal,
): Promise<Found> {
  const size = segment.snapshot.records.length;
  const scores = new Uint16Array(size);
  const matched = new Uint8Array(size);
  for (const [round, term] of terms.entries()) {
    if (pace.due()) await pace.rest();
    signal.throwIfAborted();
    const best = bestOf(segment, term, visible);
    for (let document = 0; document < size; document++) {
      const score = best[document] ?? 0;
      if (score > 0 && matched[document] === round) {
        matched[document] = round + 1;
        scores[document] = (scores[document] ?? 0) + score;
      }
    }
  }
  const bits = emptyBits(size);
  for (let document = 0; document < size; document++) {
    if (matched[document] === terms.length) add(bits, document);
  }
  return { bits, scores };
}

type Way = 'word' | 'prefix' | 'fuzzy';

function bestOf({ text, snapshot }: Segment, term: string, visible: Bits): Uint8Array {
  const best = new Uint8Array(snapshot.records.length);
  const whole = text.get(term);
  if (whole !== undefined) offer(best, whole, 'word', visible);
  if (term.length >= SHORTEST_PREFIX) {
    for (const [word, postings] of text.atPrefix(term)) {
      if (word !== term) offer(best, postings, 'prefix', visible);
    }
  }
  const errors = allowedErrors(term);
  if (errors > 0) {
    for (const [postings] of text.fuzzyGet(term, errors).values()) offer(best, postings, 'fuzzy', visible);
  }
  return best;
}

function offer(best: Uint8Array, { documents, places, whole }: Postings, way: Way, visible: Bits): void {
  for (let at = 0; at < documents.length; at++) {
    const document = documents[at] as number;
    if (!has(visible, document)) continue;
    const score = scoreOf(way, places[at] as number, whole[at] as number);
    if (score > (best[document] as number)) best[document] = score;
  }
}

function scoreOf(way: Way, places: number, whole: number): number {
  switch (way) {
    case 'word':
      return Math.max(heaviest(places) * WORD, heaviest(whole) * WHOLE);
    case 'prefix':
      return heaviest(places) * PREFIX;
    case 'fuzzy':
      return heaviest(places & NAMES) * FUZZY;
  }
}

/** The weight of the heaviest place among the bits. */
const HEAVIEST = Uint8Array.from({ length: 1 << TEXT_PLACES.length }, (_, places) =>
  TEXT_PLACES.reduce(
    (most, place, bit) => ((places >> bit) & 1 ? Math.max(most, PLACE_WEIGHT[place]) : most),
    0,
  ),
);
function bitsOf(...places: readonly TextPlace[]): number {
  return places.reduce((bits, place) => bits | (1 << TEXT_PLACES.indexOf(place)), 0);
}

function heaviest(places: number): number {
  return HEAVIEST[places] ?? 0;
}

/** How well one name answers the words of a search, by the same measure; 0: not at all. */
export function scoreName(
  names: readonly string[],
  terms: readonly string[],
  errorsOf: (a: string, b: string) => number,
): number {
  const words = names.map(wordsOf);
  let total = 0;
  for (const term of terms) {
    let best = 0;
    for (const name of words) {
      for (const word of name) {
        if (word === term) best = Math.max(best, name.length === 1 ? WHOLE : WORD);
        else if (term.length >= SHORTEST_PREFIX && word.startsWith(term)) best = Math.max(best, PREFIX);
        else if (allowedErrors(term) > 0 && errorsOf(word, term) <= allowedErrors(term))
          best = Math.max(best, FUZZY);
      }
    }
    if (best === 0) return 0;
    total += best;
  }
  return total;
}
