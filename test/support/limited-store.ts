// A store in a process whose rights and limits a test may take, asked by messages.
import assert from 'node:assert/strict';
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { TestContext } from 'node:test';
import type { StorePlace } from '../../src/store/engine/engine.ts';
import { needs, onPath } from './real.ts';
import { ROOT } from './root.ts';

/** Options of a test that limits a process. */
export const needsPrlimit = needs('prlimit of util-linux', onPath('prlimit'));

/** Sets how large a file the process may write, in bytes; null: any. */
export function limitFiles(pid: number, bytes: number | null): void {
  execFileSync('prlimit', ['--pid', `${pid}`, `--fsize=${bytes ?? 'unlimited'}:`]);
}

export interface StoreQuestion {
  readonly id: number;
  readonly method: string;
  readonly argument: string;
}

export interface StoreFailure {
  readonly code: string;
  readonly message: string;
  readonly at: string | null;
  readonly hint: string | null;
  /** The text of what the engine threw. */
  readonly cause: string;
}

export type StoreAnswer =
  | { readonly id: number; readonly value: unknown }
  | { readonly id: number; readonly error: StoreFailure };

export interface LimitedStore {
  readonly pid: number;
  /** Resolves with what it answers, rejects with a {@link StoreFailure}. */
  ask<T = unknown>(method: string, argument?: string): Promise<T>;
  /** The lines of its log: level and message. */
  log(): readonly { readonly level: number; readonly msg: string }[];
  close(): Promise<void>;
}

/** Starts the process by a command that runs what follows it; none unless said. */
export async function startLimitedStore(
  context: TestContext,
  script: string,
  place: StorePlace,
  command: readonly string[] = [],
): Promise<LimitedStore> {
  const [file = '', ...args] = [...command, process.execPath, script, JSON.stringify(place)];
  const child: ChildProcess = spawn(file, args, { cwd: ROOT, stdio: ['ignore', 'pipe', 'inherit', 'ipc'] });
  let written = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    written += text;
  });
  const waiting = new Map<number, (answer: StoreAnswer) => void>();
  const ended = once(child, 'close');
  const ready = new Promise<void>((resolve) => {
    child.on('message', (message: StoreAnswer | 'ready') => {
      if (message === 'ready') resolve();
      else waiting.get(message.id)?.(message);
    });
  });
  context.after(() => void child.kill('SIGKILL'));
  await Promise.race([ready, ended.then(([code]) => assert.fail(`it ended with ${code}: ${written}`))]);
  let last = 0;

  async function ask<T>(method: string, argument = ''): Promise<T> {
    last += 1;
    const id = last;
    const answered = new Promise<StoreAnswer>((resolve) => waiting.set(id, resolve));
    child.send({ id, method, argument } satisfies StoreQuestion);
    const answer = await Promise.race([answered, ended.then(() => assert.fail(`it ended: ${written}`))]);
    if ('error' in answer) throw answer.error;
    return answer.value as T;
  }

  return {
    pid: child.pid ?? 0,
    ask,
    log: () =>
      written
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line)),
    async close() {
      await ask('close');
      await ended;
    },
  };
}
