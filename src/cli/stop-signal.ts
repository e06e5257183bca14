// How a command that goes on is asked to end by its process' signals.

import { isatty } from 'node:tty';
import { SYSTEM_CLOCK } from '../model/clock.ts';

/**
 * Milliseconds within which a repeated signal counts as the same one: npm forwards Ctrl-C, and a shell the SIGHUP of
 * its terminal, to a process that received them already.
 */
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
 * Listens to the signals of this process. A signal that comes again more than a second later ends the process at once.
 * @param hasTerminal whether SIGHUP ends it; by default whether stdin, stdout or stderr is a terminal
 */
export function stopSignal(hasTerminal = [0, 1, 2].some((descriptor) => isatty(descriptor))): StopSignal {
  const controller = new AbortController();
  const calls: (() => void)[] = [];
  for (const name of ['SIGINT', 'SIGTERM', ...(hasTerminal ? (['SIGHUP'] as const) : [])] as const) {
    let first: number | null = null;
    const onSignal = (): void => {
      const now = SYSTEM_CLOCK.monotonic();
      first ??= now;
      controller.abort();
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
