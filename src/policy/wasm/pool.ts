// The worker threads that evaluate, and their deadline: a batch that takes longer is ended with its worker, and
// another worker takes its place. What queues is bounded, and has its turn fairly.

import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { Piscina, queueOptionsSymbol } from 'piscina';
import { type MonotonicClock, SYSTEM_CLOCK } from '../../model/clock.ts';
import { FederationError } from '../../model/errors.ts';
import { BatchQueue, type BatchQueueOptions } from './batch-queue.ts';
import { PROGRESS_BYTES, progressOf } from './progress.ts';
import type { Failure, ModuleFacts } from './sandbox.ts';
import type { BatchResult, BatchTask, FactsTask } from './worker.ts';

export interface PoolOptions {
  /** Milliseconds for one batch, from when a worker begins it. */
  readonly deadline: number;
  /** Worker threads; one a processor unless said. */
  readonly threads?: number | undefined;
  readonly clock?: MonotonicClock;
}

/** A batch that was ended, by its deadline or by the death of its worker, and the input that it was at. */
export interface Ended {
  readonly endedAt: number;
  readonly detail: string;
}

/** Milliseconds to load a module with its data. */
const LOADING = 15_000;
/** Worker threads that are started before there is work for them; the others come with it, and stay. */
const AT_ONCE = 4;
/** Batches that may wait for a worker. */
const WAITING = 16_384;

// Built JavaScript, from src/policy/ as from dist/policy/: a `.ts` worker does not start under tsx on Node 20.
const WORKER = fileURLToPath(new URL('../../../dist/policy/wasm/worker.js', import.meta.url));

export class WorkerPool {
  readonly threads: number;
  readonly #deadline: number;
  readonly #clock: MonotonicClock;
  readonly #piscina: Piscina;
  #living: readonly string[] = [];
  #closed = false;

  /** Throws INTERNAL where the project was not built. */
  constructor({ deadline, threads = availableParallelism(), clock = SYSTEM_CLOCK }: PoolOptions) {
    this.#clock = clock;
    if (!existsSync(WORKER)) {
      throw new FederationError('INTERNAL', 'the policies’ worker was not built', {
        at: WORKER,
        hint: 'Run `npm run build`.',
      });
    }
    this.threads = threads;
    this.#deadline = deadline;
    this.#piscina = new Piscina({
      filename: WORKER,
      minThreads: Math.min(threads, AT_ONCE),
      maxThreads: threads,
      idleTimeout: Number.POSITIVE_INFINITY,
      maxQueue: Number.POSITIVE_INFINITY,
      taskQueue: new BatchQueue(),
      // What a policy's process knows is nobody's business: no environment, none of our Node options.
      env: {},
      execArgv: [],
      resourceLimits: { maxOldGenerationSizeMb: 128 },
    });
    // A worker that dies without a batch is replaced; one that dies with a batch rejects that batch.
    this.#piscina.on('error', () => {});
  }

  /** Milliseconds for one batch. */
  get deadline(): number {
    return this.#deadline;
  }

  /** Each worker lets go, with its next batch, its instances of other modules than these keys. */
  keepOnly(modules: ReadonlySet<string>): void {
    this.#living = [...modules];
  }

  /**
   * `facility`: whose records are judged, and whose turn it takes; null: no one's. Rejects with NOT_READY where too much
   * waits, or the pool was closed.
   */
  evaluate(
    task: Omit<BatchTask, 'kind' | 'living' | 'progress'>,
    facility: string | null = null,
  ): Promise<BatchResult | Ended> {
    return this.#run((progress) => ({ ...task, kind: 'evaluate', living: this.#living, progress }), {
      facility,
    });
  }

  /** As {@link evaluate}; null: no worker was free within so many milliseconds. */
  async evaluateWithin(
    waiting: number,
    task: Omit<BatchTask, 'kind' | 'living' | 'progress'>,
  ): Promise<BatchResult | Ended | null> {
    try {
      return await this.#run((progress) => ({ ...task, kind: 'evaluate', living: this.#living, progress }), {
        waiting,
      });
    } catch (error) {
      if (error instanceof NeverBegun) return null;
      throw error;
    }
  }

  /** What a module says of itself; loading it is bounded as evaluating it is. */
  facts(module: FactsTask['module']): Promise<ModuleFacts | Failure | Ended> {
    return this.#run((progress) => ({ module, kind: 'facts', living: this.#living, progress }));
  }

  /** Makes an instance in the workers that are there from the start, so that no question to them waits for its data. */
  async prepare(module: FactsTask['module']): Promise<Failure | Ended | null> {
    const each = Array.from({ length: Math.min(this.threads, AT_ONCE) }, () =>
      this.#run<Failure | null>((progress) => ({ module, kind: 'prepare', living: this.#living, progress })),
    );
    return (await Promise.all(each)).find((failure) => failure !== null) ?? null;
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#piscina.destroy();
  }

  async #run<Result>(
    make: (memory: SharedArrayBuffer) => BatchTask | FactsTask,
    {
      waiting = Number.POSITIVE_INFINITY,
      facility = null,
    }: { readonly waiting?: number; readonly facility?: string | null } = {},
  ): Promise<Result | Ended> {
    if (this.#closed) throw new FederationError('NOT_READY', 'the policy engine was closed');
    if (this.#piscina.queueSize >= WAITING) {
      throw new FederationError('NOT_READY', 'too many policy evaluations are waiting', {
        hint: 'Try again in a moment.',
      });
    }
    const memory = new SharedArrayBuffer(PROGRESS_BYTES);
    const progress = progressOf(memory);
    const ending = new AbortController();
    const running = () => (progress.isLoading() ? Math.max(LOADING, this.#deadline) : this.#deadline);
    const limits = { waiting, running };
    const stopWatching = watch(progress.elapsed, limits, this.#clock, () => ending.abort());
    try {
      const line: BatchQueueOptions = { facility };
      const task = { ...make(memory), [queueOptionsSymbol]: line };
      return await this.#piscina.run(task, { signal: ending.signal });
    } catch (cause) {
      if (this.#closed) throw new FederationError('NOT_READY', 'the policy engine was closed', { cause });
      if (progress.elapsed() === null) {
        if (ending.signal.aborted) throw new NeverBegun();
        throw new FederationError('INTERNAL', 'the policies’ worker did not start', { at: WORKER, cause });
      }
      const detail = ending.signal.aborted
        ? `not done within ${running()} ms`
        : `the worker ended: ${String(cause).slice(0, 256)}`;
      return { endedAt: progress.input(), detail };
    } finally {
      stopWatching();
    }
  }
}

/** It waited for a worker for as long as it was to. */
class NeverBegun extends Error {}

/**
 * Calls `end` once it runs for `running()` ms, or waits for a worker for `waiting` ms. Time for which this thread was held,
 * or the process stood still, does not count: a worker that is done meanwhile could not be heard.
 */
function watch(
  elapsed: () => number | null,
  { waiting, running }: { readonly waiting: number; readonly running: () => number },
  clock: MonotonicClock,
  end: () => void,
): () => void {
  let timer: NodeJS.Timeout;
  let held = 0;
  const until = clock.monotonic() + waiting;
  const look = () => {
    const ran = elapsed();
    if (ran === null) held = 0;
    const left =
      ran === null ? Math.min(running(), until - clock.monotonic()) : running() - Math.max(0, ran - held);
    if (left <= 0) {
      end();
      return;
    }
    const due = clock.monotonic() + left;
    timer = setTimeout(() => {
      held += Math.max(0, clock.monotonic() - due);
      look();
    }, left);
  };
  look();
  return () => clearTimeout(timer);
}
