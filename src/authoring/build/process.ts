// Starts the process that builds a lab's signed source, waits for its answer within bounds of time and size, and ends
// it with everything that it started.
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { FederationError } from '../../model/errors.ts';
import { BUNDLE_BYTES } from '../../policy/bundle/manifest.ts';
import { confined } from '../opa/confinement.ts';
import { type BuildAnswer, type BuildOrder, buildAnswerSchema } from './order.ts';

// Built JavaScript, from src/authoring/ as from dist/authoring/, as the policies’ worker is.
const BUILDER = fileURLToPath(new URL('../../../dist/authoring/build/builder.js', import.meta.url));

/** Characters of an answer, at most: a bundle in base64, and the rest of the answer. */
const ANSWER = 2 * BUNDLE_BYTES;
/** Characters of its error output that are kept. */
const ERROR_OUTPUT = 4_096;
const MIB = 1_048_576;

export interface BuildPlace {
  /** The folder of the source's files, in which the process is started. */
  readonly source: string;
  /** Its folder for temporary files. */
  readonly scratch: string;
}

/**
 * The answer of a build process, which is started within `order.limits` (its time, `wall`, is in
 * milliseconds). Rejects with POLICY_TOO_COSTLY if the build exceeds a limit, with INTERNAL if the process
 * fails or panfed was not built, with the parser's error if the answer is not one, and with the signal's
 * reason. The process and what it started have ended then.
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
  const text = await outputOf(start(order, place), order, limits.wall, signal);
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
    // In a separate process group, so that the whole group can be ended.
    detached: process.platform !== 'win32',
  });
}

/** The output of the process, which has ended when this settles. */
function outputOf(
  child: ChildProcess,
  order: BuildOrder,
  wall: number,
  signal: AbortSignal,
): Promise<string> {
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
        hint: 'use fewer rules, or tests with fewer inputs',
      });
    const timer = setTimeout(() => stop(tooMuch(`did not end within ${wall} ms`)), wall);
    signal.addEventListener('abort', abort, { once: true });
    if (signal.aborted) abort();
    child.stdout?.setEncoding('utf8').on('data', (chunk: string) => {
      out += chunk;
      if (out.length > ANSWER) stop(tooMuch(`wrote more than ${ANSWER} characters`));
    });
    child.stderr?.setEncoding('utf8').on('data', (chunk: string) => {
      err = (err + chunk).slice(0, ERROR_OUTPUT);
    });
    child.on('error', (cause) =>
      stop(new FederationError('INTERNAL', 'the builder does not start', { cause })),
    );
    // The process may end before it reads.
    child.stdin?.on('error', () => {});
    child.stdin?.write(`${JSON.stringify(order)}\n`);
    child.on('close', (code, killed) => {
      clearTimeout(timer);
      signal.removeEventListener('abort', abort);
      // Its children may still run.
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
