// The store as the gateway has it: in a thread of its own, since SQLite blocks whoever calls it and hashing takes a while.
// A store that cannot be used ends no answer: its calls are rejected, and its health says so until one succeeds.
import { fileURLToPath } from 'node:url';
import type { Logger } from 'pino';
import { Piscina } from 'piscina';
import { type Clock, SYSTEM_CLOCK } from '../model/clock.ts';
import { type ErrorCode, FederationError } from '../model/errors.ts';
import type { StorePlace } from './engine.ts';
import type { CrawlStore, DocumentStore, StateStore, Store, TagHistory } from './store.ts';
import type { StoreCall, StoreReply, StoreWorkerData } from './worker.ts';

/** Whether the last call of the store succeeded. */
export type StoreHealth =
  | { readonly status: 'OK' }
  | {
      readonly status: 'FAILING';
      readonly code: ErrorCode;
      /** Milliseconds since the epoch of the first of the failures. */
      readonly since: number;
    };

export interface StoreClient extends Store {
  readonly engine: StorePlace['kind'];
  health(): StoreHealth;
}

export interface StoreClientOptions {
  readonly place: StorePlace;
  /** `federation.secret`, 32 bytes or more. */
  readonly secret: Uint8Array;
  readonly logger: Logger;
  readonly clock?: Clock;
  /** Called for each call that failed. */
  readonly onFailure?: (code: ErrorCode) => void;
}

// Built JavaScript, from src/ as from dist/: a `.ts` worker does not start under tsx on Node 20.
const WORKER = fileURLToPath(new URL('../../dist/store/worker.js', import.meta.url));

/** What no waiting mends: a gateway does not start with it. */
const REFUSED: readonly ErrorCode[] = ['STORE_IN_USE', 'STORE_NEWER'];

/**
 * Opens the store, and resolves also where it cannot be used now: its calls try again. Rejects with STORE_IN_USE where
 * another gateway has its file, and with STORE_NEWER where a newer panfed made it.
 */
export async function openStoreClient(options: StoreClientOptions): Promise<StoreClient> {
  const client = createClient(options);
  try {
    await client.info();
  } catch (error) {
    if (!(error instanceof FederationError) || REFUSED.includes(error.code)) {
      await client.close();
      throw error;
    }
  }
  return client;
}

function createClient(options: StoreClientOptions): StoreClient {
  const { place, secret, logger, clock = SYSTEM_CLOCK, onFailure = () => {} } = options;
  const workerData: StoreWorkerData = { place, secret };
  const thread = new Piscina({
    filename: WORKER,
    minThreads: 1,
    maxThreads: 1,
    env: {},
    execArgv: [],
    workerData,
  });
  // A thread that dies rejects its call, which is reported below.
  thread.on('error', () => {});
  let health: StoreHealth = { status: 'OK' };

  function succeeded(): void {
    if (health.status === 'FAILING') logger.info({ code: health.code }, 'the store can be used again');
    health = { status: 'OK' };
  }

  function failed(error: FederationError): void {
    onFailure(error.code);
    // What is not as it was written is dropped, and the store goes on.
    if (error.code === 'STORE_INVALID') {
      logger.error({ err: error, code: error.code }, 'a part of the store is not used');
      return;
    }
    if (health.status === 'OK') {
      logger.error(
        { err: error, code: error.code },
        'the store cannot be used: the gateway goes on from memory',
      );
      health = { status: 'FAILING', code: error.code, since: clock.wall() };
    }
  }

  async function call<T>(part: StoreCall['part'], method: string, args: readonly unknown[]): Promise<T> {
    try {
      const value = await run({ part, method, args });
      succeeded();
      return value as T;
    } catch (cause) {
      const error =
        cause instanceof FederationError
          ? cause
          : new FederationError('STORE_UNAVAILABLE', 'The store’s thread ended.', { cause });
      failed(error);
      throw error;
    }
  }

  async function run(task: StoreCall): Promise<unknown> {
    const reply: StoreReply = await thread.run(task);
    if ('value' in reply) return reply.value;
    const { code, message, ...detail } = reply.failure;
    throw new FederationError(code, message, detail);
  }

  const crawls: CrawlStore = {
    find: (...args) => call('crawls', 'find', args),
    read: (...args) => call('crawls', 'read', args),
    append: (...args) => call('crawls', 'append', args),
    commit: (...args) => call('crawls', 'commit', args),
    check: (...args) => call('crawls', 'check', args),
  };
  const documents: DocumentStore = {
    read: (...args) => call('documents', 'read', args),
    write: (...args) => call('documents', 'write', args),
    prune: (...args) => call('documents', 'prune', args),
  };
  const state: StateStore = {
    read: (...args) => call('state', 'read', args),
    write: (...args) => call('state', 'write', args),
  };
  const history: TagHistory = { tag: (...args) => call('history', 'tag', args) };

  return {
    engine: place.kind,
    crawls,
    documents,
    state,
    history,
    info: () => call(null, 'info', []),
    size: () => call(null, 'size', []),
    health: () => health,
    async close() {
      await run({ part: null, method: 'close', args: [] }).catch(() => undefined);
      await thread.destroy();
    },
  };
}
