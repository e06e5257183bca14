// One thread in which work of many owners is done in turns, each task within bounds of time and memory.
import { SYSTEM_CLOCK } from './clock.ts';
import { createFairQueue } from './fair-queue.ts';
import { within } from './within.ts';
import { createWorkerThreads, isOutOfMemory, type WorkerThreadsOptions } from './worker-threads.ts';

/** A task took more time or memory than it may, whoever gives it. */
export class TooMuch extends Error {}

export interface ThreadInTurnsOptions extends Omit<WorkerThreadsOptions, 'threads'> {
  /** What waits, for messages of errors. */
  readonly what: string;
  /** For one task, once the thread has started. */
  readonly milliseconds: number;
}

/**
 * One task in the thread. Rejects with {@link TooMuch}; with the reason of the turn's signal once that aborts; and with the error
 * of a thread that does not start or dies otherwise: then nothing is known of the task.
 */
export type Attempt<Task, Result> = (task: Task) => Promise<Result>;

export interface ThreadInTurns<Task, Result> {
  /** Does the work when it is its owner's turn, and rejects as it does; with the signal's reason once that aborts. */
  inTurn<T>(
    owner: string,
    signal: AbortSignal,
    work: (attempt: Attempt<Task, Result>) => Promise<T>,
  ): Promise<T>;
  /** Ends the thread. Never rejects. */
  close(): Promise<void>;
}

/** Milliseconds in which a thread starts, or is given up as one that does not. */
const STARTING = 60_000;

/**
 * A thread that starts with the first task, and ends as those of {@link createWorkerThreads} do. Owners have an equal share
 * of its time, and none has a bound of what waits. A task that takes more than `milliseconds`, from when the thread has
 * started, or more memory than `megabytes` is {@link TooMuch}; a thread that does not start within 60 seconds is given up.
 */
export function createThreadInTurns<Task, Result>({
  what,
  milliseconds,
  ...worker
}: ThreadInTurnsOptions): ThreadInTurns<Task, Result> {
  const threads = createWorkerThreads({ ...worker, threads: 1 });
  const queue = createFairQueue({
    what,
    atOnce: 1,
    atOnceEach: 1,
    waitingEach: Number.POSITIVE_INFINITY,
    waiting: Number.POSITIVE_INFINITY,
    patience: null,
    timedBy: SYSTEM_CLOCK,
  });

  const attempting = (signal: AbortSignal): Attempt<Task, Result> => {
    return async (task) => {
      signal.throwIfAborted();
      return within(STARTING + milliseconds, signal, async (ended) => {
        const overdue = new AbortController();
        ended.addEventListener('abort', () => overdue.abort(ended.reason), { once: true });
        let timer: NodeJS.Timeout | null = null;
        // A busy machine starts no thread in time: that says nothing of the task, whose result is kept.
        const begun = (): void => {
          timer = setTimeout(() => overdue.abort(), milliseconds);
        };
        try {
          return (await threads.run(task, overdue.signal, begun)) as Result;
        } catch (error) {
          signal.throwIfAborted();
          const isLate = overdue.signal.aborted && timer !== null;
          throw isLate || isOutOfMemory(error) ? new TooMuch() : error;
        } finally {
          if (timer !== null) clearTimeout(timer);
        }
      });
    };
  };

  return {
    inTurn: (owner, signal, work) => queue.run(owner, () => work(attempting(signal)), signal),
    close: threads.close,
  };
}
