// The text index of a snapshot, for search by words and versions: exact, by prefix, by other forms and within a few
// typing errors. The search decides the scores; nothing here depends on how often a word occurs, since that would
// reveal hidden records.
import SearchableMap from 'minisearch/SearchableMap';
import { fold } from '../../model/fold.ts';
import type { ImageRecord } from '../../model/image.ts';
import { type Pace, paced } from '../../model/pace.ts';
import type { Term, Vocabulary } from '../../vocabulary/vocabulary.ts';
import { shinglesOf, type Token, tokensOf, variantsOf } from './analysis.ts';

/** The places of a word in a record; the index of each is its bit in a posting. */
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

/**
 * The records that contain one word, ascending, as two numbers each: the record's number, and one bit for each place
 * that contains the word; {@link WHOLE_BITS} higher, one bit for each place of which the word is the whole value. One
 * flat list, since most words have few records.
 */
export type Postings = Uint32Array;

/** How many positions the bits of whole values are above those of places. */
export const WHOLE_BITS = 8;

export interface TextIndex {
  readonly words: SearchableMap<Postings>;
  /** Another form of a word (see `variantsOf`) → the words, which are keys of `words`. */
  readonly variants: ReadonlyMap<string, readonly string[]>;
  /**
   * Versions in names, titles, repositories and tags by their key, `4.0.1`; those of frameworks have an index of their
   * own.
   */
  readonly versions: SearchableMap<Postings>;
  /** A word of a framework's names → the folded frameworks. */
  readonly frameworks: ReadonlyMap<string, ReadonlySet<string>>;
}

/** Maximum number of words of a text that are indexed. */
const MAX_WORDS = 400;
/** Maximum number of names whose analysis is kept while a snapshot is indexed: they recur in many of its images. */
const MAX_KEPT = 20_000;
/**
 * Places without versions: numbers in prose are seldom versions, and those of techniques and formats are part of the
 * name.
 */
const WITHOUT_VERSIONS: readonly TextPlace[] = ['technique', 'format', 'facility', 'description'];

/** The terms of one text. */
interface Terms {
  readonly words: readonly string[];
  readonly versions: readonly string[];
  /** The one word or version that it consists of. */
  readonly whole: string | null;
}

/** {@link Postings} while they are collected. */
type Growing = Map<string, number[]>;

/** Collects the words of records, which must be added in ascending order of their numbers. */
export class TextIndexBuilder {
  readonly #words: Growing = new Map();
  readonly #versions: Growing = new Map();
  readonly #frameworks = new Map<string, Set<string>>();
  readonly #kept = new Map<string, Terms>();
  readonly #synonyms = new Map<string, readonly string[]>();
  readonly #vocabulary: Vocabulary;
  readonly #facilityName: (id: string) => string;

  /** `facilityName`: by what name, beside its id, the records of a facility are found. */
  constructor(vocabulary: Vocabulary, facilityName: (id: string) => string) {
    this.#vocabulary = vocabulary;
    this.#facilityName = facilityName;
  }

