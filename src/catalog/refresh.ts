// One check of one registry: one small request if its generation is unchanged, else a crawl and a new snapshot.
import type { RepositoryRule } from '../config/repository.ts';
import type { Clock } from '../model/clock.ts';
import type { Pace } from '../model/pace.ts';
import type { Source } from '../sources/source.ts';
import type { Vocabulary } from '../vocabulary/vocabulary.ts';
import { type CrawlResult, crawl } from './crawl.ts';
import type { Deadline } from './deadline.ts';
import type { RegistryAddress } from './ids.ts';
import type { Snapshot } from './snapshot.ts';
import { buildSnapshotIndex, type SnapshotIndex } from './snapshot-index.ts';
import { type StoredSnapshot, storeSnapshot } from './stored-snapshot.ts';

/** When something was: to be shown, and to measure from. */
export interface Moment {
  readonly wall: number;
  readonly monotonic: number;
}

/** What a successful check leaves. */
export interface CheckedSnapshot {
  readonly stored: StoredSnapshot;
  readonly index: SnapshotIndex;
  /** The generation of the last crawl; the snapshot may be older, if its content did not change. */
  readonly generation: string | null;
  readonly crawledAt: Moment;
  readonly checkedAt: Moment;
  readonly unmatchedRules: readonly string[];
}

/**
 * Checks the registry, given the last successful check. Rejects as the source does, with GENERATION_UNSTABLE or
 * SOURCE_TOO_LARGE, or with the reason of the deadline's signal.
 */
export type Check = (known: CheckedSnapshot | null, deadline: Deadline) => Promise<CheckedSnapshot>;

export interface CheckOptions {
  readonly source: Source;
  readonly place: RegistryAddress;
  readonly rules: readonly RepositoryRule[];
  readonly vocabulary: Vocabulary;
  readonly maxRecords: number;
  /** Seconds after which the registry is crawled even if its generation is unchanged. */
  readonly fullCrawl: number;
  readonly clock: Clock;
  readonly pace: Pace;
  readonly onCrawling: (records: number) => void;
  readonly onCrawlResult: (crawlResult: CrawlResult) => void;
  readonly facilityName: (id: string) => string;
  /** Awaited before the snapshot is used, so that everything that queries need is ready when they see it. */
  readonly onSnapshot: (snapshot: Snapshot) => Promise<void> | void;
}

/** The check of one registry. An unchanged snapshot keeps its index, and `onSnapshot` is not called for it again. */
export function createCheck(options: CheckOptions): Check {
  const { source, clock } = options;

  const now = (): Moment => ({ wall: clock.wall(), monotonic: clock.monotonic() });

  async function isUnchanged(known: CheckedSnapshot, deadline: Deadline): Promise<boolean> {
    if (known.generation === null) return false;
    if (clock.monotonic() - known.crawledAt.monotonic >= options.fullCrawl * 1_000) return false;
    const info = await deadline.awaiting(source.info({ signal: deadline.signal }));
    return info.generation === known.generation;
  }

  return async (known, deadline) => {
    if (known !== null && (await isUnchanged(known, deadline))) return { ...known, checkedAt: now() };
    const crawlResult = await crawl({ ...options, deadline, onPage: options.onCrawling });
    const crawledAt = now();
    options.onCrawlResult(crawlResult);
    const stored = await storeSnapshot(
      crawlResult,
      options.place,
      crawledAt.wall,
      known?.stored ?? null,
      options.pace,
    );
    const isKnown = known !== null && stored === known.stored;
    const index = isKnown ? known.index : await buildSnapshotIndex(stored.snapshot, options, options.pace);
    if (!isKnown) await options.onSnapshot(stored.snapshot);
    return {
      stored,
      index,
      generation: crawlResult.generation,
      crawledAt,
      checkedAt: crawledAt,
      unmatchedRules: crawlResult.unmatchedRules,
    };
  };
}
