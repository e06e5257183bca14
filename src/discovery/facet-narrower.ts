// Counts of the fields whose values include narrower ones, techniques and formats: each as a choice of it would select.
import type { Bits } from '../catalog/bitset.ts';
import { countHolders, type Holders, unionOf } from '../catalog/index/holders.ts';
import type { SnapshotIndex } from '../catalog/index/snapshot-index.ts';
import { fold } from '../model/fold.ts';
import type { Vocabulary } from '../vocabulary/vocabulary.ts';
import type { Counts } from './facet-versions.ts';
import type { View } from './view.ts';

/** The fields whose values include narrower ones. */
export type NestedField = 'techniques' | 'reads' | 'writes';

/** What a value of the field includes, itself first or among them. */
const INCLUDED: Readonly<Record<NestedField, (vocabulary: Vocabulary, id: string) => readonly string[]>> = {
  techniques: (vocabulary, id) => vocabulary.narrower(id),
  reads: (vocabulary, id) => vocabulary.narrowerFormats(id),
  writes: (vocabulary, id) => vocabulary.narrowerFormats(id),
};

/**
 * Counts each value with all narrower ones, as a choice of it does: the values of `direct`, which images name themselves, and
 * those that were selected. `bits`: the records that are counted, one set per snapshot of the view.
 */
export function withNarrower(
  view: View,
  bits: readonly Bits[],
  field: NestedField,
  direct: Counts,
  selected: readonly string[],
  vocabulary: Vocabulary,
): Counts {
  const counts: Counts = new Map();
  for (const value of new Set([...[...direct.values()].map((entry) => entry.value), ...selected])) {
    let count = 0;
    for (const [index, { snapshotIndex }] of view.parts.entries()) {
      count += countHolders(holdersOf(snapshotIndex, field, value, vocabulary), bits[index] as Bits);
    }
    counts.set(fold(value), { value, count });
  }
  return counts;
}

/**
 * The records with a value or a narrower one. They are the same for all callers, so that one union per index is kept.
 */
const unions = new WeakMap<SnapshotIndex, Map<string, Holders>>();

function holdersOf(
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
    const included = new Set([id, ...INCLUDED[field](vocabulary, id)].map(fold));
    const held = [...included].flatMap((one) => snapshotIndex.fields[field].get(one) ?? []);
    holders = unionOf(snapshotIndex.snapshot.records.length, held);
    // A value without records is not kept: a caller can name any number of them.
    if (held.length > 0) joined.set(key, holders);
  }
  return holders;
}
