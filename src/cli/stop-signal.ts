// How a command that goes on is asked to end by its process' signals.

import { isatty } from 'node:tty';
import { SYSTEM_CLOCK } from '../model/clock.ts';

/** Milliseconds within which a repeated signal counts as the same one. */
const SAME_MS = 2_000;

/** The message of a command at a SIGHUP that does not end it. */
export const HANG_UP = 'SIGHUP does not end it without a terminal: it goes on\n';

export interface StopSignal {
  /** Aborts at SIGINT and SIGTERM, and at SIGHUP if the process has a terminal, which is then closed. */
  readonly signal: AbortSignal;
  /**
   * Calls at each SIGHUP of a process without a terminal: no terminal was closed, so the sender means something else.
   */
  onHangUp(call: () => void): void;
}

/**
 * Listens to the signals of this process. A signal that comes again more than two seconds later ends the process at
 * once, but for the one that npm or a shell hands on, however late.
 * @param hasTerminal whether SIGHUP ends it; by default whether stdin, stdout or stderr is a terminal
 */
export function stopSignal(hasTerminal = [0, 1, 2].some((descriptor) => isatty(descriptor))): StopSignal {
  const controller = new AbortController();
  const calls: (() => void)[] = [];
  for (const name of ['SIGINT', 'SIGTERM', ...(hasTerminal ? (['SIGHUP'] as const) : [])] as const) {
    let first: number | null = null;
    let awaitsCopy = isHandedOn(name);
    const onSignal = (): void => {
      const now = SYSTEM_CLOCK.monotonic();
      if (first === null) {
        first = now;
        controller.abort();
        return;
      }
      if (awaitsCopy) {
        awaitsCopy = false;
        return;
      }
      if (now - first < SAME_MS) return;
      // A second signal means: do not wait for what is under way.
      process.off(name, onSignal);
      process.kill(process.pid, name);
    };
    process.on(name, onSignal);
  }
  if (!hasTerminal) {
    process.on('SIGHUP', () => {
      for (const call of calls) call();
    });
  }
  return { signal: controller.signal, onHangUp: (call) => void calls.push(call) };
}

/**
 * Whether a parent hands on a signal that the terminal has sent to this process already: npm and npx do so with Ctrl-C,
 * and a shell with the SIGHUP of its terminal. On a busy machine they may take longer than any bound of time.
 */
function isHandedOn(name: NodeJS.Signals): boolean {
  return name === 'SIGHUP' || process.env.npm_lifecycle_event !== undefined;
}
