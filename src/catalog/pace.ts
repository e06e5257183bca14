// Long work in short turns: between them the event loop answers queries. All registries of a catalog share one budget
// of a turn, else nine labs that are ingested side by side would make one turn of nine times the length.
import { setImmediate } from 'node:timers/promises';

/** Milliseconds that a turn lasts. */
const TURN = 5;

export interface Pace {
  /** Whether the turn is over; then await {@link rest}. */
  due(): boolean;
  /** Lets the event loop go round once. */
  rest(): Promise<void>;
}

export function createPace(turn = TURN): Pace {
  let started = performance.now();
  const due = () => performance.now() - started >= turn;
  return {
    due,
    async rest() {
      await setImmediate();
      // Whoever comes first after the pause starts the next turn for all.
      if (due()) started = performance.now();
    },
  };
}

/** Does the work for each item, resting when it is due. */
export async function paced<T>(items: Iterable<T>, pace: Pace, work: (item: T) => void): Promise<void> {
  for (const item of items) {
    if (pace.due()) await pace.rest();
    work(item);
  }
}
