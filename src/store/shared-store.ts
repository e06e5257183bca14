// The one store of a thread, which its calls share: the first of them opens it, and where one of them finds it failing it is
// closed when the others are done with it, and opened again by the next.
import type { Clock } from '../model/clock.ts';
import { FederationError } from '../model/errors.ts';
import type { OpenedStore } from './open.ts';

/** Milliseconds from which on an opening that fails is not tried again at once. */
const SLOW_MS = 1_000;

export interface SharedStore {
  /**
   * Does some work on the store, beside others that do. Rejects as opening it does, as the work does, and once it is closed; for
   * an error that `isOver` holds for, the store is opened again by whoever comes next.
   */
  use<T>(work: (store: OpenedStore) => Promise<T>, isOver: (error: unknown) => boolean): Promise<T>;
  /** Counts the stores that were opened: after a failure to open one, or where another file is in the place of the last. */
  serial(): number;
  /** Resolves when it is closed; nothing opens it again. */
  close(): Promise<void>;
}

interface Opening {
  readonly store: Promise<OpenedStore>;
  users: number;
  /** Closes it, when nobody uses it any more; null: it is still to be used. */
  finish: (() => void) | null;
}

/**
 * A store that is opened by `open`, which is not called before the last one is closed: that has the file's lock. Where an
 * opening failed after a second or more, its error is what the next calls reject with, for as long as it took; once closed,
 * they reject with STORE_UNAVAILABLE.
 */
export function createSharedStore(
  open: () => Promise<OpenedStore>,
  clock: Pick<Clock, 'monotonic'>,
): SharedStore {
  let current: Opening | null = null;
  let closing: Promise<void> = Promise.resolve();
  let isClosed = false;
  let serial = 0;
  /** The file of the store that was opened last. */
  let lastFile: string | null = null;
  /** Why the last opening failed, and until when no other is tried. */
  let failing: { readonly error: unknown; readonly until: number } | null = null;

  async function openNext(before: Promise<void>): Promise<OpenedStore> {
    await before;
    // A server that does not answer takes its time to say so: those who wait behind are told at once.
    if (failing !== null && clock.monotonic() < failing.until) throw failing.error;
    const begun = clock.monotonic();
    try {
      const store = await open();
      if (serial === 0 || failing !== null || store.file !== lastFile) serial += 1;
      lastFile = store.file;
      failing = null;
      return store;
    } catch (error) {
      const ended = clock.monotonic();
      const took = ended - begun;
      failing = { error, until: took < SLOW_MS ? ended : ended + took };
      throw error;
    }
  }

  function retire(opening: Opening): void {
    if (current !== opening) return;
    current = null;
    closing = new Promise((resolve) => {
      opening.finish = () => {
        opening.store
          .then((store) => store.close())
          .catch(() => undefined)
          .finally(resolve);
      };
    });
    if (opening.users === 0) opening.finish?.();
  }

  function release(opening: Opening): void {
    opening.users -= 1;
    if (opening.users === 0) opening.finish?.();
  }

  return {
    async use(work, isOver) {
      for (;;) {
        if (isClosed) throw ended();
        current ??= { store: openNext(closing), users: 0, finish: null };
        const opening = current;
        opening.users += 1;
        try {
          const store = await opening.store;
          // Nothing may be written to a file that nobody finds.
          if (store.isReplaced()) retire(opening);
          else if (opening === current) return await work(store);
        } catch (error) {
          // A file that was replaced, a disk that came back: only a store that is opened again sees it.
          if (isOver(error)) retire(opening);
          throw error;
        } finally {
          release(opening);
        }
      }
    },

    serial: () => serial,

    async close() {
      isClosed = true;
      if (current !== null) retire(current);
      await closing;
    },
  };
}

const ended = (): FederationError => new FederationError('STORE_UNAVAILABLE', 'The store has been closed.');
