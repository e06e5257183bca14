// The words and numbers of a snapshot's records, for search: exact, by prefix, by other forms and within a few typing
// errors. What a word is worth is for the search to say; nothing here depends on how often a word occurs, since that would
// tell of hidden records.
import SearchableMap from 'minisearch/SearchableMap';
import { fold } from '../model/fold.ts';
import type { ImageRecord } from '../model/image.ts';
import { type Pace, paced } from '../model/pace.ts';
import type { Term, Vocabulary } from '../vocabulary/vocabulary.ts';
import { shinglesOf, type Token, tokensOf, variantsOf } from './analysis.ts';

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

/**
 * The records that hold one word, ascending, two numbers each: the record's, and a bit a place where it holds the word, with
 * {@link WHOLE_BITS} further up a bit a place of which the word is the whole value. One list, since most words have few.
 */
export type Postings = Uint32Array;

/** How far the bits of whole values stand above those of places. */
export const WHOLE_BITS = 8;

export interface TextIndex {
  readonly words: SearchableMap<Postings>;
  /** Another form of words (see `variantsOf`) → the words, which are keys of `words`. */
  readonly variants: ReadonlyMap<string, readonly string[]>;
  /** The versions of names, titles, repositories and tags by their key, `4.0.1`; those of frameworks have an index of their own. */
  readonly versions: SearchableMap<Postings>;
  /** A word of a framework's names → the folded frameworks. */
  readonly frameworks: ReadonlyMap<string, ReadonlySet<string>>;
}

/** Words of a text beyond this many are not searched. */
const MAX_WORDS = 400;
/** Names that are kept analyzed while a snapshot is indexed: they come again with each of its images. */
const MAX_KEPT = 20_000;
/** Prose is full of numbers that are no version; those of techniques and formats say which one it is. */
const WITHOUT_VERSIONS: readonly TextPlace[] = ['technique', 'format', 'facility', 'description'];

/** What one text puts into the index. */
interface Terms {
  readonly words: readonly string[];
  readonly versions: readonly string[];
  /** The one word or version that it consists of. */
  readonly whole: string | null;
}

/** As {@link Postings}, while they grow. */
type Growing = Map<string, number[]>;

/** Collects the words of records, which must come in ascending order. */
export class TextIndexBuilder {
  readonly #words: Growing = new Map();
  readonly #versions: Growing = new Map();
  readonly #frameworks = new Map<string, Set<string>>();
  readonly #kept = new Map<string, Terms>();
  readonly #synonyms = new Map<string, readonly string[]>();
  readonly #vocabulary: Vocabulary;
  readonly #facilityName: (id: string) => string;

  constructor(vocabulary: Vocabulary, facilityName: (id: string) => string) {
    this.#vocabulary = vocabulary;
    this.#facilityName = facilityName;
  }

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
    for (const id of record.techniques) this.#term('technique', this.#vocabulary.technique(id), id, document);
    for (const id of new Set([...record.reads, ...record.writes])) {
      this.#term('format', this.#vocabulary.format(id), id, document);
    }
    for (const tag of record.tags) this.#text('tag', tag, document);
    this.#text('facility', record.facility, document);
    this.#text('facility', this.#facilityName(record.facility), document);
    if (record.description !== null) this.#post('description', proseTerms(record.description), document);
  }

  /** Rests where it is due; nothing is added afterwards. */
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

  /** The synonyms of a framework that hold for all of its versions: `relion5` is not what RELION 3 is called. */
  #synonymsOf(name: string): readonly string[] {
    const folded = fold(name);
    let synonyms = this.#synonyms.get(folded);
    if (synonyms === undefined) {
      // One spelling for all: how some record spells it says nothing of the others, which may be visible where it is not.
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

/** A name is also found by its neighbors joined: `easy diffraction` by `easydiffraction`. */
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

/** What a framework is found by, whatever its version. */
export interface NameTerms {
  readonly words: ReadonlySet<string>;
  /** Its names as one word each. */
  readonly wholes: ReadonlySet<string>;
}

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
 * A synonym without the number of a generation: of `cryosparc v4` remains `cryosparc`, and nothing of `relion5`, since its
 * letters are RELION's own name.
 */
function withoutGeneration(synonym: string, name: string): readonly string[] {
  const own = new Set(nameTerms(name).words);
  const words = tokensOf(synonym, MAX_WORDS)
    .filter(({ version }) => version === null)
    .map(({ text }) => text)
    .filter((word) => own.has(word) || !own.has(word.replace(/\d+$/, '')));
  return words.length === 0 ? [] : [words.join(' ')];
}
