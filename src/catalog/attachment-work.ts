// When what registries hold beside images is fetched and worked on, such as signatures and SBOMs: after each check, behind it,
// a few images at a time; what is found comes into use once a second, and what could not be fetched is asked for again later.
import { setMaxListeners } from 'node:events';
import pLimit from 'p-limit';
import { backoff } from '../model/backoff.ts';
import type { Clock } from '../model/clock.ts';
import type { ImageRecord } from '../model/image.ts';
import { paced, preparing } from '../model/pace.ts';
import { isOfRegistry } from '../network/failure.ts';
import { retryAfterOf } from '../network/registry/rate-limit-error.ts';
import type { Snapshot } from './snapshot.ts';

/** What came of the work on one image. */
export type WorkOutcome =
  /** All that it has is done. */
  | 'SETTLED'
  /** Something could not be fetched: it is to be asked for later. */
  | 'DOUBTED';

/** Work on the attachments of a registry's images. */
export interface AttachmentWork {
  /** Whether something of the image is yet to be done. */
  isPending(record: ImageRecord): boolean;
  /**
   * Does what is pending of the image. Rejects with the reason of the signal, as the source does where it is not to be asked
   * for more now, and with the error of a thread that does not start or dies.
   */
  settle(record: ImageRecord, signal: AbortSignal): Promise<WorkOutcome>;
  /** When something that was found changes by the clock alone, in milliseconds since the epoch; null: nothing does. */
  changesAt(): number | null;
  /** Resolves when what was found is kept. Never rejects. */
  flush(): Promise<void>;
}

export interface WorkingOptions {
  readonly work: AttachmentWork;
  /** The snapshot in use; null: there is none. */
  readonly current: () => Snapshot | null;
  /** Brings what was found into use. Rejects where it cannot be made ready: it is tried again later. */
  readonly use: () => Promise<void>;
  readonly clock: Clock;
  /** From 0 to 1, for the jitter of the backoff. */
  readonly random: () => number;
  /** Called after a round that ended early, or left something: how many images, and the failure. */
  readonly onDoubt: (images: number, error: unknown) => void;
}

export interface Working {
  /** Does what is pending in the snapshot in use: now, or after what is under way; nothing once it was stopped. */
  begin(): void;
  /** Gives up what is being fetched, and resolves when it has ended. Never rejects. */
  stop(): Promise<void>;
}

/** Images that are worked on at a time: their registry is also asked by others. */
const AT_ONCE = 4;

/** Milliseconds between two times in which what was found comes into use. */
const USED_EVERY = 1_000;

/** Milliseconds after which what could not be fetched is asked for again. */
const AGAIN = { first: 5_000, max: 300_000 };

/** Milliseconds of the longest wait of a timer. */
const LONGEST_WAIT = 3_600_000;

/**
 * The working on a registry's attachments, which does nothing before its first `begin`: four images at a time, with what was
 * found in use once a second. What could not be fetched is asked for again after 5 seconds, later after up to 5 minutes, and
 * not before the registry said that it answers again (RATE_LIMITED). A round ends early with CIRCUIT_OPEN or RATE_LIMITED, and
 * after 16 failures in a row. Never throws; neither of its methods rejects.
 */
export function createWorking(options: WorkingOptions): Working {
  const { work, current, use, clock, random, onDoubt } = options;
  const ended = new AbortController();
  // Each request under way listens, and there are more of them than Node takes for a leak.
  setMaxListeners(0, ended.signal);
  let running: Promise<void> | null = null;
  let isDue = false;
  let failures = 0;
  /** Ids of images of which something could not be had in the last round. */
  const doubtful = new Set<string>();
  let callOff = (): void => undefined;

  /** What is overdue was not of the snapshot in use, or became due meanwhile: no round follows another at once. */
  function beginAt(time: number): void {
    callOff();
    const wait = time - clock.wall();
    callOff = clock.after(wait > 0 ? Math.min(wait, LONGEST_WAIT) : USED_EVERY, begin);
  }

  function begin(): void {
    if (ended.signal.aborted) return;
    isDue = true;
    running ??= run().finally(() => {
      running = null;
    });
  }

  async function run(): Promise<void> {
    while (isDue && !ended.signal.aborted) {
      isDue = false;
      callOff();
      await round();
    }
  }

  /** What is known comes into use first: the snapshot may be of a crawl that began before it was found. */
  async function round(): Promise<void> {
    await tried(use);
    const snapshot = current();
    if (snapshot === null) return;
    const { doubted, failure: failed } = await settleAll(await pendingOf(snapshot));
    await work.flush();
    const unused = await tried(use);
    const failure = failed ?? unused;
    if (ended.signal.aborted) return;
    const changesAt = work.changesAt();
    if (doubted === 0 && failure === null) {
      failures = 0;
      if (changesAt !== null) beginAt(changesAt);
      return;
    }
    failures += 1;
    onDoubt(doubted, failure);
    const again = clock.wall() + backoff(failures, AGAIN, random());
    beginAt(Math.min(changesAt ?? Number.POSITIVE_INFINITY, Math.max(again, retryAfterOf(failure) ?? 0)));
  }

  /** Those that failed before come last: they keep no others from being settled. */
  async function pendingOf({ records }: Snapshot): Promise<readonly ImageRecord[]> {
    const pending: ImageRecord[] = [];
    const late: ImageRecord[] = [];
    await paced(records, preparing, (record) => {
      if (work.isPending(record)) (doubtful.has(record.id) ? late : pending).push(record);
    });
    return [...pending, ...late];
  }

  /** Ends early where the registry is not to be asked for more now: the first failure says why. */
  async function settleAll(pending: readonly ImageRecord[]): Promise<{ doubted: number; failure: unknown }> {
    const inTurn = pLimit(AT_ONCE);
    let failure: unknown = null;
    let inARow = 0;
    let usedAt = clock.monotonic();
    doubtful.clear();

    async function settle(record: ImageRecord): Promise<void> {
      // Another crawl may have come: its images are those that are shown.
      if (failure !== null || isDue || ended.signal.aborted) return;
      try {
        if ((await work.settle(record, ended.signal)) === 'DOUBTED') doubtful.add(record.id);
        inARow = 0;
      } catch (error) {
        doubtful.add(record.id);
        inARow += 1;
        if (isOfRegistry(error) || inARow >= MOST_IN_A_ROW) failure ??= error;
      }
    }

    for (let start = 0; start < pending.length; start += USED_AFTER) {
      if (failure !== null || isDue || ended.signal.aborted) break;
      await Promise.all(
        pending.slice(start, start + USED_AFTER).map((record) => inTurn(() => settle(record))),
      );
      if (clock.monotonic() - usedAt < USED_EVERY) continue;
      await tried(use);
      usedAt = clock.monotonic();
    }
    return { doubted: doubtful.size, failure: ended.signal.aborted ? null : failure };
  }

  return {
    begin,
    async stop() {
      ended.abort();
      callOff();
      await running;
      await work.flush();
    },
  };
}

/** What was thrown; null: it succeeded. */
async function tried(one: () => Promise<void>): Promise<unknown> {
  try {
    await one();
    return null;
  } catch (error) {
    return error ?? new Error('failed without an error');
  }
}

/** Failures of images in a row after which the registry is left alone for a while. */
const MOST_IN_A_ROW = 16;

/** Images after which it is seen whether what was found is to come into use. */
const USED_AFTER = 64;
