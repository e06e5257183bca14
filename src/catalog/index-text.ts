// The words of a snapshot's records, for search: exact, by prefix and within a few typing errors. What a word is worth
// is for the search to say; nothing here depends on how often a word occurs, since that would tell of hidden records.
import SearchableMap from 'minisearch/SearchableMap';
import { fold } from '../model/fold.ts';
import type { ImageRecord } from '../model/image.ts';
import type { Term, Vocabulary } from '../vocabulary/vocabulary.ts';

/** Where a word stands; the numbers are bits of a posting's `place`. */
export const TEXT_PLACES = [
  'framework',
  'title',
  'repository',
  'technique',
  'format',
  'tag',
  'facility',
  'description',
] as const;
export type TextPlace = (typeof TEXT_PLACES)[number];

/** Where one word stands in one record: a bit a place, and a bit a place of which it is the whole value. */
export interface Posting {
  readonly document: number;
  readonly places: number;
  readonly whole: number;
}

export type TextIndex = SearchableMap<readonly Posting[]>;

const WORD = /[\p{L}\p{N}]+/gu;
/** A description's words beyond this many are not searched. */
const MAX_WORDS = 400;

/** The folded words of a text. */
export function wordsOf(text: string): string[] {
  return fold(text).match(WORD) ?? [];
}

interface MutablePosting {
  document: number;
  places: number;
  whole: number;
}

/** Collects the words of records, which must come in ascending order. */
export class TextIndexBuilder {
  readonly #map = new SearchableMap<MutablePosting[]>();
  readonly #vocabulary: Vocabulary;
  readonly #facilityName: (id: string) => string;

  constructor(vocabulary: Vocabulary, facilityName: (id: string) => string) {
    this.#vocabulary = vocabulary;
    this.#facilityName = facilityName;
  }

  add(record: ImageRecord, document: number): void {
    for (const framework of record.frameworks) {
      this.#text('framework', framework.name, document);
      this.#text('framework', framework.raw, document);
      for (const synonym of this.#vocabulary.frameworkSynonyms(framework.name)) {
        this.#text('framework', synonym, document);
      }
      if (framework.version !== null) this.#text('tag', framework.version, document);
    }
    if (record.title !== null) this.#text('title', record.title, document);
    this.#text('repository', record.repository, document);
    for (const id of record.techniques) this.#term('technique', this.#vocabulary.technique(id), id, document);
    for (const id of [...record.reads, ...record.writes]) {
      this.#term('format', this.#vocabulary.format(id), id, document);
    }
    for (const tag of record.tags) this.#text('tag', tag, document);
    this.#text('facility', record.facility, document);
    this.#text('facility', this.#facilityName(record.facility), document);
    if (record.description !== null) this.#text('description', record.description, document);
  }

  build(): TextIndex {
    return this.#map;
  }

  #term(place: TextPlace, term: Term | null, id: string, document: number): void {
    this.#text(place, id, document);
    if (term !== null) this.#text(place, term.label, document);
  }

  #text(place: TextPlace, text: string, document: number): void {
    const words = wordsOf(text);
    const bit = 1 << TEXT_PLACES.indexOf(place);
    for (const word of words.slice(0, MAX_WORDS)) {
      let postings = this.#map.get(word);
      if (postings === undefined) {
        postings = [];
        this.#map.set(word, postings);
      }
      let last = postings[postings.length - 1];
      if (last === undefined || last.document !== document) {
        last = { document, places: 0, whole: 0 };
        postings.push(last);
      }
      last.places |= bit;
      if (words.length === 1) last.whole |= bit;
    }
  }
}
