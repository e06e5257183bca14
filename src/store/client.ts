// The store as the gateway has it: in a thread of its own, since SQLite blocks whoever calls it and hashing takes a while.
// A store that cannot be used ends no answer: its calls are rejected, and its health says so until one succeeds.
import { fileURLToPath } from 'node:url';
import type { Logger } from 'pino';
import { Piscina } from 'piscina';
import { type Clock, SYSTEM_CLOCK } from '../model/clock.ts';
import { errorOf } from '../model/error-data.ts';
import { type ErrorCode, FederationError } from '../model/errors.ts';
import { WORKER_ARGUMENTS } from '../model/worker-arguments.ts';
import { createCallQueue } from './call-queue.ts';
import type { StorePlace } from './engine/engine.ts';
import { createStoreWatch, SHOWS, type StoreHealth, type StoreTask } from './health.ts';
import type { CrawlStore, DocumentStore, RegistryKey, StateStore, Store, TagHistory } from './store.ts';
import type { StoreCall, StoreWorkerData } from './worker.ts';

/** Milliseconds for what is read, for which somebody waits. */
const READ_MS = 10_000;

/** Milliseconds in which its thread ends, once it is told to. */
const THREAD_MS = 1_000;

export interface StoreClient extends Store {
  readonly engine: StorePlace['kind'];
  /** Whether the last calls of the store succeeded. */
  health(): StoreHealth;
  /** Begins to close it: calls that are not done in 5 s are rejected, so that nobody waits longer for it. */
  end(): void;
  /**
   * Resolves after 6 s at the latest; calls that are done in 5 s, from `end` on where it was called, are done. What is
   * called later rejects with STORE_UNAVAILABLE.
   */
  close(): Promise<void>;
}

export interface StoreClientOptions {
  readonly place: StorePlace;
  /** `federation.secret`, 32 bytes or more. */
  readonly secret: Uint8Array;
  /** Bytes that one registry may have of what can be asked for again; 1 GiB unless said. */
  readonly registryBytes?: number;
  readonly logger: Logger;
  /** The system's by default. */
  readonly clock?: Clock;
  /** Called for each call that failed; nothing is called by default. */
  readonly onFailure?: (code: ErrorCode) => void;
}

// Built JavaScript, from src/ as from dist/: a `.ts` worker does not start under tsx on Node 20.
const WORKER = fileURLToPath(new URL('../../dist/store/worker.js', import.meta.url));

/** What no waiting mends: a gateway does not start with it. */
const REFUSED: readonly ErrorCode[] = ['STORE_IN_USE', 'STORE_NEWER'];

/**
 * Opens the store, and resolves also where it cannot be used now, after 10 s at the latest: its calls try
 * again. A registry may have 1 GiB of documents unless `registryBytes` says otherwise. Rejects with
 * STORE_IN_USE where another gateway has its file, and with STORE_NEWER where a newer panfed made it. Its
 * calls reject as {@link Store} says, with what {@link openStore} rejects with, and with STORE_UNAVAILABLE
 * where one that reads is not done in 10 s, a thousand wait, or the thread ends.
 */
export async function openStoreClient(options: StoreClientOptions): Promise<StoreClient> {
  const client = createClient(options);
  try {
    await client.open();
  } catch (error) {
    if (!(error instanceof FederationError) || REFUSED.includes(error.code)) {
      await client.close();
      throw error;
    }
  }
  return client;
}

type Part = Exclude<StoreCall['part'], null>;

/** Calls that write, and calls that read. */
const WRITTEN = { shows: SHOWS.WRITTEN, needs: SHOWS.WRITTEN, mendedBy: SHOWS.WRITTEN };
const READ = { ...WRITTEN, shows: SHOWS.READ, needs: SHOWS.READ };

