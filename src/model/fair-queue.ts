// A queue that is fair between owners, be they principals or facilities: their work begins in rotation, however much
// one of them has waiting, and no owner can use all of the concurrency.
import type { MonotonicClock } from './clock.ts';
import { FederationError } from './errors.ts';

export interface FairQueueOptions {
  /** What waits, for messages of errors. */
  readonly what: string;
  /** Maximum pieces of work that run at a time. */
  readonly atOnce: number;
  /** Maximum pieces of one owner that run at a time. */
  readonly atOnceEach: number;
  /** Maximum pieces of one owner that wait. */
  readonly waitingEach: number;
  /** Maximum pieces of all owners that wait. */
  readonly waiting: number;
  /** Maximum milliseconds that a piece waits; null: until its signal aborts. */
  readonly patience: number | null;
  /**
   * Owners have an equal share of the time by it (start-time fair queueing), so that one whose pieces take long has fewer turns.
   * Left out: they have an equal share of the turns.
   */
  readonly timedBy?: MonotonicClock;
}

export interface FairQueue {
  /**
   * Starts the work when it is its owner's turn, never in the same turn of the event loop. Rejects as the work does;
   * with NOT_READY, without starting the work, if too much waits or it waited for too long; and with the signal's
   * reason if that aborts before the work has started.
   */
  run<T>(owner: string, work: () => Promise<T>, signal?: AbortSignal): Promise<T>;
}

interface Piece {
  begin(): Promise<void>;
}

/**
 * An empty queue with these bounds, in which owners take turns. Its `run` rejects with NOT_READY what is beyond a
 * bound, or waits for longer than `patience` milliseconds (null: without end), and with the signal's reason what is
 * given up before it began.
 */
export function createFairQueue(options: FairQueueOptions): FairQueue {
  /** Waiting pieces by owner; the owner that had a turn last is at the end, and none has an empty list. */
  const lines = new Map<string, Piece[]>();
  const underWay = new Map<string, number>();
  const { timedBy } = options;
  /** By owner, the milliseconds that its pieces took; who was away does not catch up on what the others had meanwhile. */
  const used = new Map<string, number>();
  let usedAtLast = 0;
  let running = 0;
  let waiting = 0;
  let scheduled = false;

  const tooMuch = (): FederationError =>
    new FederationError('NOT_READY', `too many ${options.what} are waiting`, {
      hint: 'Try again in a moment, with fewer images.',
    });

  function schedule(): void {
    if (scheduled) return;
    scheduled = true;
    setImmediate(() => {
      scheduled = false;
      while (running < options.atOnce && beginNext());
    });
  }

  function beginNext(): boolean {
    for (const [owner, line] of inTurn()) {
      const before = underWay.get(owner) ?? 0;
      const [piece] = line;
      if (piece === undefined || before >= options.atOnceEach) continue;
      leave(owner, piece);
      const left = lines.get(owner);
      if (left !== undefined) {
        lines.delete(owner);
        lines.set(owner, left);
      }
      underWay.set(owner, before + 1);
      running += 1;
      usedAtLast = Math.max(usedAtLast, used.get(owner) ?? 0);
      const begun = timedBy?.monotonic();
      void piece.begin().finally(() => {
        running -= 1;
        if (timedBy !== undefined && begun !== undefined) {
          used.set(owner, (used.get(owner) ?? 0) + timedBy.monotonic() - begun);
        }
        const now = (underWay.get(owner) ?? 1) - 1;
        if (now === 0) underWay.delete(owner);
        else underWay.set(owner, now);
        schedule();
      });
      return true;
    }
    return false;
  }

  /** In the order of their turns. */
  function inTurn(): Iterable<readonly [string, Piece[]]> {
    if (timedBy === undefined) return lines;
    return [...lines].sort(([one], [other]) => (used.get(one) ?? 0) - (used.get(other) ?? 0));
  }

  function leave(owner: string, piece: Piece): void {
    const line = lines.get(owner) ?? [];
    const at = line.indexOf(piece);
    if (at === -1) return;
    line.splice(at, 1);
    waiting -= 1;
    if (line.length === 0) lines.delete(owner);
  }

  return {
    run: (owner, work, signal) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted) {
          reject(signal.reason);
          return;
        }
        const line = lines.get(owner) ?? [];
        if (line.length >= options.waitingEach || waiting >= options.waiting) {
          reject(tooMuch());
          return;
        }
        const giveUp = (reason: unknown): void => {
          stopWaiting();
          leave(owner, piece);
          reject(reason);
        };
        const abort = (): void => giveUp(signal?.reason);
        const late =
          options.patience === null
            ? undefined
            : setTimeout(() => giveUp(tooMuch()), options.patience).unref();
        const stopWaiting = (): void => {
          clearTimeout(late);
          signal?.removeEventListener('abort', abort);
        };
        const piece: Piece = {
          begin: () => {
            stopWaiting();
            return work().then(resolve, reject);
          },
        };
        signal?.addEventListener('abort', abort, { once: true });
        if (timedBy !== undefined && line.length === 0 && !underWay.has(owner)) {
          used.set(owner, Math.max(used.get(owner) ?? 0, usedAtLast));
        }
        line.push(piece);
        lines.set(owner, line);
        waiting += 1;
        schedule();
      }),
  };
}
