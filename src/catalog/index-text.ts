// The words of a snapshot's records, for search: exact, by prefix and within a few typing errors. What a word is worth
// is for the search to say; nothing here depends on how often a word occurs, since that would tell of hidden records.
import SearchableMap from 'minisearch/SearchableMap';
import { fold } from '../model/fold.ts';
import type { ImageRecord } from '../model/image.ts';
import { type Pace, paced } from '../model/pace.ts';
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

/** The records that hold one word, ascending; for each a bit a place, and a bit a place of which it is the whole value. */
export interface Postings {
  readonly documents: Uint32Array;
  readonly places: Uint8Array;
  readonly whole: Uint8Array;
}

export type TextIndex = SearchableMap<Postings>;

const WORD = /[\p{L}\p{N}]+/gu;
/** A description's words beyond this many are not searched. */
const MAX_WORDS = 400;

/** The folded words of a text. */
export function wordsOf(text: string): string[] {
  return fold(text).match(WORD) ?? [];
}

/** As {@link Postings}, while they grow. */
interface Growing {
  readonly documents: number[];
  readonly places: number[];
  readonly whole: number[];
}

/** Collects the words of records, which must come in ascending order. */
export class TextIndexBuilder {
  readonly #words = new Map<string, Growing>();
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

  /** Rests where it is due; nothing is added afterwards. */
  async build(pace: Pace): Promise<TextIndex> {
    const index: TextIndex = new SearchableMap();
    await paced(this.#words, pace, ([word, { documents, places, whole }]) => {
      index.set(word, {
        documents: Uint32Array.from(documents),
        places: Uint8Array.from(places),
        whole: Uint8Array.from(whole),
      });
    });
    this.#words.clear();
    return index;
  }

  #term(place: TextPlace, term: Term | null, id: string, document: number): void {
    this.#text(place, id, document);
    if (term !== null) this.#text(place, term.label, document);
  }

  #text(place: TextPlace, text: string, document: number): void {
    const words = wordsOf(text);
    const bit = 1 << TEXT_PLACES.indexOf(place);
    for (const word of words.slice(0, MAX_WORDS)) {
      let postings = this.#words.get(word);
      if (postings === undefined) {
        postings = { documents: [], places: [], whole: [] };
        this.#words.set(word, postings);
      }
      const { documents, places, whole } = postings;
      if (documents[documents.length - 1] !== document) {
        documents.push(document);
        places.push(0);
        whole.push(0);
      }
      const last = documents.length - 1;
      places[last] = (places[last] ?? 0) | bit;
      if (words.length === 1) whole[last] = (whole[last] ?? 0) | bit;
    }
  }
}
