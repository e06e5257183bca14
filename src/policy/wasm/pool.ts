// The worker threads that evaluate, and their deadline: a batch that takes longer is ended with its worker, which is
// replaced. The queue is bounded and fair.
import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { Piscina, queueOptionsSymbol } from 'piscina';
import { type MonotonicClock, SYSTEM_CLOCK } from '../../model/clock.ts';
import { FederationError } from '../../model/errors.ts';
import { WORKER_ARGUMENTS } from '../../model/worker-arguments.ts';
import { BatchQueue, type BatchQueueOptions } from './batch-queue.ts';
import { PROGRESS_BYTES, progressOf } from './progress.ts';
import type { Failure, ModuleFacts } from './sandbox.ts';
import type { BatchResult, BatchTask, FactsTask } from './worker.ts';

export interface PoolOptions {
  /** Milliseconds for one batch, from when a worker begins it. */
  readonly deadline: number;
  /** Worker threads; by default one for each processor. */
  readonly threads?: number | undefined;
  readonly clock?: MonotonicClock;
}

/** A batch that was ended, by its deadline or the death of its worker, and the input that was being evaluated. */
export interface Ended {
  readonly endedAt: number;
  readonly detail: string;
}

/** Milliseconds to load a module with its data, at most. */
const LOADING = 15_000;
/** Worker threads that start before there is work; the others start on demand, and stay. */
const INITIAL_THREADS = 4;
interface RunOptions {
  /** Milliseconds to wait for a worker; by default as long as it takes. */
  readonly waiting?: number;
  readonly facility?: string | null;
  /** Whether a module is loaded, and no input is evaluated. */
  readonly loads?: boolean;
}

const LOADS: RunOptions = { loads: true };

/** Milliseconds in which a module that is loaded states its facts, at least: a busy machine may take some for nothing. */
const STATING = 1_000;

/** Batches that may wait for a worker, at most. */
const WAITING = 16_384;

// Built JavaScript, from src/policy/ as from dist/policy/: a `.ts` worker does not start under tsx on Node 20.
const WORKER = fileURLToPath(new URL('../../../dist/policy/wasm/worker.js', import.meta.url));

/** Runs batches in worker threads, within a deadline; {@link WAITING} (16,384) batches may wait. */
export class WorkerPool {
  readonly threads: number;
  readonly #deadline: number;
  readonly #clock: MonotonicClock;
  readonly #piscina: Piscina;
  #living: readonly string[] = [];
  #closed = false;

  /**
   * Starts up to four of the threads; the others are started on demand. By default one for each processor, and the
   * system's clock.
   * @throws FederationError INTERNAL if the project was not built.
   */
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
      minThreads: Math.min(threads, INITIAL_THREADS),
      maxThreads: threads,
      idleTimeout: Number.POSITIVE_INFINITY,
      maxQueue: Number.POSITIVE_INFINITY,
      taskQueue: new BatchQueue(),
      // Workers get nothing that they do not need: no environment, and none of the process's Node options.
      env: {},
      execArgv: [...WORKER_ARGUMENTS],
      resourceLimits: { maxOldGenerationSizeMb: 128 },
    });
    // A worker that dies without a batch is replaced; one that dies with a batch rejects that batch.
    this.#piscina.on('error', () => {});
  }

  /** Milliseconds for one batch. */
  get deadline(): number {
    return this.#deadline;
  }

  /** Each worker drops, with its next batch, its instances of modules other than these keys. */
  keepOnly(modules: ReadonlySet<string>): void {
    this.#living = [...modules];
  }

  /**
   * The result of a batch. `facility`: the one whose records are judged, in whose turn it runs; null: none. Rejects
   * with NOT_READY if {@link WAITING} batches wait already, or the pool was closed; with INTERNAL if the worker did not
   * start.
   */
  evaluate(
    task: Omit<BatchTask, 'kind' | 'living' | 'progress'>,
    facility: string | null = null,
  ): Promise<BatchResult | Ended> {
    return this.#run((progress) => ({ ...task, kind: 'evaluate', living: this.#living, progress }), {
      facility,
    });
  }

  /** As {@link evaluate}, for no facility; null: no worker was free within `waiting` milliseconds, and nothing was evaluated. */
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

  /**
   * The facts that a module states about itself. It has 15 s for loading its data, and without data a second, or the
   * pool's deadline where that is longer. Rejects as {@link evaluate} does.
   */
  facts(module: FactsTask['module']): Promise<ModuleFacts | Failure | Ended> {
    return this.#run((progress) => ({ module, kind: 'facts', living: this.#living, progress }), LOADS);
  }

  /**
   * Makes an instance in the initial workers, so that no request to them waits for its data; null: no failure. Rejects
   * as {@link evaluate} does.
   */
  async prepare(module: FactsTask['module']): Promise<Failure | Ended | null> {
    const each = Array.from({ length: Math.min(this.threads, INITIAL_THREADS) }, () =>
      this.#run<Failure | null>(
        (progress) => ({ module, kind: 'prepare', living: this.#living, progress }),
        LOADS,
      ),
    );
    return (await Promise.all(each)).find((failure) => failure !== null) ?? null;
  }

  /** Ends the workers; what waits rejects with NOT_READY. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#piscina.destroy();
  }

  async #run<Result>(
    make: (memory: SharedArrayBuffer) => BatchTask | FactsTask,
    { waiting = Number.POSITIVE_INFINITY, facility = null, loads = false }: RunOptions = {},
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
    const atLeast = loads ? STATING : 0;
    const running = () => Math.max(progress.isLoading() ? LOADING : atLeast, this.#deadline);
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

/** No worker was free within the time for waiting. */
class NeverBegun extends Error {}

/**
 * Calls `end` once a batch has run for `running()` ms, or waited for a worker for `waiting` ms. Time in which this
 * thread was blocked, or the process was suspended, does not count: the message of a worker that finished could not
 * arrive.
 */
function watch(
  elapsed: () => number | null,
  { waiting, running }: { readonly waiting: number; readonly running: () => number },
  clock: MonotonicClock,
  end: () => void,
): () => void {
  let timer: NodeJS.Timeout;
  let blocked = 0;
  const until = clock.monotonic() + waiting;
  const look = () => {
    const ran = elapsed();
    if (ran === null) blocked = 0;
    const left =
      ran === null ? Math.min(running(), until - clock.monotonic()) : running() - Math.max(0, ran - blocked);
    if (left <= 0) {
      end();
      return;
    }
    const due = clock.monotonic() + left;
    timer = setTimeout(() => {
      blocked += Math.max(0, clock.monotonic() - due);
      look();
    }, left);
  };
  look();
  return () => clearTimeout(timer);
}
