// Repositories that notifications named, until a crawl has asked for them: of these alone soon, once a minute at most,
// however many notifications there are; or of the whole registry, if that comes first.
import type { Clock } from '../model/clock.ts';

export interface Notified {
  /** Has these repositories asked for. */
  add(repositories: readonly string[]): void;
  /** Takes those that wait to be asked for alone, which may be none. */
  take(): ReadonlySet<string>;
  /** Takes all that wait, which may be none: a crawl of the whole registry asks for them. */
  takeAll(): ReadonlySet<string>;
  /**
   * Those that could not be asked for wait for a crawl of the whole registry: one of them that cannot be listed must not keep
   * others from being asked for alone.
   */
  giveBack(repositories: ReadonlySet<string>): void;
  /** Asks for none of those that wait; nothing may be added afterwards. */
  stop(): void;
}

/** Milliseconds for which what one push says in several notifications is waited for. */
const SETTLING = 2_000;
/** Milliseconds from the end of one asking to the beginning of the next. */
const INTERVAL = 60_000;

/**
 * The repositories that wait to be asked alone, none at first. `ask`, which must not reject, is called 2 s after the first was
 * added, and 60 s after its last call was done; it takes what waits then, or later when it can begin.
 */
export function createNotified(clock: Clock, ask: () => Promise<void>): Notified {
  let waiting = new Set<string>();
  let left = new Set<string>();
  let isNews = false;
  let isAsking = false;
  let lastEnded = Number.NEGATIVE_INFINITY;
  let callOff: (() => void) | null = null;

  function schedule(): void {
    if (!isNews || isAsking || callOff !== null) return;
    callOff = clock.after(Math.max(SETTLING, lastEnded + INTERVAL - clock.monotonic()), () => void begin());
  }

  async function begin(): Promise<void> {
    callOff = null;
    isAsking = true;
    await ask();
    isAsking = false;
    lastEnded = clock.monotonic();
    schedule();
  }

  function take(): ReadonlySet<string> {
    const taken = waiting;
    waiting = new Set();
    isNews = false;
    return taken;
  }

  return {
    add(repositories) {
      for (const repository of repositories) waiting.add(repository);
      isNews ||= repositories.length > 0;
      schedule();
    },
    take,
    takeAll() {
      const taken = new Set([...take(), ...left]);
      left = new Set();
      return taken;
    },
    giveBack(repositories) {
      for (const repository of repositories) left.add(repository);
    },
    stop() {
      isNews = false;
      callOff?.();
    },
  };
}
