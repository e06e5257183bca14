// How a command that goes on is asked to end by its process' signals.
import { isatty } from 'node:tty';

export interface StopSignal {
  /** Aborts at SIGINT and SIGTERM, and at SIGHUP where the process has a terminal, which is gone then. */
  readonly signal: AbortSignal;
  /** Calls at each SIGHUP of a process without a terminal: nothing is gone, and whoever sent it wants something else. */
  onHangUp(call: () => void): void;
}

export function stopSignal(hasTerminal = [0, 1, 2].some((descriptor) => isatty(descriptor))): StopSignal {
  const controller = new AbortController();
  const calls: (() => void)[] = [];
  // Once each: who asks twice does not want to wait for what is under way.
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => controller.abort());
  if (hasTerminal) process.once('SIGHUP', () => controller.abort());
  else {
    process.on('SIGHUP', () => {
      for (const call of calls) call();
    });
  }
  return { signal: controller.signal, onHangUp: (call) => void calls.push(call) };
}