  /** Adds a record without its tags. */
  add(record: ImageRecord, document: number): void {
    for (const { name, raw, version } of record.frameworks) {
      for (const text of new Set([name, raw, ...this.#synonymsOf(name)])) {
        this.#text('framework', text, document);
      }
      if (version === null) continue;
      for (const word of this.#termsOf(version).words) post(this.#words, word, 'tag', false, document);
    }
    if (record.title !== null) this.#text('title', record.title, document);
    this.#text('repository', record.repository, document);
    for (const id of record.techniques) {
      const technique = this.#vocabulary.technique(id);
      this.#term('technique', technique, id, document);
      for (const term of technique?.terms ?? []) this.#text('technique', term, document);
    }
    for (const id of new Set([...record.reads, ...record.writes])) {
      this.#term('format', this.#vocabulary.format(id), id, document);
    }
    this.#text('facility', record.facility, document);
    this.#text('facility', this.#facilityName(record.facility), document);
    if (record.description !== null) this.#post('description', proseTerms(record.description), document);
  }

  /** Adds one of the tags of the record that was added last: there may be so many that others must have turns between. */
  addTag(tag: string, document: number): void {
    this.#text('tag', tag, document);
  }

  /** Builds the index, and rests when the pace says so. Nothing may be added afterwards. */
  async build(pace: Pace): Promise<TextIndex> {
    this.#kept.clear();
    const words = await settled(this.#words, pace);
    const versions = await settled(this.#versions, pace);
    const variants = new Map<string, string[]>();
    await paced(this.#words.keys(), pace, (word) => {
      for (const variant of variantsOf(word)) {
        const known = variants.get(variant);
        if (known === undefined) variants.set(variant, [word]);
        else known.push(word);
      }
    });
    this.#words.clear();
    this.#versions.clear();
    return { words, variants, versions, frameworks: this.#frameworks };
  }

  /** The synonyms of a framework that apply to all of its versions: `relion5` is not a name of RELION 3. */
  #synonymsOf(name: string): readonly string[] {
    const folded = fold(name);
    let synonyms = this.#synonyms.get(folded);
    if (synonyms === undefined) {
      // One spelling for all records: that of a hidden record must not influence how visible ones are found.
      const canonical = this.#vocabulary.framework(name) ?? folded;
      synonyms = synonymsOf(canonical, this.#vocabulary);
      this.#synonyms.set(folded, synonyms);
      for (const word of frameworkTerms(canonical, this.#vocabulary).words) this.#name(word, folded);
    }
    return synonyms;
  }

  #term(place: TextPlace, term: Term | null, id: string, document: number): void {
    this.#text(place, id, document);
    if (term !== null) for (const name of [term.label, ...term.synonyms]) this.#text(place, name, document);
  }

  #text(place: TextPlace, text: string, document: number): void {
    this.#post(place, this.#termsOf(text), document);
  }

  #termsOf(name: string): Terms {
    let terms = this.#kept.get(name);
    if (terms === undefined) {
      terms = nameTerms(name);
      if (this.#kept.size >= MAX_KEPT) this.#kept.clear();
      this.#kept.set(name, terms);
    }
    return terms;
  }

  #name(word: string, framework: string): void {
    const frameworks = this.#frameworks.get(word);
    if (frameworks === undefined) this.#frameworks.set(word, new Set([framework]));
    else frameworks.add(framework);
  }

  #post(place: TextPlace, { words, versions, whole }: Terms, document: number): void {
    for (const word of words) post(this.#words, word, place, word === whole, document);
    if (WITHOUT_VERSIONS.includes(place)) return;
    for (const version of versions) post(this.#versions, version, place, version === whole, document);
  }
}

function post(index: Growing, key: string, place: TextPlace, isWhole: boolean, document: number): void {
  const bit = 1 << TEXT_PLACES.indexOf(place);
  const bits = isWhole ? bit | (bit << WHOLE_BITS) : bit;
  const postings = index.get(key);
  if (postings === undefined) {
    index.set(key, [document, bits]);
  } else if (postings[postings.length - 2] === document) {
    postings[postings.length - 1] = (postings[postings.length - 1] ?? 0) | bits;
  } else {
    postings.push(document, bits);
  }
}

async function settled(growing: Growing, pace: Pace): Promise<SearchableMap<Postings>> {
  const index = new SearchableMap<Postings>();
  await paced(growing, pace, ([word, postings]) => {
    index.set(word, Uint32Array.from(postings));
  });
  return index;
}

/** A name is also found by its neighboring words joined: `easy diffraction` by `easydiffraction`. */
function nameTerms(text: string): Terms {
  return termsOf(tokensOf(text, MAX_WORDS), 'all');
}

function proseTerms(text: string): Terms {
  return termsOf(tokensOf(text, MAX_WORDS), 'joined');
}

function termsOf(tokens: readonly Token[], which: 'all' | 'joined'): Terms {
  const words = new Set(tokens.flatMap((token) => [...token.words, ...token.parts]));
  const shingles = shinglesOf(tokens, which);
  for (const shingle of shingles) words.add(shingle);
  const versions = new Set(tokens.flatMap(({ version }) => version ?? []));
  const [only] = tokens;
  const whole =
    tokens.length === 1
      ? (only?.words[0] ?? only?.version ?? null)
      : tokens.length === 2
        ? (shingles[0] ?? null)
        : null;
  return { words: [...words], versions: [...versions], whole };
}

/** The words by which a framework is found, whatever its version. */
export interface NameTerms {
  readonly words: ReadonlySet<string>;
  /** Its names as one word each. */
  readonly wholes: ReadonlySet<string>;
}

/**
 * The terms of a framework's canonical name and its synonyms, without versions: `words`, and `wholes`, the names as one
 * word; of at most the first 400 tokens of each name. A name that the vocabulary does not know has no synonyms.
 */
export function frameworkTerms(name: string, vocabulary: Vocabulary): NameTerms {
  const names = [name, ...synonymsOf(name, vocabulary)].map(nameTerms);
  return {
    words: new Set(names.flatMap(({ words }) => words)),
    wholes: new Set(names.flatMap(({ whole }) => whole ?? [])),
  };
}

function synonymsOf(name: string, vocabulary: Vocabulary): readonly string[] {
  return vocabulary.frameworkSynonyms(name).flatMap((synonym) => withoutGeneration(synonym, name));
}

/**
 * A synonym without the number of a major version: `cryosparc v4` becomes `cryosparc`, and `relion5` is dropped, since
 * its letters are RELION's own name.
 */
function withoutGeneration(synonym: string, name: string): readonly string[] {
  const own = new Set(nameTerms(name).words);
  const words = tokensOf(synonym, MAX_WORDS)
    .filter(({ version }) => version === null)
    .map(({ text }) => text)
    .filter((word) => own.has(word) || !own.has(word.replace(/\d+$/, '')));
  return words.length === 0 ? [] : [words.join(' ')];
}
