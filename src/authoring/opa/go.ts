// Runs Go in a separate process group, so that the compilers that it starts end with it.
import { type ChildProcess, spawn } from 'node:child_process';
import type { Environment } from './opa.ts';

export interface GoOptions {
  readonly environment: Environment;
  /** Milliseconds. */
  readonly timeout: number;
  /** Ends it. */
  readonly signal?: AbortSignal | undefined;
}

/** Characters of its error output that are kept: the last ones name the failure. */
const KEPT = 16_384;

/**
 * Runs Go with these arguments (`go <args>`) and resolves when it and its children have ended, at the latest
 * after `timeout` milliseconds: to null if it succeeded, otherwise to the end of its error output, 16,384
 * characters. The signal stops it. Never rejects.
 */
export function go(
  args: readonly string[],
  { environment, timeout, signal }: GoOptions,
): Promise<string | null> {
  return new Promise((resolve) => {
    if (signal?.aborted) return resolve('it was stopped');
    const detached = process.platform !== 'win32';
    const child = spawn('go', args, {
      env: { ...environment },
      detached,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let output = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      output = (output + text).slice(-KEPT);
    });
    const stop = () => endGroup(child, detached);
    const timer = setTimeout(() => {
      output += `\nit did not end within ${timeout / 1000} s`;
      stop();
    }, timeout);
    signal?.addEventListener('abort', stop, { once: true });
    const settle = (outcome: string | null) => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', stop);
      resolve(outcome);
    };
    child.once('error', (error) => settle(error.message));
    // Not `exit`: a process that still has its output open still runs.
    child.once('close', (code, ended) => {
      settle(code === 0 ? null : output.trim() || `it ended with ${code ?? ended}`);
    });
  });
}

function endGroup(child: ChildProcess, detached: boolean): void {
  if (child.pid === undefined) return;
  try {
    if (detached) process.kill(-child.pid, 'SIGKILL');
    else child.kill('SIGKILL');
  } catch {
    // It has ended.
  }
}
