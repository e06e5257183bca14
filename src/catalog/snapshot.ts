// A snapshot: all valid records of one registry at one generation, as they were crawled. Results computed from it are
// kept as long as it is.
import type { ImageRecord } from '../model/image.ts';

/** A record that broke the contract, for the admin alone. */
export interface Quarantined {
  /** The name of the record, as far as it could be read; inert text, bounded. */
  readonly subject: string;
  readonly reason: string;
  /** The repository that it is of; null: it could not be read. */
  readonly repository: string | null;
}

/** How a snapshot differs from another one of as many records in the same order: in their trust alone. */
export interface SnapshotRevision {
  readonly of: Snapshot;
  /** The numbers of the records that are others, ascending. */
  readonly changed: Uint32Array;
}

/** All valid records of one registry at one generation; never changed after it is made. */
export interface Snapshot {
  /** Unique in this process, and increasing: equal numbers mean the same records. */
  readonly serial: number;
  readonly facility: string;
  readonly registry: string;
  readonly generation: string | null;
  readonly records: readonly ImageRecord[];
  readonly quarantined: readonly Quarantined[];
  readonly quarantinedCount: number;
  /** Milliseconds since the epoch. */
  readonly crawledAt: number;
}
