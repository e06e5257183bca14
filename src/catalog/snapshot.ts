// All valid records of one registry at one generation, as they were crawled: what is computed from them is kept for as long
// as they are.
import type { ImageRecord } from '../model/image.ts';

/** A record that broke the contract, for the admin alone. */
export interface Quarantined {
  /** What the record calls itself, as far as it could be read; inert text, bounded. */
  readonly subject: string;
  readonly reason: string;
}

/** All valid records of one registry at one generation; never changed after it is made. */
export interface Snapshot {
  /** Unique in this process, increasing: the same number is the same records. */
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