function createClient(options: StoreClientOptions): StoreClient & { open(): Promise<void> } {
  const { place, secret, registryBytes, logger, clock = SYSTEM_CLOCK, onFailure = () => {} } = options;
  const workerData: StoreWorkerData = {
    place,
    secret,
    ...(registryBytes !== undefined && { registryBytes }),
  };
  const thread = new Piscina({
    filename: WORKER,
    minThreads: 1,
    maxThreads: 1,
    // One that reads, and one that writes.
    concurrentTasksPerWorker: 2,
    // Else the thread sleeps between calls, and sees no connection end that idles.
    atomics: 'disabled',
    // Where PostgreSQL's client finds ~/.pgpass, as it does for the commands beside the gateway.
    env: process.env.HOME === undefined ? {} : { HOME: process.env.HOME },
    execArgv: [...WORKER_ARGUMENTS],
    workerData,
  });
  // A thread that dies rejects its call, which is reported below.
  thread.on('error', () => {});
  const queue = createCallQueue((call) => thread.run(call), clock);
  const watch = createStoreWatch(logger, clock);

  async function call<T>(call: StoreCall, task: StoreTask): Promise<T> {
    let serial: number | null = null;
    try {
      const reply = await queue.run(call, task.shows === SHOWS.READ ? READ_MS : null);
      serial = reply.serial;
      if ('failure' in reply) throw errorOf(reply.failure, reply.failure.cause);
      watch.succeeded(task, serial);
      for (const data of reply.invalid) {
        const error = errorOf(data, data.cause);
        onFailure(error.code);
        watch.failed(task, error, serial);
      }
      return reply.value as T;
    } catch (cause) {
      const error =
        cause instanceof FederationError
          ? cause
          : new FederationError('STORE_UNAVAILABLE', 'The store’s thread ended.', {
              hint: 'The next call begins another one; see the cause.',
              cause,
            });
      onFailure(error.code);
      watch.failed(task, error, serial);
      throw error;
    }
  }

  /** A thread that hangs in a call of the system, as on a disk that does not answer, ends with the process alone. */
  function endThread(): Promise<void> {
    return new Promise((resolve, reject) => {
      const callOff = clock.after(THREAD_MS, resolve);
      thread.destroy().then(resolve, reject).finally(callOff);
    });
  }

  /** What is about the whole store, and never written anew by itself. */
  const read = <T>(method: string) =>
    call<T>({ part: null, method, args: [] }, { ...READ, scope: method, mendedBy: SHOWS.READ });
  const ofState = <T>(method: keyof StateStore, args: readonly unknown[], task: Omit<StoreTask, 'scope'>) =>
    call<T>({ part: 'state', method, args }, { ...task, scope: 'state' });
  const ofRegistry = <T>(
    part: Part,
    method: string,
    args: readonly [Pick<RegistryKey, 'facility' | 'registry'>, ...(readonly unknown[])],
    task: Omit<StoreTask, 'scope'>,
    of = '',
  ) => {
    const [{ facility, registry }] = args;
    return call<T>({ part, method, args }, { ...task, scope: `${of}${facility}/${registry}` });
  };

  const crawls: CrawlStore = {
    find: (...args) => ofRegistry('crawls', 'find', args, READ),
    read: (...args) => ofRegistry('crawls', 'read', args, READ),
    // It may have had nothing to write, and a crawl whose nodes could not be is not committed.
    append: (...args) => ofRegistry('crawls', 'append', args, { ...WRITTEN, shows: SHOWS.LITTLE }),
    commit: (...args) => ofRegistry('crawls', 'commit', args, WRITTEN),
    check: (...args) =>
      ofRegistry('crawls', 'check', args, { ...WRITTEN, shows: SHOWS.LITTLE, needs: SHOWS.LITTLE }),
  };
  const documents: DocumentStore = {
    read: (...args) => ofRegistry('documents', 'read', args, READ, 'documents '),
    write: (...args) => ofRegistry('documents', 'write', args, WRITTEN, 'documents '),
    prune: (...args) =>
      call({ part: 'documents', method: 'prune', args }, { ...WRITTEN, scope: 'documents' }),
  };
  const state: StateStore = {
    read: (...args) => ofState('read', args, READ),
    write: (...args) => ofState('write', args, WRITTEN),
    keys: (...args) => ofState('keys', args, READ),
    remove: (...args) => ofState('remove', args, WRITTEN),
  };
  const history: TagHistory = { tags: (...args) => ofRegistry('history', 'tags', args, READ) };

  return {
    engine: place.kind,
    crawls,
    documents,
    state,
    history,
    info: () => read('info'),
    size: () => read('size'),
    open: () => read('open'),
    health: () => watch.health(),
    end: () => queue.end(),
    async close() {
      queue.end();
      await queue.idle();
      await queue.run({ part: null, method: 'close', args: [] }, null).catch(() => undefined);
      queue.stop();
      await endThread();
    },
  };
}
