// The records with a value or a narrower one, in the fields whose values include narrower ones: techniques and formats.
import { type Holders, unionOf } from '../catalog/index/holders.ts';
import type { SnapshotIndex } from '../catalog/index/snapshot-index.ts';
import { fold } from '../model/fold.ts';
import type { Vocabulary } from '../vocabulary/vocabulary.ts';

/** The fields whose values include narrower ones. */
export type NestedField = 'techniques' | 'reads' | 'writes';

/** What a value of the field includes, itself first or among them. */
const INCLUDED: Readonly<Record<NestedField, (vocabulary: Vocabulary, id: string) => readonly string[]>> = {
  techniques: (vocabulary, id) => vocabulary.narrower(id),
  reads: (vocabulary, id) => vocabulary.narrowerFormats(id),
  writes: (vocabulary, id) => vocabulary.narrowerFormats(id),
};

/** They are the same for all callers, so that one union per index is kept. */
const unions = new WeakMap<SnapshotIndex, Map<string, Holders>>();

/**
 * The records of a snapshot with the value of the id, or with one below it. Computed once per index, field and value, and each
 * time for a value that no record has.
 */
export function narrowerHolders(
  snapshotIndex: SnapshotIndex,
  field: NestedField,
  id: string,
  vocabulary: Vocabulary,
): Holders {
  const joined = unions.get(snapshotIndex) ?? new Map<string, Holders>();
  unions.set(snapshotIndex, joined);
  const key = `${field} ${id}`;
  let holders = joined.get(key);
  if (holders === undefined) {
    const below = INCLUDED[field](vocabulary, id);
    const included = new Set([id, ...below].map(fold));
    const held = [...included].flatMap((one) => snapshotIndex.fields[field].get(one) ?? []);
    holders = unionOf(snapshotIndex.snapshot.records.length, held);
    // Kept are what the vocabulary has and what records have: of other values a caller can name any number.
    if (below.length > 0 || held.length > 0) joined.set(key, holders);
  }
  return holders;
}
