// Whether the store can be used, from what came of its calls; the log has the beginning and the end of each failure. That
// something can be read does not say that a full disk can be written, nor that a damaged page was written anew.
import type { Logger } from 'pino';
import type { Clock } from '../model/clock.ts';
import type { ErrorCode, FederationError } from '../model/errors.ts';

export type StoreHealth =
  | { readonly status: 'OK' }
  | {
      readonly status: 'FAILING';
      /** The code of the first of the failures that last. */
      readonly code: ErrorCode;
      /** Milliseconds since the epoch of the same. */
      readonly since: number;
    };

/** What a call shows where it succeeds: that the store can be read, that a little can be written, or a whole change. */
export const SHOWS = { READ: 0, LITTLE: 1, WRITTEN: 2 } as const;

type Shows = (typeof SHOWS)[keyof typeof SHOWS];

export interface StoreTask {
  /** What it is about: another part of the store may be sound where this one is damaged. */
  readonly scope: string;
  readonly shows: Shows;
  /** What must succeed before its failure is over. */
  readonly needs: Shows;
  /** What must succeed of the same scope before damage is over, if the store is not replaced. */
  readonly mendedBy: Shows;
}

export interface StoreWatch {
  /** The state of the store now, by what succeeded and failed last. */
  health(): StoreHealth;
  /**
   * A task has succeeded: failures that it shows to be over are forgotten.
   * @param serial which of the stores that were opened has answered: another one is not damaged as the last was
   */
  succeeded(task: StoreTask, serial: number): void;
  /**
   * A task has failed. STORE_INVALID is no failure of the store: it is logged, and health stays as it is.
   * @param serial of the store that failed; null: none answered
   */
  failed(task: StoreTask, error: FederationError, serial: number | null): void;
}

/** Failures, and places that were reported, which are remembered by themselves: there are as many as documents. */
const MAX_REMEMBERED = 1_000;

/** What failures beyond those are about: damage among them is over when another store is opened. */
const OTHERS = 'others';

interface Failure {
  readonly task: StoreTask;
  readonly code: ErrorCode;
  readonly since: number;
  readonly serial: number;
}

/**
 * A watch without failures, whose health is OK. It logs a failure that is the only one of its code, the end of the last
 * failure, and up to 1,000 places that are not as they were written (STORE_INVALID), once each. Beyond 1,000 failures that
 * last, others of one kind count as one. Its methods never throw.
 */
export function createStoreWatch(logger: Logger, clock: Clock): StoreWatch {
  const failures = new Map<string, Failure>();
  /** What was said to be invalid, by its place. */
  const reported = new Set<string>();
  let lastSerial = 0;

  function first(): Failure | undefined {
    return [...failures.values()].sort((one, other) => one.since - other.since)[0];
  }

  return {
    health() {
      const failure = first();
      if (failure === undefined) return { status: 'OK' };
      return { status: 'FAILING', code: failure.code, since: failure.since };
    },

    succeeded(task, serial) {
      if (serial !== lastSerial) reported.clear();
      lastSerial = serial;
      if (task.shows === SHOWS.WRITTEN) reported.delete(task.scope);
      const failure = first();
      if (failure === undefined) return;
      for (const [name, each] of failures) if (isOver(each, task, serial)) failures.delete(name);
      if (failures.size === 0) logger.info({ code: failure.code }, 'the store can be used again');
    },

    failed(task, error, serial) {
      if (error.code === 'STORE_INVALID') {
        // What is not as it was written is dropped, and the store goes on.
        const place = error.at ?? task.scope;
        // What is beyond the bound is counted in the metrics.
        if (reported.has(place) || reported.size >= MAX_REMEMBERED) return;
        reported.add(place);
        logger.error({ err: error, code: error.code }, 'a part of the store is not used');
        return;
      }
      if (![...failures.values()].some(({ code }) => code === error.code)) {
        logger.error(
          { err: error, code: error.code, cause: error.cause },
          'the store cannot be used: the gateway goes on from memory',
        );
      }
      const nameIn = (scope: string) => `${scope} ${task.needs} ${error.code}`;
      if (failures.has(nameIn(task.scope))) return;
      const scope = failures.size < MAX_REMEMBERED ? task.scope : OTHERS;
      if (failures.has(nameIn(scope))) return;
      failures.set(nameIn(scope), {
        task: { ...task, scope },
        code: error.code,
        since: clock.wall(),
        serial: serial ?? lastSerial,
      });
    },
  };
}

/** Whether a failure is over, now that a task succeeded in the store of a serial number. */
function isOver({ task, code, serial: before }: Failure, succeeded: StoreTask, serial: number): boolean {
  if (code !== 'STORE_DAMAGED') return succeeded.shows >= task.needs;
  return serial !== before || (succeeded.scope === task.scope && succeeded.shows >= task.mendedBy);
}
