// The cache of one registry's snapshot: decides when it is refreshed and whether it may be used, and keeps the outcome
// of the last check. One refresh is in flight at a time, and none of the methods rejects.
import { backoff } from '../model/backoff.ts';
import type { Clock } from '../model/clock.ts';
import { FederationError } from '../model/errors.ts';
import { failureOf, NOT_IN_TIME, type SourceFailure } from '../model/outcome.ts';
import type { Source } from '../sources/source.ts';
import type { RegistryState } from './catalog.ts';
import { abortable, createDeadline, type Deadline } from './deadline.ts';
import { knownAmong, type NamedRepositories } from './notification.ts';
import { createNotified } from './notified.ts';
import type { CheckedSnapshot, Refresh } from './refresh.ts';
import { NEVER_ASKED, SUPERSEDED, statusOf, TOO_OLD, UNFINISHED } from './registry-status.ts';
import { createResuming } from './resuming.ts';
import { createSnapshotInUse, type SnapshotInUseOptions } from './snapshot-in-use.ts';

export interface RegistryCacheOptions {
  readonly source: Source;
  /** How it is restored from the store, and checked. */
  readonly by: Refresh;
  /** Milliseconds after its check for which a snapshot is fresh, and for which it may be used. */
  readonly freshFor: number;
  readonly usableFor: number;
  /** Milliseconds for which one refresh waits for the registry. */
  readonly deadline: number;
  /** Whether its requests are counted: then no caller can have it asked. */
  readonly isBudgeted: boolean;
  readonly clock: Clock;
  /** From 0 to 1, for the jitter of the backoff. */
  readonly random: () => number;
  readonly trust: SnapshotInUseOptions['trust'];
  /** Called after a round of verifying that left something: how many images, and the failure; null: none. */
  readonly onDoubt: SnapshotInUseOptions['onDoubt'];
  readonly contents?: SnapshotInUseOptions['contents'];
  /** As `onDoubt`, of SBOMs that were to be read. */
  readonly onUnread?: SnapshotInUseOptions['onUnread'];
  readonly onNotRestored: (error: unknown) => void;
  readonly onDone: (records: number, tookMs: number, failure: SourceFailure | null, error: unknown) => void;
  /** Called after repositories that notifications named were asked again; undefined: nothing failed. */
  readonly onRepositories: (repositories: number, error: unknown) => void;
}

export interface RegistryCache {
  readonly facility: string;
  readonly registry: string;
  state(): RegistryState;
  /**
   * Starts a refresh if one is due. Returns what a query with this `maxAge` (seconds) waits for; null: it need not
   * wait. `maxAge` null: as `freshFor` says, as for a registry with a budget whatever it is. Never rejects.
   */
  refresh(maxAge: number | null): Promise<void> | null;
  /** Has those of the named repositories asked again that the snapshot has; returns how many. */
  notify(named: NamedRepositories): number;
  close(): Promise<void>;
}

/** How many deadlines a restoring waits for the store, which reads one registry after another: then the registry is asked. */
const RESTORE_DEADLINES = 3;

/** Milliseconds for which a registry that fails is left alone. */
const REST = { first: 5_000, max: 300_000 };

/** Milliseconds after which repositories that are asked for alone are left to a crawl that goes on: nobody waits for them. */
const ENOUGH_ALONE = 60_000;

/**
 * An empty cache of one registry. The first `refresh` restores it from the store, in three of the registry's deadlines at
 * most; after failures it waits as {@link backoff} says, 2.5 s to 5 minutes. None of its methods rejects for a registry that
 * fails: the failure is in `state()`.
 */
