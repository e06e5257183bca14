// A snapshot with other trusts: its index stays but for the field of trust, and nothing else of it is made again.
import type { ImageRecord } from '../../model/image.ts';
import { type Pace, paced } from '../../model/pace.ts';
import { add, emptyBits } from '../bitset.ts';
import { nextSerial } from '../hashed-snapshot.ts';
import { FieldIndexBuilder } from '../index/field.ts';
import { FIELD_VALUES, type SnapshotIndex } from '../index/snapshot-index.ts';
import type { Snapshot, SnapshotRevision } from '../snapshot.ts';

export interface TrustedSnapshot {
  readonly snapshot: Snapshot;
  readonly index: SnapshotIndex;
  /** How it differs from the one before it. */
  readonly revision: SnapshotRevision;
}

/**
 * The snapshot of the index with each record as `judged` gives it, which changes nothing but its trust; null where none
 * changes. Rests where `pace` is due, and never rejects.
 */
export async function withTrust(
  index: SnapshotIndex,
  judged: (record: ImageRecord) => ImageRecord,
  pace: Pace,
): Promise<TrustedSnapshot | null> {
  const before = index.snapshot;
  const records: ImageRecord[] = [];
  const changed: number[] = [];
  const trust = new FieldIndexBuilder();
  const doubted = emptyBits(before.records.length);
  await paced(before.records, pace, (record) => {
    const now = judged(record);
    const number = records.push(now) - 1;
    if (now !== record) changed.push(number);
    if (now.trust.isDoubted) add(doubted, number);
    for (const value of FIELD_VALUES.trust(now)) trust.add(value, number);
  });
  if (changed.length === 0) return null;
  const snapshot = Object.freeze({ ...before, serial: nextSerial(), records: Object.freeze(records) });
  const fields = { ...index.fields, trust: await trust.build(records.length, pace) };
  return {
    snapshot,
    index: Object.freeze({ ...index, snapshot, fields, doubted }),
    revision: { of: before, changed: Uint32Array.from(changed) },
  };
}
