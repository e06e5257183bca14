// A program that a test started with `detached`, and all that it starts: one process group, which signals reach as a whole.
import type { ChildProcess } from 'node:child_process';

export function hasEnded({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode !== null || signalCode !== null;
}

/** Does nothing once the program has ended, or where it never began. */
export function signalGroup(child: ChildProcess, name: NodeJS.Signals): void {
  if (!hasEnded(child) && child.pid !== undefined) process.kill(-child.pid, name);
}
