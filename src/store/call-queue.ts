// The calls that wait for the store's thread, which does those that write one after another, and those that read, beside
// them: a large crawl is committed for many seconds. They wait here and not in its port: a call that was given up is not done
// any more when its turn comes, and holds nothing until then.
import type { Clock } from '../model/clock.ts';
import { FederationError } from '../model/errors.ts';
import type { StoreCall, StoreReply } from './worker.ts';

/** Calls that wait at once, of those that read and of those that write. */
export const MAX_WAITING = 1_000;

/** Milliseconds in which the calls of a store that ends are done, or given up. */
export const ENDING_MS = 5_000;

export interface CallQueue {
  /**
   * Does a call when those of its kind before it are done. Rejects as `send` does, and with STORE_UNAVAILABLE where it was
   * not done in time, too many wait, or the store ends.
   *
   * @param within milliseconds from now on, for a call that reads; null: it writes, and may take as long as it takes
   */
  run(call: StoreCall, within: number | null): Promise<StoreReply>;
  /** Resolves when all calls till then were done or given up; never rejects. */
  idle(): Promise<void>;
  /** Begins to end it: gives up whatever is not done in 5 s, and all that comes later. Again it does nothing. */
  end(): void;
  /** Ends it now. */
  stop(): void;
}

interface Waiting {
  readonly call: StoreCall;
  readonly isHurried: boolean;
  resolve(reply: StoreReply): void;
  reject(error: unknown): void;
}

/**
 * A queue without calls, in which {@link MAX_WAITING} (1,000) that read wait at most, and as many that write.
 * Only its `run` can fail: with STORE_UNAVAILABLE, as {@link CallQueue} says, and as `send` does. `end` gives
 * up what is not done in 5,000 ms, and all that comes later.
 *
 * @param send has the thread do a call; it is called for one that writes and one that reads at a time
 */
export function createCallQueue(send: (call: StoreCall) => Promise<StoreReply>, clock: Clock): CallQueue {
  const waiting = new Set<Waiting>();
  const running = new Set<Waiting>();
  const pending = new Set<Promise<StoreReply>>();
  let isStopped = false;
  let callOffEnd: (() => void) | null = null;

  function sendNext(isHurried: boolean): void {
    const isAlike = (entry: Waiting) => entry.isHurried === isHurried;
    if ([...running].some(isAlike)) return;
    const next = [...waiting].find(isAlike);
    if (next === undefined) return;
    waiting.delete(next);
    running.add(next);
    send(next.call)
      .then(next.resolve, next.reject)
      .finally(() => {
        running.delete(next);
        sendNext(isHurried);
      });
  }

  function giveUp(entry: Waiting, error: FederationError): void {
    waiting.delete(entry);
    entry.reject(error);
  }

  function stop(): void {
    isStopped = true;
    callOffEnd?.();
    for (const entry of [...waiting, ...running]) giveUp(entry, ended());
  }

  return {
    run(call, within) {
      if (isStopped) return Promise.reject(ended());
      const isHurried = within !== null;
      const alike = [...waiting].filter((entry) => entry.isHurried === isHurried);
      if (alike.length >= MAX_WAITING) return Promise.reject(tooMany());
      const reply = new Promise<StoreReply>((resolve, reject) => {
        const entry: Waiting = { call, isHurried, resolve, reject };
        const callOff =
          within === null ? () => undefined : clock.after(within, () => giveUp(entry, late(within)));
        entry.resolve = (reply) => {
          callOff();
          resolve(reply);
        };
        entry.reject = (error) => {
          callOff();
          reject(error);
        };
        waiting.add(entry);
        sendNext(isHurried);
      });
      pending.add(reply);
      const settle = () => void pending.delete(reply);
      reply.then(settle, settle);
      return reply;
    },

    async idle() {
      await Promise.allSettled(pending);
    },

    end() {
      callOffEnd ??= clock.after(ENDING_MS, stop);
    },

    stop,
  };
}

const SLOW =
  'Look for what slows it down: its disk, its server, the way there, or another session that locks it.';

const late = (within: number): FederationError =>
  new FederationError('STORE_UNAVAILABLE', `The store did not answer within ${within} ms.`, {
    hint: SLOW,
  });

const tooMany = (): FederationError =>
  new FederationError('STORE_UNAVAILABLE', `More than ${MAX_WAITING} calls wait for the store.`, {
    hint: SLOW,
  });

const ended = (): FederationError =>
  new FederationError('STORE_UNAVAILABLE', 'The gateway has ended, and the store had not answered.', {
    hint: 'What was not stored is crawled again after the next start.',
  });
