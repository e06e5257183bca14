// What the catalog gives to the rest: the state of every registry, and a way to have them refreshed.
import type { SourceFailure } from '../model/outcome.ts';
import type { Snapshot } from './snapshot.ts';
import type { SnapshotIndex } from './snapshot-index.ts';

export interface RegistryState {
  readonly facility: string;
  readonly registry: string;
  readonly kind: string;
  /** null: never had, or older than staleIfError. */
  readonly snapshot: Snapshot | null;
  /** Of the snapshot, and null where it is. */
  readonly index: SnapshotIndex | null;
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
