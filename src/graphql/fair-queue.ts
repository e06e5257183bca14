// Work in turns that are fair between those who ask for it: each has a turn after the other, however much one asks, and
// nobody has all that may be under way at once.
import { FederationError } from '../model/errors.ts';

export interface FairQueueOptions {
  /** Pieces of work under way at a time. */
  readonly atOnce: number;
  /** Of them, those of one principal. */
  readonly atOnceEach: number;
  /** Pieces of one principal that may wait. */
  readonly waitingEach: number;
  /** Pieces of all principals that may wait. */
  readonly waiting: number;
  /** Milliseconds that a piece may wait. */
  readonly patience: number;
}

export interface FairQueue {
  /**
   * Does the work when it is its turn, never in the same turn of the event loop. Rejects as the work does; with
   * NOT_READY, and the work not begun, where too much waits or it waited for too long.
   */
  run<T>(principal: string, work: () => Promise<T>): Promise<T>;
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

  function schedule(): void {
    if (scheduled) return;
    scheduled = true;
    setImmediate(() => {
      scheduled = false;
      while (running < options.atOnce && beginNext());
    });
  }

  function beginNext(): boolean {
    for (const [principal, line] of lines) {
      const before = underWay.get(principal) ?? 0;
      const [piece] = line;
      if (piece === undefined || before >= options.atOnceEach) continue;
      leave(principal, piece);
      const left = lines.get(principal);
      if (left !== undefined) {
        lines.delete(principal);
        lines.set(principal, left);
      }
      underWay.set(principal, before + 1);
      running += 1;
      void piece.begin().finally(() => {
        running -= 1;
        const now = (underWay.get(principal) ?? 1) - 1;
        if (now === 0) underWay.delete(principal);
        else underWay.set(principal, now);
        schedule();
      });
      return true;
    }
    return false;
  }

  function leave(principal: string, piece: Piece): void {
    const line = lines.get(principal) ?? [];
    const at = line.indexOf(piece);
    if (at === -1) return;
    line.splice(at, 1);
    waiting -= 1;
    if (line.length === 0) lines.delete(principal);
  }

  return {
    run: (principal, work) =>
      new Promise((resolve, reject) => {
        const line = lines.get(principal) ?? [];
        if (line.length >= options.waitingEach || waiting >= options.waiting) {
          reject(tooMuch());
          return;
        }
        const late = setTimeout(() => {
          leave(principal, piece);
          reject(tooMuch());
        }, options.patience);
        late.unref();
        const piece: Piece = {
          begin: () => {
            clearTimeout(late);
            return work().then(resolve, reject);
          },
        };
        line.push(piece);
        lines.set(principal, line);
        waiting += 1;
        schedule();
      }),
  };
}

const tooMuch = (): FederationError => new FederationError('NOT_READY', 'too much is waiting');
