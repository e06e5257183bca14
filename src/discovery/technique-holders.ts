// The records with a technique or a narrower one.
import { type Holders, unionOf } from '../catalog/index/holders.ts';
import type { SnapshotIndex } from '../catalog/index/snapshot-index.ts';
import { fold } from '../model/fold.ts';
import type { Vocabulary } from '../vocabulary/vocabulary.ts';

/** They are the same for all callers, so that one union per index is kept. */
const techniquesOf = new WeakMap<SnapshotIndex, Map<string, Holders>>();

/** The records of a snapshot with the technique of the id, or with one below it. Computed once per index and technique. */
export function techniqueHolders(
  snapshotIndex: SnapshotIndex,
  id: string,
  vocabulary: Pick<Vocabulary, 'narrower'>,
): Holders {
  const joined = techniquesOf.get(snapshotIndex) ?? new Map<string, Holders>();
  techniquesOf.set(snapshotIndex, joined);
  let holders = joined.get(id);
  if (holders === undefined) {
    const below = new Set([id, ...vocabulary.narrower(id)].map(fold));
    const held = [...below].flatMap((one) => snapshotIndex.fields.techniques.get(one) ?? []);
    holders = unionOf(snapshotIndex.snapshot.records.length, held);
    // A technique without records is not kept: a caller can name any number of them.
    if (held.length > 0) joined.set(id, holders);
  }
  return holders;
}
