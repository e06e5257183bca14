// What the catalog gives to the rest: the state of every registry, and a way to have them refreshed.
import type { ImageRecord } from '../model/image.ts';
import type { SourceFailure } from '../model/outcome.ts';

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

export interface RegistryState {
  readonly facility: string;
  readonly registry: string;
  readonly kind: string;
  /** null: never had, or older than staleIfError. */
  readonly snapshot: Snapshot | null;
  /** Milliseconds since the epoch of the last check that succeeded; null: none did. */
  readonly checkedAt: number | null;
  readonly status: 'OK' | 'STALE' | 'TIMEOUT' | 'ERROR';
  readonly failure: SourceFailure | null;
  /** Of the last refresh. */
  readonly tookMs: number | null;
  /** Patterns of `registries[].repositories[]` that matched nothing in the last crawl, for the admin alone. */
  readonly unmatchedRules?: readonly string[];
}

export interface RefreshRequest {
  /** Seconds; snapshots whose last successful check is older are fetched now. null: as the cache's ttl says. */
  readonly maxAge: number | null;
  /** Registries that the question excludes: nobody asks them. */
  readonly skip?: (facility: string, registry: string) => boolean;
  /** Ends the waiting, never the refresh: others may wait for it too. */
  readonly signal?: AbortSignal;
}

export interface Catalog {
  /** One state a registry, in federation.yaml's order, without waiting. */
  states(): readonly RegistryState[];
  /**
   * Waits only for registries without a usable snapshot, or older than `maxAge`; refreshes stale ones behind.
   * A failing registry is a state, never a rejection.
   */
  refresh(request: RefreshRequest): Promise<readonly RegistryState[]>;
  close(): Promise<void>;
}
