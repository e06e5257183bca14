// The interface of the catalog: the state of every registry, and a way to refresh them.
import type { SourceFailure, SourceStatus } from '../model/outcome.ts';
import type { SnapshotIndex } from './index/snapshot-index.ts';
import type { Notification } from './notification.ts';
import type { Snapshot } from './snapshot.ts';

export interface RegistryState {
  readonly facility: string;
  readonly registry: string;
  readonly kind: string;
  /** null: there was none yet, or it is older than staleIfError. */
  readonly snapshot: Snapshot | null;
  /** The index of the snapshot; null if there is none. */
  readonly index: SnapshotIndex | null;
  /** Milliseconds since the epoch of the last check that succeeded; null: none did. */
  readonly checkedAt: number | null;
  readonly status: Exclude<SourceStatus, 'SKIPPED'>;
  readonly failure: SourceFailure | null;
  /** Milliseconds of the last refresh; null before it ended. */
  readonly tookMs: number | null;
  /** Patterns of `registries[].repositories[]` that matched nothing in the last crawl, for the admin alone. */
  readonly unmatchedRules?: readonly string[];
}

export interface RefreshRequest {
  /** Seconds; snapshots whose last successful check is older are fetched now. null: as the cache's ttl says. */
  readonly maxAge: number | null;
  /** Registries that the query excludes: they are not refreshed. */
  readonly skip?: (facility: string, registry: string) => boolean;
  /** Ends only the waiting, not the refresh: other callers may wait for it too. */
  readonly signal?: AbortSignal;
}

export interface Catalog {
  /** The state of each registry, in federation.yaml's order, without waiting. */
  states(): readonly RegistryState[];
  /**
   * Waits only for registries without a usable snapshot, or with one older than `maxAge`; stale ones are refreshed in
   * the background. Never rejects: a registry that fails has a state with its failure.
   */
  refresh(request: RefreshRequest): Promise<readonly RegistryState[]>;
  /**
   * Has those of the named repositories that the registry's snapshot has asked again, not more than once a minute. Returns
   * how many these are, 0 for a registry that is not there. Never throws: where the registry fails, nothing has changed.
   */
  notify(notification: Notification): number;
  /** Ends refreshes under way, and closes the sources. Never rejects for one of them. */
  close(): Promise<void>;
}
