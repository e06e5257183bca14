// The store's thread: opens the store at the first call, and again after a failure of the engine; does one call after
// another. Its calls are those of `Store`, by part and method.
import { workerData } from 'node:worker_threads';
import { SYSTEM_CLOCK } from '../model/clock.ts';
import { type ErrorData, errorData } from '../model/error-data.ts';
import { FederationError } from '../model/errors.ts';
import { rejectAsFault } from './engine/fault.ts';
import { type OpenedStore, type OpenStoreOptions, openStore } from './open.ts';

/** One call of a method of the store. */
export interface StoreCall {
  /** null: of the store itself. */
  readonly part: 'crawls' | 'documents' | 'state' | 'history' | null;
  readonly method: string;
  readonly args: readonly unknown[];
}

/** What came of it. */
export type StoreReply = ({ readonly value: unknown } | { readonly failure: ErrorData }) & {
  /** Counts the stores that were opened: after a failure to open one, or where another file is in the place of the last. */
  readonly serial: number;
  /** What was not as it was written, and went unused. */
  readonly invalid: readonly ErrorData[];
};

/** What the thread is started with, beside what Piscina adds. */
export type StoreWorkerData = Pick<OpenStoreOptions, 'place' | 'secret'>;

const place = (workerData as StoreWorkerData).place;

let opened: Promise<OpenedStore> | null = null;

let serial = 0;

/** What the call that is under way found invalid: calls are done one after another. */
let invalid: ErrorData[] = [];

/** The file of the store that was opened last. */
let lastFile: string | null = null;

/** Milliseconds from which on an opening that fails is not tried again at once. */
const SLOW_MS = 1_000;

/** Why the last opening failed, and until when no other is tried. */
let failing: { readonly error: unknown; readonly until: number } | null = null;

/**
 * Does one call on the store of this thread, which the first call opens. A FederationError is given as `failure`;
 * any other error is thrown. After a failure but STORE_INVALID the store is closed, and the next call opens it
 * again.
 */
export default async function call({ part, method, args }: StoreCall): Promise<StoreReply> {
  invalid = [];
  try {
    if (part === null && method === 'close') return { value: await close(), serial, invalid };
    const store = await current();
    if (part === null && method === 'open') return { value: undefined, serial, invalid };
    const target = (part === null ? store : store[part]) as unknown as Record<
      string,
      (...args: readonly unknown[]) => Promise<unknown>
    >;
    const value = await (target[method] as (...args: readonly unknown[]) => Promise<unknown>)
      .call(target, ...args)
      .catch(rejectAsFault(place));
    return { value, serial, invalid };
  } catch (error) {
    const failure = error instanceof FederationError ? error : null;
    // A file that was replaced, a disk that came back: only a store that is opened again sees it.
    if (failure === null || failure.code !== 'STORE_INVALID') await close().catch(() => undefined);
    if (failure === null) throw error;
    return { failure: errorData(failure), serial, invalid };
  }
}

/** The store, opened again where its file was replaced or removed: nothing may be written to one that nobody finds. */
async function current(): Promise<OpenedStore> {
  if (opened !== null && (await opened).isReplaced()) await close();
  if (opened !== null) return opened;
  // A server that does not answer takes its time to say so: those who wait behind are told at once.
  if (failing !== null && SYSTEM_CLOCK.monotonic() < failing.until) throw failing.error;
  const begun = SYSTEM_CLOCK.monotonic();
  opened = openStore({
    ...(workerData as StoreWorkerData),
    onInvalid: (error) => void invalid.push(errorData(error)),
  });
  try {
    const store = await opened;
    if (serial === 0 || failing !== null || store.file !== lastFile) serial += 1;
    lastFile = store.file;
    failing = null;
    return store;
  } catch (error) {
    const ended = SYSTEM_CLOCK.monotonic();
    const took = ended - begun;
    failing = { error, until: took < SLOW_MS ? ended : ended + took };
    throw error;
  }
}

async function close(): Promise<void> {
  const closing = opened;
  opened = null;
  await (await closing?.catch(() => undefined))?.close();
}
