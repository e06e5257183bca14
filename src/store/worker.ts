// The store's thread: opens the store at the first call, and again after a failure of the engine. It is given one call that
// writes and one that reads at a time. Its calls are those of `Store`, by part and method.
import { workerData } from 'node:worker_threads';
import { SYSTEM_CLOCK } from '../model/clock.ts';
import { type ErrorData, errorData } from '../model/error-data.ts';
import { FederationError } from '../model/errors.ts';
import { rejectAsFault } from './engine/fault.ts';
import { type OpenStoreOptions, openStore } from './open.ts';
import { createSharedStore } from './shared-store.ts';

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
export type StoreWorkerData = Pick<OpenStoreOptions, 'place' | 'secret' | 'registryBytes'>;

const { place } = workerData as StoreWorkerData;

/** What was found invalid since the last reply: calls that are done side by side find it together. */
const invalid: ErrorData[] = [];

const shared = createSharedStore(
  () =>
    openStore({
      ...(workerData as StoreWorkerData),
      onInvalid: (error) => void invalid.push(errorData(error)),
    }),
  SYSTEM_CLOCK,
);

const isOver = (error: unknown): boolean =>
  !(error instanceof FederationError) || error.code !== 'STORE_INVALID';

/**
 * Does one call on the store of this thread, which the first call opens. A FederationError, also that of {@link openStore}
 * and what {@link faultOf} makes of the engine's, is given as `failure`; it rejects with any other error. After a failure but
 * STORE_INVALID the store is closed, as soon as no other call uses it, and the next call opens it again.
 */
export default async function call(asked: StoreCall): Promise<StoreReply> {
  const answer = await answerTo(asked);
  return { ...answer, serial: shared.serial(), invalid: invalid.splice(0) };
}

async function answerTo({
  part,
  method,
  args,
}: StoreCall): Promise<{ readonly value: unknown } | { readonly failure: ErrorData }> {
  try {
    if (part === null && method === 'close') return { value: await shared.close() };
    const value = await shared.use(async (store) => {
      if (part === null && method === 'open') return undefined;
      const target = (part === null ? store : store[part]) as unknown as Record<
        string,
        (...args: readonly unknown[]) => Promise<unknown>
      >;
      return (target[method] as (...args: readonly unknown[]) => Promise<unknown>)
        .call(target, ...args)
        .catch(rejectAsFault(place));
    }, isOver);
    return { value };
  } catch (error) {
    if (!(error instanceof FederationError)) throw error;
    return { failure: errorData(error) };
  }
}
