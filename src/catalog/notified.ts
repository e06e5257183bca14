// When repositories that notifications named are asked again: soon, all at once, and not more than once a minute,
// however many notifications there are.
import type { Clock } from '../model/clock.ts';

export interface Notified {
  /** Has these repositories asked again. */
  add(repositories: readonly string[]): void;
  /** Asks for none any more. */
  stop(): void;
}

/** Milliseconds for which what one push says in several notifications is waited for. */
const SETTLING = 2_000;
/** Milliseconds from one beginning to the next. */
const INTERVAL = 60_000;

/** `ask`: called with all that were named since it was called last; 2 s after the first, and 60 s after its last call. */
export function createNotified(clock: Clock, ask: (repositories: ReadonlySet<string>) => void): Notified {
  let named = new Set<string>();
  let lastAsked = Number.NEGATIVE_INFINITY;
  let callOff = (): void => undefined;

  function begin(): void {
    const repositories = named;
    named = new Set();
    lastAsked = clock.monotonic();
    ask(repositories);
  }

  return {
    add(repositories) {
      if (repositories.length === 0) return;
      const isWaiting = named.size > 0;
      for (const repository of repositories) named.add(repository);
      if (isWaiting) return;
      callOff = clock.after(Math.max(SETTLING, lastAsked + INTERVAL - clock.monotonic()), begin);
    },
    stop: () => callOff(),
  };
}
