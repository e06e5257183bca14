// Starts the process that builds a lab's signed source, waits for its answer within a time and a size, and ends it with
// everything that it started.
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { FederationError } from '../model/errors.ts';
import { BUNDLE_BYTES } from '../policy/bundle/manifest.ts';
import { type BuildAnswer, type BuildOrder, buildAnswerSchema } from './build-order.ts';
import { confined } from './confinement.ts';

// Built JavaScript, from src/authoring/ as from dist/authoring/, as the policies’ worker is.
const BUILDER = fileURLToPath(new URL('../../dist/authoring/builder.js', import.meta.url));

/** Characters of an answer: a bundle in base64, and what is told beside it. */
const ANSWER = 2 * BUNDLE_BYTES;
/** Characters of what it says when it breaks down. */
const LAST_WORDS = 4_096;
const MIB = 1_048_576;

export interface BuildPlace {
  /** The source's files: where the process is started. */
  readonly source: string;
  /** Its folder for what passes. */
  readonly scratch: string;
}

/**
 * Rejects with POLICY_TOO_COSTLY where the build takes too long or too much, INTERNAL where its process breaks down, and with
 * the signal's reason.
 */
export async function runBuild(
  order: BuildOrder,
  place: BuildPlace,
  signal: AbortSignal,
): Promise<BuildAnswer> {
  if (!existsSync(BUILDER)) {
    throw new FederationError('INTERNAL', 'the builder of policies was not built', {
      at: BUILDER,
      hint: 'Run `npm run build`.',
    });
  }
  const { limits } = order;
  const text = await said(start(order, place), order, limits.wall, signal);
  return buildAnswerSchema.parse(JSON.parse(text));
}

function start({ limits }: BuildOrder, { source, scratch }: BuildPlace): ChildProcess {
  const heap = `--max-old-space-size=${Math.ceil(limits.heap / MIB)}`;
  // Address space is limited for OPA alone: WebAssembly reserves 8 GB of it for a memory of 64 MiB.
  const { path, args } = confined(
    { path: process.execPath, args: [heap, BUILDER] },
    { cpu: limits.cpu, file: limits.file, memory: null },
  );
  return spawn(path, args, {
    cwd: source,
    env: process.platform === 'win32' ? { TEMP: scratch } : { TMPDIR: scratch },
    stdio: ['pipe', 'pipe', 'pipe'],
    // A process group of its own, so that it ends as one.
    detached: process.platform !== 'win32',
  });
}

/** What the process writes. It is ended at the latest when this settles. */
function said(child: ChildProcess, order: BuildOrder, wall: number, signal: AbortSignal): Promise<string> {
  return new Promise((resolve, reject) => {
    let out = '';
    let err = '';
    let why: unknown = null;
    const stop = (reason: unknown) => {
      why ??= reason;
      end(child);
    };
    const abort = () => stop(signal.reason);
    const tooMuch = (what: string) =>
      new FederationError('POLICY_TOO_COSTLY', `the build of the policy ${what}`, {
        hint: 'a policy of fewer rules, and tests that ask less, take less',
      });
    const timer = setTimeout(() => stop(tooMuch(`did not end within ${wall} ms`)), wall);
    signal.addEventListener('abort', abort, { once: true });
    if (signal.aborted) abort();
    child.stdout?.setEncoding('utf8').on('data', (chunk: string) => {
      out += chunk;
      if (out.length > ANSWER) stop(tooMuch(`says more than ${ANSWER} characters`));
    });
    child.stderr?.setEncoding('utf8').on('data', (chunk: string) => {
      err = (err + chunk).slice(0, LAST_WORDS);
    });
    child.on('error', (cause) =>
      stop(new FederationError('INTERNAL', 'the builder does not start', { cause })),
    );
    // It may be gone before it reads.
    child.stdin?.on('error', () => {});
    child.stdin?.write(`${JSON.stringify(order)}\n`);
    child.on('close', (code, killed) => {
      clearTimeout(timer);
      signal.removeEventListener('abort', abort);
      // What it started may have outlived it.
      end(child);
      if (why !== null) reject(why);
      else if (code === 0) resolve(out);
      else if (killed !== null || /heap out of memory/.test(err))
        reject(tooMuch('took too much memory or time'));
      else
        reject(new FederationError('INTERNAL', `the builder ended with ${code}`, { cause: new Error(err) }));
    });
  });
}

function end(child: ChildProcess): void {
  if (child.pid === undefined) return;
  try {
    if (process.platform === 'win32') child.kill('SIGKILL');
    else process.kill(-child.pid, 'SIGKILL');
  } catch {
    // It has ended.
  }
}
