// How the snapshot of one registry is made: restored from the store at the start; then checked by one small request if its
// generation is unchanged, else by a crawl.
import type { RepositoryRule } from '../config/repository.ts';
import { type BackoffRange, doubled } from '../model/backoff.ts';
import type { Clock } from '../model/clock.ts';
import type { Pace } from '../model/pace.ts';
import type { NotifiedRepositories, Source, UnfinishedCrawl } from '../sources/source.ts';
import type { CrawlFacts, CrawlStanding, RegistryPlace } from '../store/store.ts';
import type { Vocabulary } from '../vocabulary/vocabulary.ts';
import { type CrawlResult, crawl, MAX_RESTARTS, refuseTooMany } from './crawl.ts';
import type { Deadline } from './deadline.ts';
import type { RegistryAddress } from './ids.ts';
import { type Recorder, SupersededError } from './recorder.ts';
import { withRepositories } from './repository-crawl.ts';
import { createSnapshots, type OnSnapshot, type UsedSnapshot } from './snapshots.ts';
import type { RegistryTrust } from './trust/registry-trust.ts';
import type { Withdrawn } from './withdrawn.ts';

/** When something was: to be shown, in milliseconds since the epoch, and to measure from, in those of the monotonic clock. */
export interface Moment {
  readonly wall: number;
  readonly monotonic: number;
}

/** What a successful check leaves. */
export interface CheckedSnapshot extends UsedSnapshot {
  /** The generation of the last crawl; the snapshot may be older, if its content did not change. */
  readonly generation: string | null;
  readonly crawledAt: Moment;
  readonly checkedAt: Moment;
  readonly unmatchedRules: readonly string[];
  /** null: it has every image that the registry listed. */
  readonly unfinished: UnfinishedCrawl | null;
}

/**
 * The registry as the store has it, as the last check left it; null: it has none that may still be used. Rejects as
 * {@link crawl}, {@link Recorder} and {@link Withdrawn} do (STORE_UNAVAILABLE, SOURCE_TOO_LARGE …), and as `onSnapshot` does.
 */
export type Restore = (deadline: Deadline) => Promise<CheckedSnapshot | null>;

/** How a crawl of a source that resumes is done: both are of `CrawlContext`. */
export interface CrawlSteering {
  readonly enough: AbortSignal;
  readonly notified: NotifiedRepositories;
}

/**
 * Checks the registry, given the last successful check: of some repositories alone, the result is that check with these as
 * they are now; its times, and the crawl that the store has, stay. Rejects as the source does, with GENERATION_UNSTABLE or
 * SOURCE_TOO_LARGE, or with the reason of the deadline's signal. `steering` is for a source that resumes.
 */
export type Check = (
  known: CheckedSnapshot | null,
  deadline: Deadline,
  steering?: CrawlSteering,
) => Promise<CheckedSnapshot>;

export interface RefreshOptions {
  readonly source: Source;
  readonly place: RegistryAddress;
  readonly rules: readonly RepositoryRule[];
  readonly vocabulary: Vocabulary;
  readonly maxRecords: number;
  /** null: the registry is not stored. */
  readonly recorder: Recorder | null;
  /** null: as `recorder`. */
  readonly withdrawn: Withdrawn | null;
  /** Milliseconds after its last check for which a snapshot may be used. */
  readonly usableFor: number;
  /** Seconds after which the registry is crawled even if its generation is unchanged. */
  readonly fullCrawl: number;
  readonly clock: Clock;
  readonly pace: Pace;
  /** Called after each page of a crawl, and of what is restored, with the number of records so far. */
  readonly onCrawling: (records: number) => void;
  /** Called after each complete crawl. */
  readonly onCrawlResult: (crawlResult: CrawlResult) => void;
  /** Called when the store has the registry as another gateway reads it. */
  readonly onStoredAs: (place: RegistryPlace) => void;
  /** The facility's name, for the words of its index. */
  readonly facilityName: (id: string) => string;
  readonly trust: Pick<RegistryTrust, 'settings' | 'load' | 'judged' | 'vouching'>;
  readonly onSnapshot: OnSnapshot;
}

/** What a registry's cache is filled by. */
export interface Refresh {
  readonly check: Check;
  /** null: the registry is not stored. */
  readonly restore: Restore | null;
  /** With the trust that is known now; null: it has that. Rejects as `onSnapshot` does. */
  trusted(known: CheckedSnapshot): Promise<CheckedSnapshot | null>;
  /** Resolves when what is being stored is stored, or has failed. Never rejects. */
  settled(): Promise<void>;
}