export function createRegistryCache(options: RegistryCacheOptions): RegistryCache {
  const { source, clock, by, freshFor } = options;
  const inUse = createSnapshotInUse(options);
  const { usable, age, use } = inUse;

  let failure: SourceFailure | null = NEVER_ASKED;
  let failures = 0;
  let failedAt = Number.NEGATIVE_INFINITY;
  let restUntil = Number.NEGATIVE_INFINITY;
  let tookMs: number | null = null;
  let refreshing: {
    /** Whether anybody waits for it. */
    isWaitedFor: boolean;
    readonly waited: Promise<void>;
    readonly done: Promise<void>;
    readonly deadline: Deadline;
  } | null = null;
  /** Under way, or done; null: nothing was asked yet. */
  let restoring: { readonly done: Promise<void>; readonly deadline: Deadline } | null = null;
  let isRestored = by.restore === null;
  /** Whether the store could not be read: what it has may be had later. */
  let isUnread = false;
  let closed = false;

  /** Repositories that are asked for alone: after a refresh under way, and given up for the next one, which asks for them. */
  let askingAgain: { readonly done: Promise<void>; readonly deadline: Deadline } | null = null;
  const notified = createNotified(clock, askAgain);

  /** null: every crawl ends with the registry's deadline. */
  const resuming =
    source.resumes === undefined
      ? null
      : createResuming(clock, options.deadline, () => {
          if (!closed) void startRefresh();
        });

  function state(): RegistryState {
    const known = usable();
    const snapshot = known?.hashed.snapshot ?? null;
    const shown = failure ?? (snapshot === null ? TOO_OLD : null);
    return {
      facility: source.facility,
      registry: source.registry,
      kind: source.kind,
      snapshot,
      index: known?.index ?? null,
      checkedAt: inUse.checkedAt()?.wall ?? null,
      status: statusOf(known, shown, inUse.checkedAt() !== null),
      failure: shown,
      tookMs,
      unmatchedRules: known?.unmatchedRules ?? [],
    };
  }

  function isAskedFor(maxAge: number): boolean {
    const maxAgeMs = maxAge * 1_000;
    // A lab that just failed is not asked again within the same age: `maxAge` has a floor so that nobody can have a
    // lab asked in a loop, and failing must not take that floor away.
    return age() >= maxAgeMs && (refreshing !== null || clock.monotonic() - failedAt >= maxAgeMs);
  }

  function refresh(maxAge: number | null): Promise<void> | null {
    if (closed) return null;
    // What outlived the last process is at hand before any registry is asked.
    if (!isRestored) {
      restoring ??= startRestore();
      return restoring.done.then(() => refresh(maxAge) ?? undefined);
    }
    if (maxAge !== null && !options.isBudgeted && isAskedFor(maxAge)) return awaitRefresh();
    const nothing = usable() === null;
    if (!nothing && age() <= freshFor && failure !== NEVER_ASKED) return null;
    if (failures > 0 && clock.monotonic() < restUntil) return null;
    if (nothing) return awaitRefresh();
    void startRefresh();
    return null;
  }

  function awaitRefresh(): Promise<void> {
    const waited = startRefresh();
    if (refreshing !== null) refreshing.isWaitedFor = true;
    return waited;
  }

  function startRestore() {
    const deadline = createDeadline(options.deadline * RESTORE_DEADLINES, clock);
    return { done: restore(deadline), deadline };
  }

  async function restore(deadline: Deadline): Promise<void> {
    try {
      const restored = await by.restore?.(deadline);
      if (restored != null) use(restored);
      isUnread = false;
    } catch (error) {
      const isUnavailable = error instanceof FederationError && error.code === 'STORE_UNAVAILABLE';
      isUnread = isUnavailable || deadline.signal.aborted;
      // A crawl gives the same and more, or says why it does not.
      if (!closed) options.onNotRestored(error);
    }
    isRestored = true;
  }

  /** What those who asked for it wait for: never longer than the registry's deadline, whatever its crawl takes. */
  function startRefresh(): Promise<void> {
    if (refreshing !== null) return refreshing.waited;
    const deadline = createDeadline(source.resumes?.deadline ?? options.deadline, clock);
    const done = run(deadline).finally(() => {
      refreshing = null;
    });
    const waited = resuming === null ? done : resuming.waited(deadline, done, noteLate);
    refreshing = { isWaitedFor: false, waited, done, deadline };
    return waited;
  }

  /** Somebody waited, and the registry has not answered. */
  function noteLate(): void {
    if (failure === NEVER_ASKED) failure = UNFINISHED;
    else if (refreshing?.isWaitedFor) failure ??= NOT_IN_TIME;
  }

  function check(deadline: Deadline, names: ReadonlySet<string>): Promise<CheckedSnapshot> {
    if (resuming === null) return by.check(usable(), deadline);
    const notified = { names, alone: false };
    return by.check(usable(), deadline, { enough: resuming.round(deadline), notified });
  }

  async function run(deadline: Deadline): Promise<void> {
    const started = clock.monotonic();
    let names: ReadonlySet<string> = new Set();
    let thrown: unknown;
    try {
      if (askingAgain !== null) {
        askingAgain.deadline.stop(SUPERSEDED);
        await abortable(askingAgain.done, deadline.signal);
      }
      names = notified.takeAll();
      const checked = await check(deadline, names);
      use(checked);
      failure = checked.unfinished === null ? null : UNFINISHED;
      if (!closed) resuming?.done(checked.unfinished);
      failures = 0;
      restUntil = Number.NEGATIVE_INFINITY;
    } catch (error) {
      thrown = error;
      notified.giveBack(names);
      failure = failureOf(error);
      failedAt = clock.monotonic();
      // Whoever has a registry asked while it rests does not make it rest for longer: the others would be kept from
      // what it withdraws by a caller.
      if (started >= restUntil) {
        failures += 1;
        restUntil = failedAt + backoff(failures, REST, options.random());
      }
      if (!closed && inUse.last()?.unfinished) resuming?.failed(restUntil - failedAt);
      // The store may have been down at the start, and the registry still is.
      if (isUnread && inUse.last() === null && !closed) {
        restoring = startRestore();
        await restoring.done;
      }
    }
    tookMs = Math.round(clock.monotonic() - started);
    const records = inUse.last()?.hashed.snapshot.records.length ?? 0;
    if (!closed) options.onDone(records, tookMs, failure, thrown);
  }

  async function askAgain(): Promise<void> {
    while (refreshing !== null) await refreshing.done;
    const known = usable();
    if (closed || known === null) return;
    const names = notified.take();
    if (names.size === 0) return;
    const deadline = createDeadline(source.resumes?.deadline ?? options.deadline, clock);
    const done = replace(known, names, deadline).finally(() => {
      askingAgain = null;
    });
    askingAgain = { done, deadline };
    await done;
  }

  /** What fails changes nothing, and has no part in how the registry is. */
  async function replace(
    known: CheckedSnapshot,
    names: ReadonlySet<string>,
    deadline: Deadline,
  ): Promise<void> {
    const steering = { enough: deadline.passed(ENOUGH_ALONE), notified: { names, alone: true } };
    let thrown: unknown;
    try {
      const checked = await by.check(known, deadline, steering);
      use(checked);
      if (known.unfinished === null && checked.unfinished !== null) {
        failure ??= UNFINISHED;
        const rest = restUntil - clock.monotonic();
        if (rest > 0) resuming?.failed(rest);
        else if (!closed) resuming?.done(checked.unfinished);
      }
    } catch (error) {
      thrown = error;
      notified.giveBack(names);
    }
    if (!closed && thrown !== SUPERSEDED) options.onRepositories(names.size, thrown);
  }

  return {
    facility: source.facility,
    registry: source.registry,
    state,
    refresh,
    notify(named) {
      const index = usable()?.index;
      if (closed || source.resumes === undefined || index === undefined) return 0;
      const repositories = knownAmong(index, named);
      notified.add(repositories);
      return repositories.length;
    },
    async close() {
      closed = true;
      notified.stop();
      askingAgain?.deadline.stop();
      resuming?.stop();
      restoring?.deadline.stop();
      refreshing?.deadline.stop();
      await restoring?.done;
      await askingAgain?.done;
      await refreshing?.done;
      await inUse.stop();
      await by.settled();
    },
  };
}
