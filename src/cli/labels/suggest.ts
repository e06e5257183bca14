// Names of the vocabulary that may be meant by one that it does not have.
import { type NameIndex, nameIndex, nearestIn } from '../../model/nearest.ts';
import type { Vocabulary } from '../../vocabulary/vocabulary.ts';

export type TermKind = 'technique' | 'format' | 'framework' | 'license';

/** Names that are suggested. */
const MAX = 3;
/** Characters of a name that is compared. */
const LONGEST = 64;
/** Letters of a word by which a name is found that has it within. */
const SHORTEST_WORD = 4;

/** By vocabulary, since to fold some thousand names takes longer than to compare them. */
const indexes = new WeakMap<Vocabulary, Map<TermKind, NameIndex>>();

/**
 * At most three names of the kind: those nearest to the word, else those that have one of its longer words; empty where there are
 * none. Of `word` the first 64 UTF-16 units count; a longer word has 4 or more. A technique is named by its label or a synonym.
 */
export function suggested(word: string, kind: TermKind, vocabulary: Vocabulary): readonly string[] {
  const index = indexOf(kind, vocabulary);
  const short = word.slice(0, LONGEST);
  const near = nearestIn(short, [index]);
  if (near.length > 0) return near;
  const parts = (short.toLowerCase().match(/\p{L}+/gu) ?? []).filter(({ length }) => length >= SHORTEST_WORD);
  return index.names.filter((name) => parts.some((part) => name.toLowerCase().includes(part))).slice(0, MAX);
}

function indexOf(kind: TermKind, vocabulary: Vocabulary): NameIndex {
  const known = indexes.get(vocabulary) ?? new Map<TermKind, NameIndex>();
  indexes.set(vocabulary, known);
  const index = known.get(kind) ?? nameIndex(namesOf(kind, vocabulary));
  known.set(kind, index);
  return index;
}

function namesOf(kind: TermKind, vocabulary: Vocabulary): readonly string[] {
  if (kind === 'license') return vocabulary.licenses();
  if (kind === 'technique')
    return vocabulary.techniques().flatMap(({ label, synonyms }) => [label, ...synonyms]);
  if (kind === 'format')
    return vocabulary.formats().flatMap(({ id, label, synonyms }) => [id, label, ...synonyms]);
  return vocabulary.frameworks().flatMap((name) => [name, ...vocabulary.frameworkSynonyms(name)]);
}