/** After how long a registry is crawled for the sake of a store that could not be written: that store may fail again. */
const STORE_AGAIN: BackoffRange = { first: 5_000, max: 3_600_000 };

/** Milliseconds for which what another gateway reads elsewhere under this name stays: else each would replace it for ever. */
const STORED_AS_MS = 3_600_000;

/**
 * The refresh of one registry. An unchanged snapshot keeps its index, and `onSnapshot` is not called for it again; it
 * is crawled all the same `fullCrawl` seconds after its last crawl, and for a store that lacks it, 5 s after a failure to an
 * hour after many. `check` rejects as {@link crawl}, {@link Source} and `onSnapshot` do, and `restore` as {@link Restore}
 * says; no failure of a write to the store is seen here.
 */
export function createRefresh(options: RefreshOptions): Refresh {
  const { source, clock, recorder, withdrawn } = options;
  const snapshots = createSnapshots(options);
  const { settings: trustSettings, vouching } = options.trust;
  const job = { ...options, trustSettings, vouching };
  /** Whether the store lacks the present snapshot: it could not be written, or is not there any more. */
  let isLacking = false;
  /** Crawls that are being stored. */
  let underWay = 0;
  let failures = 0;
  let storeAgainAt = Number.NEGATIVE_INFINITY;
  let storing: Promise<void> = Promise.resolve();

  const now = (): Moment => ({ wall: clock.wall(), monotonic: clock.monotonic() });

  async function isUnchanged(known: CheckedSnapshot, deadline: Deadline): Promise<boolean> {
    if (known.generation === null || known.unfinished !== null) return false;
    if (clock.monotonic() - known.crawledAt.monotonic >= options.fullCrawl * 1_000) return false;
    const info = await deadline.awaiting(source.info({ signal: deadline.signal }));
    if (info.generation !== known.generation) return false;
    // What is being stored has a later time of its own.
    if (recorder === null || underWay > 0) return true;
    const checked = recorder.checked(factsOf(known, known.crawledAt), clock.wall()).then((standing) => {
      if (standing !== 'UNKNOWN' && underWay === 0) noteStanding(standing);
      return standing;
    });
    // Once the store can be written again it gets what it lacks, by one more crawl.
    if (!isLacking || clock.monotonic() < storeAgainAt) return true;
    const standing = await checked;
    return standing === 'STORED' || standing === 'UNKNOWN';
  }

  function noteStanding(standing: CrawlStanding): void {
    if (typeof standing !== 'string') {
      options.onStoredAs(standing);
      if (!isLacking) storeAgainAt = clock.monotonic() + STORED_AS_MS;
    }
    isLacking = standing !== 'STORED';
  }

  async function snapshotOf(
    crawlResult: CrawlResult,
    crawledAt: Moment,
    known: CheckedSnapshot | null,
  ): Promise<CheckedSnapshot> {
    options.onCrawlResult(crawlResult);
    return {
      ...(await snapshots.used(crawlResult, crawledAt.wall, known)),
      generation: crawlResult.generation,
      crawledAt,
      checkedAt: crawledAt,
      unmatchedRules: crawlResult.unmatchedRules,
      unfinished: crawlResult.unfinished,
    };
  }

  /** Nobody waits for the store. */
  function store(
    { recording, records, unfinished }: CrawlResult,
    snapshot: CheckedSnapshot,
    known: CheckedSnapshot | null,
  ) {
    // The store has what is whole: the source itself keeps what it read of the rest.
    if (recording === null || unfinished !== null) {
      noteWithdrawn(known, snapshot);
      return;
    }
    underWay += 1;
    const done = recording.commit(factsOf(snapshot, snapshot.checkedAt), records).then((isStored) => {
      underWay -= 1;
      isLacking = !isStored;
      if (isStored) withdrawn?.stored(snapshot.crawledAt.wall);
      else noteWithdrawn(known, snapshot);
      failures = isStored ? 0 : failures + 1;
      storeAgainAt = isStored ? Number.NEGATIVE_INFINITY : clock.monotonic() + doubled(failures, STORE_AGAIN);
    });
    later(done);
  }

  /** What a check that is not stored no longer found. */
  function noteWithdrawn(known: CheckedSnapshot | null, { index }: Pick<CheckedSnapshot, 'index'>): void {
    if (withdrawn === null || known === null || known.index === index) return;
    const gone = [...known.index.byId.keys()].filter((id) => !index.byId.has(id));
    later(withdrawn.note({ withdrawn: gone, has: (id) => index.byId.has(id), at: clock.wall() }));
  }

  function later(work: Promise<void>): void {
    storing = Promise.all([storing, work]).then(() => undefined);
  }

  /** Begins again where another gateway stores a later crawl meanwhile. */
  async function restore(recorder: Recorder, deadline: Deadline): Promise<CheckedSnapshot | null> {
    for (let attempt = 0; ; attempt += 1) {
      try {
        return await restoreOnce(recorder, deadline);
      } catch (error) {
        if (!(error instanceof SupersededError) || attempt === MAX_RESTARTS) throw error;
      }
    }
  }

  async function restoreOnce(recorder: Recorder, deadline: Deadline): Promise<CheckedSnapshot | null> {
    const recorded = await deadline.awaiting(recorder.load());
    if (recorded === null) return null;
    const crawledAt = momentOf(recorded.facts.crawledAt, now());
    const checkedAt = momentOf(recorded.facts.checkedAt, now());
    if (crawledAt === null || checkedAt === null) return null;
    if (clock.monotonic() - checkedAt.monotonic > options.usableFor) return null;
    const hidden = await deadline.awaiting(withdrawn?.since(crawledAt.wall) ?? Promise.resolve(NONE));
    if (hidden === null) return null;
    const crawlResult = await crawl({
      ...job,
      source: { ...source, crawl: recorded.pages },
      recorder: null,
      deadline,
      onPage: options.onCrawling,
    });
    const records = crawlResult.records.filter(({ id }) => !hidden.has(id));
    return { ...(await snapshotOf({ ...crawlResult, records }, crawledAt, null)), checkedAt };
  }

  async function checkAll(
    known: CheckedSnapshot | null,
    deadline: Deadline,
    steering: Partial<CrawlSteering>,
  ): Promise<CheckedSnapshot> {
    if (known !== null && (await isUnchanged(known, deadline))) return { ...known, checkedAt: now() };
    const begun = now();
    const crawlResult = await crawl({ ...job, ...steering, deadline, onPage: options.onCrawling });
    // Where a crawl goes on after the listing of the registry for long, its age is that of the listing.
    const crawledAt = source.resumes === undefined ? now() : begun;
    const snapshot = await snapshotOf(crawlResult, crawledAt, known);
    store(crawlResult, snapshot, known);
    return snapshot;
  }

  async function checkSome(
    known: CheckedSnapshot,
    deadline: Deadline,
    { enough, notified }: CrawlSteering,
  ): Promise<CheckedSnapshot> {
    const crawlResult = await crawl({
      ...{ ...job, recorder: null, deadline, enough, notified },
      onPage: () => undefined,
    });
    const { snapshot } = known.hashed;
    const content = await withRepositories(snapshot, crawlResult, notified.names, options.pace);
    refuseTooMany(content.records.length, options.maxRecords);
    const { generation, crawledAt, unfinished } = known;
    const found = await snapshots.used({ ...content, generation }, crawledAt.wall, known);
    noteWithdrawn(known, found);
    return { ...known, ...found, unfinished: unfinished ?? crawlResult.unfinished };
  }

  return {
    check: (known, deadline, steering) =>
      known !== null && steering?.notified.alone
        ? checkSome(known, deadline, steering)
        : checkAll(known, deadline, steering ?? {}),

    async trusted(known) {
      const found = await snapshots.trusted(known);
      return found && { ...known, ...found };
    },
    restore: recorder === null ? null : (deadline) => restore(recorder, deadline),
    settled: () => storing,
  };
}

const NONE: ReadonlySet<string> = new Set();

const factsOf = ({ generation, crawledAt }: CheckedSnapshot, checkedAt: Moment): CrawlFacts => ({
  generation,
  crawledAt: crawledAt.wall,
  checkedAt: checkedAt.wall,
});

/** When it was by this process's clock; null: it has not been yet, so the time is not true. */
function momentOf(wall: number, now: Moment): Moment | null {
  return wall > now.wall ? null : { wall, monotonic: now.monotonic - (now.wall - wall) };
}
