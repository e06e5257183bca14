// Where a worker is with its batch: written in the worker, read by the server, and still readable once the worker was
// ended, so that the one input that ran away is known.

/** Where a worker is with its batch: written there, read here, and still readable once the worker was ended. */
export interface Progress {
  begin(): void;
  at(input: number): void;
  /** Milliseconds since it was begun; null if it waits for a worker. */
  elapsed(): number | null;
  /** The input that is, or was last, evaluated. */
  input(): number;
}

/** Bytes of shared memory that a batch's progress needs: the begin, and the input. */
export const PROGRESS_BYTES = 16;

export function progressOf(memory: SharedArrayBuffer): Progress {
  const begun = new BigInt64Array(memory, 0, 1);
  const current = new Int32Array(memory, 8, 1);
  return {
    // The monotonic clock of the process, which all its threads share.
    begin: () => Atomics.store(begun, 0, process.hrtime.bigint()),
    at: (input) => Atomics.store(current, 0, input),
    elapsed: () => {
      const since = Atomics.load(begun, 0);
      return since === 0n ? null : Number(process.hrtime.bigint() - since) / 1e6;
    },
    input: () => Atomics.load(current, 0),
  };
}
