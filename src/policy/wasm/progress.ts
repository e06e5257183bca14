// Where a worker is with its batch: written in the worker, read by the server, and still readable once the worker was
// ended, so that the one input that ran away is known.

/** Where a worker is with its batch: written there, read here, and still readable once the worker was ended. */
export interface Progress {
  /** From now on, of evaluating. */
  begin(): void;
  /** From now on, of loading a module's data, which takes longer than its evaluations. */
  load(): void;
  at(input: number): void;
  /** Milliseconds since either was begun; null if it waits for a worker. */
  elapsed(): number | null;
  isLoading(): boolean;
  /** The input that is, or was last, evaluated. */
  input(): number;
}

/** Bytes of shared memory that a batch's progress needs: the begin, the input, and whether it loads. */
export const PROGRESS_BYTES = 16;

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
