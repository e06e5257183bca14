// How a command that goes on is asked to end by its process' signals.

import { isatty } from 'node:tty';
import { SYSTEM_CLOCK } from '../model/clock.ts';

/**
 * Milliseconds in which a signal that comes again is the same: npm hands on Ctrl-C, and a shell the end of its terminal,
 * which what they run has had already.
 */
const SAME_MS = 1_000;

/** What a command says at a SIGHUP that does not end it. */
export const HANG_UP = 'SIGHUP does not end it without a terminal: it goes on\n';

export interface StopSignal {
  /** Aborts at SIGINT and SIGTERM, and at SIGHUP where the process has a terminal, which is gone then. */
  readonly signal: AbortSignal;
  /** Calls at each SIGHUP of a process without a terminal: nothing is gone, and whoever sent it wants something else. */
  onHangUp(call: () => void): void;
}

export function stopSignal(hasTerminal = [0, 1, 2].some((descriptor) => isatty(descriptor))): StopSignal {
  const controller = new AbortController();
  const calls: (() => void)[] = [];
  for (const name of ['SIGINT', 'SIGTERM', ...(hasTerminal ? (['SIGHUP'] as const) : [])] as const) {
    let first: number | null = null;
    const asked = (): void => {
      const now = SYSTEM_CLOCK.monotonic();
      first ??= now;
      controller.abort();
      if (now - first < SAME_MS) return;
      // Whoever asks twice does not want to wait for what is under way.
      process.off(name, asked);
      process.kill(process.pid, name);
    };
    process.on(name, asked);
  }
  if (!hasTerminal) {
    process.on('SIGHUP', () => {
      for (const call of calls) call();
    });
  }
  return { signal: controller.signal, onHangUp: (call) => void calls.push(call) };
}
