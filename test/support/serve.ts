// `panfed serve` as its user starts it: the built command in a process of its own.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT } from './root.ts';

/** The built command. */
export const MAIN = `${ROOT}dist/cli/main.js`;

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Running {
  /** null: it ended before it was ready. */
  readonly url: string | null;
  /** Milliseconds from the start to the end of the banner, or to its end. */
  readonly took: number;
  /** What it wrote to stderr so far. */
  readonly stderr: () => string;
  readonly ended: Promise<Ended>;
  /** Sends the signal and waits for the end. */
  stop(signal?: NodeJS.Signals): Promise<Ended>;
}

export interface StartOptions {
  /** The whole environment but PATH; PORT is 0 unless said. */
  readonly env?: Readonly<Record<string, string>>;
  readonly args?: readonly string[];
  readonly nodeArgs?: readonly string[];
  readonly cwd?: string;
}

/** One run of the command line, to its end. */
export async function panfed(
  args: readonly string[],
  options: Omit<StartOptions, 'args'> = {},
): Promise<Ended> {
  return run(args, options).ended;
}

/** A command that goes on until it is stopped. */
export function startPanfed(
  args: readonly string[],
  options: Omit<StartOptions, 'args'> = {},
): Pick<Running, 'stderr' | 'ended' | 'stop'> & { readonly stdout: () => string } {
  const { child, ended, stdout, stderr } = run(args, options);
  return {
    stdout,
    stderr,
    ended,
    stop: (signal = 'SIGINT') => {
      child.kill(signal);
      return ended;
    },
  };
}

/** `panfed serve`, until its banner stands or it ended. */
export async function startServe({ args = [], ...options }: StartOptions = {}): Promise<Running> {
  const started = performance.now();
  const { child, ended, stdout: _, stderr } = run(['serve', '--banner', ...args], options);
  const ready = new Promise<void>((resolve) => {
    child.stderr.on('data', () => {
      if (/Ready in [\s\S]*\/readyz\n[\s\S]*\n$/.test(stderr())) resolve();
    });
  });
  await Promise.race([ready, ended]);
  return {
    url: / page +(http:\S+)\//.exec(stderr())?.[1] ?? null,
    took: performance.now() - started,
    stderr,
    ended,
    stop: (signal = 'SIGINT') => {
      child.kill(signal);
      return ended;
    },
  };
}

function run(args: readonly string[], { env = {}, nodeArgs = [], cwd = ROOT }: Omit<StartOptions, 'args'>) {
  if (!existsSync(MAIN)) throw new Error('the command is not built: npm run build');
  // The store of a gateway that says nothing of it: nobody else's, and gone with it.
  const state = mkdtempSync(join(tmpdir(), 'panfed-state-'));
  const child = spawn(process.execPath, [...nodeArgs, MAIN, ...args], {
    cwd,
    env: { PATH: process.env.PATH, PORT: '0', XDG_STATE_HOME: state, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const written = { stdout: '', stderr: '' };
  for (const stream of ['stdout', 'stderr'] as const) {
    child[stream].setEncoding('utf8').on('data', (text: string) => {
      written[stream] += text;
    });
  }
  const ended = once(child, 'close').then(([code, signal]): Ended => {
    rmSync(state, { recursive: true, force: true });
    return { code, signal, ...written };
  });
  return { child, ended, stdout: () => written.stdout, stderr: () => written.stderr };
}
