// The progress of a worker in its batch: written by the worker, read by the server, and still readable once the worker
// was ended, so that the input that exceeded the deadline is known.

/** The progress of a batch, in shared memory. */
export interface Progress {
  /** Evaluating begins now. */
  begin(): void;
  /** Loading a module's data begins now, which takes longer than its evaluations. */
  load(): void;
  /** The index of the input that is evaluated now. */
  at(input: number): void;
  /** Milliseconds since either began; null: the batch waits for a worker. */
  elapsed(): number | null;
  /** Whether a module's data are loaded now. */
  isLoading(): boolean;
  /** The index of the input that is, or was last, evaluated. */
  input(): number;
}

/** Bytes of shared memory for the progress of a batch: its start, the input, and whether it loads. */
export const PROGRESS_BYTES = 16;

/**
 * The progress in `memory`, which has {@link PROGRESS_BYTES} (16) and is shared by the threads. Times are of the
 * process's monotonic clock; `elapsed` is in milliseconds, and null before the worker began. Throws a RangeError for a
 * smaller memory.
 */
export function progressOf(memory: SharedArrayBuffer): Progress {
  const begun = new BigInt64Array(memory, 0, 1);
  const current = new Int32Array(memory, 8, 1);
  const loading = new Int32Array(memory, 12, 1);
  const start = (loads: number) => {
    Atomics.store(loading, 0, loads);
    Atomics.store(begun, 0, process.hrtime.bigint());
  };
  return {
    // The monotonic clock of the process, which all its threads share.
    begin: () => start(0),
    load: () => start(1),
    isLoading: () => Atomics.load(loading, 0) === 1,
    at: (input) => Atomics.store(current, 0, input),
    elapsed: () => {
      const since = Atomics.load(begun, 0);
      return since === 0n ? null : Number(process.hrtime.bigint() - since) / 1e6;
    },
    input: () => Atomics.load(current, 0),
  };
}
