// Counts of the fields whose values include narrower ones, techniques and formats: each as a choice of it would select.
import type { Bits } from '../catalog/bitset.ts';
import { countHolders } from '../catalog/index/holders.ts';
import { fold } from '../model/fold.ts';
import type { Vocabulary } from '../vocabulary/vocabulary.ts';
import type { Counts } from './facet-versions.ts';
import { type NestedField, narrowerHolders } from './narrower-holders.ts';
import type { View } from './view.ts';

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
      count += countHolders(narrowerHolders(snapshotIndex, field, value, vocabulary), bits[index] as Bits);
    }
    counts.set(fold(value), { value, count });
  }
  return counts;
}
