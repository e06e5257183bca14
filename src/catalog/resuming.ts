// The rounds of a crawl that takes longer than anybody waits: each gives what was read so far, and the next one goes on.
import type { Clock } from '../model/clock.ts';
import type { UnfinishedCrawl } from '../sources/source.ts';
import type { Deadline } from './deadline.ts';

export interface Resuming {
  /** Begins a round. The signal at which it is to give what it has: later the more rounds were unfinished in a row. */
  round(deadline: Deadline): AbortSignal;
  /** After a round that was done: the next one begins when it may. null: nothing is left. */
  done(unfinished: UnfinishedCrawl | null): void;
  /** After a round that failed: the next one begins after so many milliseconds, at least a second and at most a day. */
  failed(wait: number): void;
  /** Waits for work no longer than the registry's deadline; `late` is called when that has passed. Never rejects. */
  waited(deadline: Deadline, work: Promise<void>, late: () => void): Promise<void>;
  /** Calls the next round off; nothing may be done or have failed afterwards. */
  stop(): void;
}

/** Milliseconds of the longest round, so that what was read is seen, and withdrawn images are gone, in time. */
const LONGEST_ROUND = 600_000;
/** Milliseconds between two rounds: at least, so that a registry is not asked in a loop, and at most, whatever it says. */
const SHORTEST_WAIT = 1_000;
const LONGEST_WAIT = 86_400_000;
/** The least wait doubles up to so many: a registry that always leaves something is listed and ingested in each round. */
const LONGEST_REST = 300_000;

/**
 * Rounds of at most ten minutes, the first of half of `most`, the milliseconds of the registry's deadline,
 * and each twice as long as the one before while they are unfinished in a row; as in that deadline, only the
 * time counts in which the registry was waited for. `begin`: begins the next one, a second to a day after the
 * last; the least wait doubles with each round that was unfinished in a row, up to five minutes. Its methods
 * neither throw nor reject.
 */
export function createResuming(clock: Clock, most: number, begin: () => void): Resuming {
  let unfinishedRounds = 0;
  let callOff = (): void => undefined;

  function beginIn(milliseconds: number): void {
    callOff();
    callOff = clock.after(Math.min(Math.max(milliseconds, SHORTEST_WAIT), LONGEST_WAIT), begin);
  }

  return {
    round(deadline) {
      callOff();
      return deadline.passed(Math.min((most / 2) * 2 ** unfinishedRounds, LONGEST_ROUND));
    },
    done(unfinished) {
      if (unfinished === null) {
        unfinishedRounds = 0;
        return;
      }
      const rest = Math.min(SHORTEST_WAIT * 2 ** unfinishedRounds, LONGEST_REST);
      unfinishedRounds += 1;
      beginIn(Math.max(rest, unfinished.resumeAt === null ? 0 : unfinished.resumeAt - clock.wall()));
    },
    failed: beginIn,
    waited: (deadline, work, late) =>
      new Promise((resolve) => {
        deadline.passed(most).addEventListener('abort', () => {
          late();
          resolve();
        });
        void work.then(resolve);
      }),
    stop: () => callOff(),
  };
}
