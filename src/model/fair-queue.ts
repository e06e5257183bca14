// Work in turns that are fair between those whom it is for, be they principals or facilities: each has a turn after the
// other, however much is asked for one, and nobody has all that may be under way at once.
import { FederationError } from './errors.ts';

export interface FairQueueOptions {
  /** What waits, as errors say it. */
  readonly what: string;
  /** Pieces of work under way at a time. */
  readonly atOnce: number;
  /** Of them, those of one owner. */
  readonly atOnceEach: number;
  /** Pieces of one owner that may wait. */
  readonly waitingEach: number;
  /** Pieces of all owners that may wait. */
  readonly waiting: number;
  /** Milliseconds that a piece may wait; null: until its signal aborts. */
  readonly patience: number | null;
}

export interface FairQueue {
  /**
   * Does the work when it is its turn, never in the same turn of the event loop. Rejects as the work does; with
   * NOT_READY, and the work not begun, where too much waits or it waited for too long; and with the signal's reason where
   * that aborts before the work began.
   */
  run<T>(owner: string, work: () => Promise<T>, signal?: AbortSignal): Promise<T>;
}

interface Piece {
  begin(): Promise<void>;
}

export function createFairQueue(options: FairQueueOptions): FairQueue {
  /** Who waits, whoever had a turn last at the end; nobody without a piece. */
  const lines = new Map<string, Piece[]>();
  const underWay = new Map<string, number>();
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
    for (const [owner, line] of lines) {
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
      void piece.begin().finally(() => {
        running -= 1;
        const now = (underWay.get(owner) ?? 1) - 1;
        if (now === 0) underWay.delete(owner);
        else underWay.set(owner, now);
        schedule();
      });
      return true;
    }
    return false;
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
        line.push(piece);
        lines.set(owner, line);
        waiting += 1;
        schedule();
      }),
  };
}
