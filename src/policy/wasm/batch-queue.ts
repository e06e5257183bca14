// The batches that wait for a worker; the facilities whose records they judge take turns, so that eight hundred
// expensive records of one lab never delay three of another's by more than the running batches.
import { type Piscina, queueOptionsSymbol } from 'piscina';

/** The type of a task in Piscina's queue. */
export type WaitingTask = NonNullable<ReturnType<Piscina['options']['taskQueue']['shift']>>;

/** The options of a task for the queue, under `queueOptionsSymbol`. */
export interface BatchQueueOptions {
  /** The facility in whose turn it runs, by id; null: it concerns no single facility, such as choices. */
  readonly facility: string | null;
}

/**
 * Piscina's `taskQueue`: facilities take turns, and within one, tasks are first in, first out. The pool bounds its
 * size.
 */
export class BatchQueue {
  /** By facility; the one that had the last turn is at the end, and none is without a task. */
  readonly #lines = new Map<string | null, Set<WaitingTask>>();
  #size = 0;

  /** The number of tasks that wait. */
  get size(): number {
    return this.#size;
  }

  /** Adds a task at the end of its facility's line. */
  push(task: WaitingTask): void {
    const facility = facilityOf(task);
    const line = this.#lines.get(facility) ?? new Set();
    line.add(task);
    this.#lines.set(facility, line);
    this.#size += 1;
  }

  /** Takes the first task of the facility whose turn it is; null: none waits. */
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

  /** Takes out a task that was given up; does nothing for one that does not wait. */
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
