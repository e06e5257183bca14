// Long work in short turns: between them the event loop answers queries. All such work shares one of two budgets of a turn,
// else nine labs that are ingested side by side would make one turn of nine times the length.
import { SYSTEM_CLOCK } from './clock.ts';

/** Milliseconds of one turn. */
const TURN = 5;

export interface Pace {
  /** Whether the turn is over; if so, await {@link rest}. */
  due(): boolean;
  /** Resolves in a later turn of the event loop, after those who called it before. */
  rest(): Promise<void>;
}

/**
 * A budget of `turn` milliseconds (5 by default) of the event loop, to be shared by all work that runs at the same
 * time; `rest` resolves in a later turn, for one task in each.
 */
export function createPace(turn = TURN): Pace {
  let started = SYSTEM_CLOCK.monotonic();
  const waiting: (() => void)[] = [];

  /** One waiting task goes on in each turn of the event loop: all of them in one would make it long. */
  function next(): void {
    started = SYSTEM_CLOCK.monotonic();
    waiting.shift()?.();
    if (waiting.length > 0) setImmediate(next);
  }

  return {
    due: () => SYSTEM_CLOCK.monotonic() - started >= turn,
    rest: () =>
      new Promise((resolve) => {
        if (waiting.push(resolve) === 1) setImmediate(next);
      }),
  };
}

/** The pace for work that ends with the signal: to rest then rejects with its reason. */
export const endingWith = ({ due, rest }: Pace, signal: AbortSignal): Pace => ({
  due,
  async rest() {
    await rest();
    signal.throwIfAborted();
  },
});

/** For what is made before anybody asks: ingest, indexes, classes, and what is reported after an answer. */
export const preparing: Pace = createPace();

/** For what somebody waits for; it does not stand in the line of what is prepared. */
export const answering: Pace = createPace();

/**
 * Does the work for each item, in their order, resting when it is due. Rejects with what `work` or the
 * iteration throws, and then does none of the items that follow.
 */
export async function paced<T>(items: Iterable<T>, pace: Pace, work: (item: T) => void): Promise<void> {
  for (const item of items) {
    if (pace.due()) await pace.rest();
    work(item);
  }
}

/** Numbers between two looks at the clock. */
const STRIDE = 1_024;

/**
 * Does the work for the numbers below `count`, some at a time, from `start` up to `end`, which is not among them; rests when it is due. For
 * work of less than a microsecond for each. Rejects as {@link paced} does.
 */
export async function inTurns(
  count: number,
  pace: Pace,
  work: (start: number, end: number) => void,
): Promise<void> {
  for (let start = 0; start < count; start += STRIDE) {
    if (pace.due()) await pace.rest();
    work(start, Math.min(start + STRIDE, count));
  }
}
