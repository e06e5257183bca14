// Threads of one built worker, beside the event loop: begun with the first task, ended when they idle.
import { Piscina } from 'piscina';
import { WORKER_ARGUMENTS } from './worker-arguments.ts';

export interface WorkerThreadsOptions {
  /** Path of the worker's JavaScript. */
  readonly file: string;
  readonly threads: number;
  /** The old generation of one thread's heap, at most. */
  readonly megabytes: number;
}

export interface WorkerThreads {
  /**
   * What a thread makes of the task. Rejects as the worker does, once the signal aborts, and with the error of a thread that
   * does not start or dies: {@link isOutOfMemory} says of which kind. `begun` is called once there is a thread that has started,
   * which takes seconds on a busy machine.
   */
  run(task: unknown, signal: AbortSignal, begun?: () => void): Promise<unknown>;
  /** Ends the threads. Never rejects. */
  close(): Promise<void>;
}

/** Milliseconds after which a thread that idles ends. */
const IDLE = 5_000;

/**
 * Up to `threads` threads of the built worker `file`, none of which runs yet: one starts with a task, and
 * ends once it has idled for 5 seconds. They see no environment of this process. Throws nothing: `run`
 * rejects where a thread does not start, as for a file that is missing.
 */
export function createWorkerThreads({ file, threads, megabytes }: WorkerThreadsOptions): WorkerThreads {
  let pool: Piscina | null = null;
  /** What waits for a thread: one that does not start has none of it, and would be started again for ever. */
  const waiting = new Set<(error: unknown) => void>();

  function started(): Piscina {
    if (pool !== null) return pool;
    pool = new Piscina({
      filename: file,
      minThreads: 0,
      maxThreads: threads,
      idleTimeout: IDLE,
      env: {},
      execArgv: [...WORKER_ARGUMENTS],
      resourceLimits: { maxOldGenerationSizeMb: megabytes },
    });
    const own = pool;
    // A worker that dies rejects its task; this is of one that has none.
    own.on('error', (error) => {
      for (const reject of waiting) reject(error);
      if (pool === own) pool = null;
      void own.destroy();
    });
    return own;
  }

  return {
    run: (task, signal, begun) =>
      new Promise((resolve, reject) => {
        waiting.add(reject);
        const own = started();
        const begin = (): void => begun?.();
        if (own.idleThreads > 0) begin();
        else own.once('workerCreate', begin);
        own
          .run(task, { signal })
          .then(resolve, reject)
          .finally(() => {
            waiting.delete(reject);
            own.off('workerCreate', begin);
          });
      }),
    async close() {
      await pool?.destroy();
    },
  };
}

/**
 * Whether a thread died since its task took more memory than it may: an error of the code
 * ERR_WORKER_OUT_OF_MEMORY. False for any other error.
 */
export const isOutOfMemory = (error: unknown): boolean =>
  (error as NodeJS.ErrnoException).code === 'ERR_WORKER_OUT_OF_MEMORY';
