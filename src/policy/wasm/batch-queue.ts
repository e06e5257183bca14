// The batches that wait for a worker, in turns between the facilities whose records they judge: eight hundred heavy
// records of one lab never delay three of another's by more than the batches that run.
import { type Piscina, queueOptionsSymbol } from 'piscina';

/** As Piscina gives and takes a task. */
export type WaitingTask = NonNullable<ReturnType<Piscina['options']['taskQueue']['shift']>>;

/** What a task says to the line, under `queueOptionsSymbol`. */
export interface BatchQueueOptions {
  /** Whose turn it takes: a facility's id; null: what is about no one facility, such as choices. */
  readonly facility: string | null;
}

/** Piscina's `taskQueue`. Within a facility, first in, first out. */
export class BatchQueue {
  /** By facility; whoever had a turn last stands at the end, and nobody without a task. */
  readonly #lines = new Map<string | null, Set<WaitingTask>>();
  #size = 0;

  get size(): number {
    return this.#size;
  }

  push(task: WaitingTask): void {
    const facility = facilityOf(task);
    const line = this.#lines.get(facility) ?? new Set();
    line.add(task);
    this.#lines.set(facility, line);
    this.#size += 1;
  }

  shift(): WaitingTask | null {
    for (const [facility, line] of this.#lines) {
      const [task] = line;
      if (task === undefined) continue;
      this.remove(task);
      if (this.#lines.delete(facility)) this.#lines.set(facility, line);
      return task;
    }
    return null;
  }

  remove(task: WaitingTask): void {
    const facility = facilityOf(task);
    const line = this.#lines.get(facility);
    if (line === undefined || !line.delete(task)) return;
    this.#size -= 1;
    if (line.size === 0) this.#lines.delete(facility);
  }
}

function facilityOf(task: WaitingTask): string | null {
  return (task[queueOptionsSymbol] as BatchQueueOptions | null)?.facility ?? null;
}
