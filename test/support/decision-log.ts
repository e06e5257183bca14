// For tests of the decision log: entries, batches of them, and counters that can be read.
import type { Batch } from '../../src/policy/log/entry.ts';
import type { DropCause } from '../../src/policy/log/queue.ts';

/** Entries that are these texts, each as heavy as it is long. */
export function batchOf(...entries: string[]): Batch {
  return {
    size: entries.length,
    bytes: entries.reduce((sum, { length }) => sum + length, 0),
    entry: (index) => entries[index] ?? '',
  };
}

export function countingLog() {
  const written = { entries: 0 };
  const dropped = new Map<DropCause, number>();
  return {
    written,
    dropped,
    counters: {
      written: (entries: number) => {
        written.entries += entries;
      },
      dropped: (cause: DropCause, entries: number) =>
        void dropped.set(cause, (dropped.get(cause) ?? 0) + entries),
    },
  };
}

/** Waits for what is true in the end; the test's own timeout ends it otherwise. */
export async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 5));
}
