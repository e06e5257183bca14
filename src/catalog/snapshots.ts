// How the records of a crawl come into use: judged by what is known of their signatures, as a snapshot with its index, once
// everything that questions need of it is ready.
import type { ImageRecord } from '../model/image.ts';
import { type Pace, paced } from '../model/pace.ts';
import { type HashedSnapshot, hashedSnapshot, type SnapshotContent } from './hashed-snapshot.ts';
import type { RegistryAddress } from './ids.ts';
import { buildSnapshotIndex, type SnapshotIndex, type SnapshotIndexContext } from './index/snapshot-index.ts';
import type { Snapshot, SnapshotRevision } from './snapshot.ts';
import type { RegistryTrust } from './trust/registry-trust.ts';
import { withTrust } from './trust/trusted-snapshot.ts';

/** A snapshot as it is in use. */
export interface UsedSnapshot {
  readonly hashed: HashedSnapshot;
  readonly index: SnapshotIndex;
}

/**
 * Awaited before a snapshot is used, so that everything that queries need is ready when they see it. `revision`: how it differs
 * from one that was given before; undefined: it is another one.
 */
export type OnSnapshot = (snapshot: Snapshot, revision?: SnapshotRevision) => Promise<void> | void;

export interface SnapshotsOptions extends SnapshotIndexContext {
  readonly place: RegistryAddress;
  readonly trust: Pick<RegistryTrust, 'load' | 'judged'>;
  readonly pace: Pace;
  readonly onSnapshot: OnSnapshot;
}

export interface Snapshots {
  /**
   * The content in use, `crawledAt` in milliseconds since the epoch; where it is that of `before` (null: nothing was in use),
   * the snapshot, the index and the trust of that one stay. Rejects as `onSnapshot` does.
   */
  used(content: SnapshotContent, crawledAt: number, before: UsedSnapshot | null): Promise<UsedSnapshot>;
  /** With the trust that is known now; null: it has that. Rejects as `onSnapshot` does. */
  trusted(before: UsedSnapshot): Promise<UsedSnapshot | null>;
}

/**
 * What makes the snapshots in use of one registry: records with the trust that is known of them, an index, and what
 * `onSnapshot` makes ready. It keeps none of them. Never throws; its methods reject as `onSnapshot` does.
 */
export function createSnapshots(options: SnapshotsOptions): Snapshots {
  const { place, trust, pace, onSnapshot } = options;

  async function trusted({ hashed, index: before }: UsedSnapshot): Promise<UsedSnapshot | null> {
    const found = await withTrust(before, trust.judged, pace);
    if (found === null) return null;
    const { snapshot, index, revision } = found;
    await onSnapshot(snapshot, revision);
    return { hashed: { ...hashed, snapshot }, index };
  }

  return {
    trusted,
    async used(content, crawledAt, before) {
      await trust.load(content.records);
      const records: ImageRecord[] = [];
      await paced(content.records, pace, (record) => void records.push(trust.judged(record)));
      const hashed = await hashedSnapshot(
        { ...content, records },
        place,
        crawledAt,
        before?.hashed ?? null,
        pace,
      );
      if (before !== null && hashed === before.hashed) return { hashed, index: before.index };
      const index = await buildSnapshotIndex(hashed.snapshot, options, pace);
      await onSnapshot(hashed.snapshot);
      // What was verified while it was made ready counts.
      return (await trusted({ hashed, index })) ?? { hashed, index };
    },
  };
}
