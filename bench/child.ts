// A child process of the benchmark: started, awaited until it prints that it is ready, and ended by its id.
import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { ROOT } from './built.ts';

export interface Child {
  /** The first group of the `ready` pattern in its ready line. */
  readonly ready: string;
  /** Ends it by SIGTERM, and after ten seconds by SIGKILL. */
  end(): Promise<void>;
}

export interface ChildOptions {
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Matches the line that says that it is ready; its first group is kept. */
  readonly ready: RegExp;
  readonly from?: 'stdout' | 'stderr';
  /** Milliseconds until it must be ready; a minute by default. */
  readonly patience?: number;
  /** Called with every line of its output. */
  readonly report?: (line: string) => void;
}

const PATIENCE = 60_000;

/** Runs `node` with the arguments. Rejects with its last lines of output if it ends or is not ready in time. */
export async function startChild({
  args,
  env = {},
  ready,
  from = 'stdout',
  patience = PATIENCE,
  report = () => {},
}: ChildOptions): Promise<Child> {
  const child = spawn(process.execPath, args, {
    cwd: ROOT,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const said: string[] = [];
  const found = await new Promise<string>((resolve, reject) => {
    const fail = (why: string) => {
      child.kill('SIGKILL');
      reject(new Error(`${args.join(' ')} ${why}\n${said.slice(-20).join('\n')}`));
    };
    const timer = setTimeout(() => fail('was not ready in time'), patience);
    const listen = (stream: Readable, awaited: boolean) =>
      createInterface({ input: stream }).on('line', (line) => {
        if (said.length < 200) said.push(line);
        report(line);
        if (!awaited) return;
        const match = ready.exec(line)?.[1];
        if (match === undefined) return;
        clearTimeout(timer);
        resolve(match);
      });
    listen(child.stdout, from === 'stdout');
    listen(child.stderr, from === 'stderr');
    child.once('exit', (code) => fail(`ended with ${code}`));
  });
  return { ready: found, end: () => endChild(child) };
}

async function endChild(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.removeAllListeners('exit');
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), 10_000);
  await ended;
  clearTimeout(timer);
}
