// The only way to OPA: the real program in a child process, without environment, and bounded in time and output.
import { execFile } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { cacheFolder, thisUser } from '../../config/user-folders.ts';
import { FederationError } from '../../model/errors.ts';
import { limitText } from '../../model/size.ts';
import { type Confinement, confined, NOT_CONFINED } from './confinement.ts';

/** The only supported version, since the committed bundles depend on it: another may compile to other bytes. */
export const OPA_VERSION = '1.21.1';

const TIMEOUT = 60_000;
const MAX_OUTPUT = 64 * 1024 * 1024;

/** An OPA whose version was checked. */
export interface Opa {
  readonly path: string;
  /** Limits of each run beside time and output; undefined: none, for the user's own policies. */
  readonly confinement?: Confinement;
  /** Milliseconds of each run, at most; 60,000 by default. */
  readonly timeout?: number;
}

export interface OpaRun {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** The environment variables that are read; `process.env` by default. */
export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The folder of panfed's OPA: `$XDG_CACHE_HOME/panfed/opa-<version>`, else below `~/.cache`; the variables
 * are those of this process by default. It need not exist. Throws OPA_MISSING where there is neither.
 */
export function opaCache(environment: Environment = process.env): string {
  const folder = cacheFolder(thisUser(environment));
  if (folder !== null) return join(folder, OPA_FOLDER);
  throw new FederationError('OPA_MISSING', 'this user has no folder in which OPA could be kept', {
    hint: 'set HOME or XDG_CACHE_HOME to a folder that can be written',
  });
}

const OPA_FOLDER = `opa-${OPA_VERSION}`;

/** Name of OPA's program on this platform. */
export const OPA_PROGRAM = process.platform === 'win32' ? 'opa.exe' : 'opa';

/** The paths where OPA may be: on PATH, then in the cache. */
function candidates(environment: Environment): string[] {
  const folders = (environment.PATH ?? '').split(delimiter).filter((folder) => folder !== '');
  const cache = cacheFolder(thisUser(environment));
  const all = cache === null ? folders : [...folders, join(cache, OPA_FOLDER)];
  return all.map((folder) => join(folder, OPA_PROGRAM));
}

/**
 * The first OPA of the right version, `OPA_VERSION`, on PATH, else in the cache; the variables are those of
 * this process by default. Rejects with OPA_MISSING, naming those it skipped.
 */
export async function findOpa(environment: Environment = process.env): Promise<Opa> {
  const skipped: string[] = [];
  for (const path of candidates(environment)) {
    if (!isExecutable(path)) continue;
    const version = await versionOf(path);
    if (version === OPA_VERSION) return { path };
    skipped.push(`${path} is ${version === null ? 'not a working OPA' : `version ${version}`}`);
  }
  throw new FederationError(
    'OPA_MISSING',
    [`OPA ${OPA_VERSION} is needed to compile policies and was not found`, ...skipped].join('; '),
    { hint: 'run `panfed policy install-opa`' },
  );
}

/** The version of the program; null: it is not OPA, or does not answer within 10 s. Never rejects. */
export async function versionOf(path: string): Promise<string | null> {
  const run = await runOpa({ path }, ['version'], { timeout: 10_000 }).catch(() => null);
  return run === null ? null : (/^Version: (\S+)$/m.exec(run.stdout)?.[1] ?? null);
}

export interface RunOptions {
  readonly cwd?: string;
  /** Milliseconds, at most; by default `Opa.timeout`. */
  readonly timeout?: number;
  /** Bytes of each output, at most; 64 MiB by default. */
  readonly maximum?: number;
}

/**
 * Runs OPA without the user's environment, so that no policy can read the user's, and resolves with its exit
 * status and output, whatever the status is. Rejects with POLICY_TOO_COSTLY if it exceeds its time
 * (`opa.timeout`, or 60,000 milliseconds, by default) or memory, POLICY_INVALID if it writes more than
 * `maximum` bytes (64 MiB by default) or another signal ends it, and OPA_MISSING if it does not start or
 * cannot be confined.
 */
export function runOpa(opa: Opa, args: readonly string[], options: RunOptions = {}): Promise<OpaRun> {
  const { cwd, timeout = opa.timeout ?? TIMEOUT, maximum = MAX_OUTPUT } = options;
  const { confinement } = opa;
  const plain = { path: opa.path, args };
  const command = confinement === undefined ? plain : confined(plain, confinement);
  const name = `opa ${args[0]}`;
  return new Promise((resolve, reject) => {
    execFile(
      command.path,
      command.args,
      {
        env: confinement === undefined ? HASTE : thrift(confinement),
        timeout,
        killSignal: 'SIGKILL',
        maxBuffer: maximum,
        ...(cwd === undefined ? {} : { cwd }),
      },
      (error, stdout, stderr) => {
        if (error === null) return resolve({ code: 0, stdout, stderr });
        if (typeof error.code !== 'number') return reject(failure(name, error, { timeout, maximum }));
        const crash = CRASH.exec(stderr)?.[1];
        if (crash !== undefined) {
          reject(new FederationError('POLICY_TOO_COSTLY', `${name} crashed: ${crash}`));
        } else if (confinement !== undefined && error.code === NOT_CONFINED) {
          reject(new FederationError('OPA_MISSING', `${name} could not be confined: a limit cannot be set`));
        } else resolve({ code: error.code, stdout, stderr });
      },
    );
  });
}

/** A Go program's message when it crashes, usually for lack of memory; a dump of its stacks follows. */
const CRASH = /^(?:fatal error|panic|runtime(?:\/cgo)?): (.{1,256})/m;

/** A run takes tens of milliseconds, of which Go's usual garbage collection is a quarter. */
const HASTE = { GOGC: '400' };

/** Bytes of address space that Go and its threads reserve and hardly use: about 1 GB, measured. */
const GO_RESERVES = 1_073_741_824;

/**
 * Variables that save resources: one processor, so that the gateway has the others; more garbage collection near the
 * maximum; and one arena for C code, since glibc reserves 64 MiB for each thread's.
 */
function thrift({ memory }: Confinement): Record<string, string> {
  const heap = memory === null ? 0 : memory - GO_RESERVES;
  return { GOMAXPROCS: '1', MALLOC_ARENA_MAX: '1', ...(heap > 0 ? { GOMEMLIMIT: String(heap) } : {}) };
}

/**
 * OPA's message, trimmed: some commands write it to one stream and some to the other; a sentence that says so where
 * there is none.
 */
export function said(run: OpaRun): string {
  return (
    [run.stderr, run.stdout].map((text) => text.trim()).find((text) => text !== '') ?? 'OPA wrote no message'
  );
}

/** The parsed JSON that OPA wrote; undefined: it is not JSON. Never throws. */
export function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function failure(
  command: string,
  error: Error & { code?: unknown; killed?: boolean; signal?: unknown },
  { timeout, maximum }: { readonly timeout: number; readonly maximum: number },
): FederationError {
  if (error.code === 'ERR_CHILD_PROCESS_STDIO_MAXBUFFER') {
    return new FederationError('POLICY_INVALID', `${command} wrote more than ${limitText(maximum)}`, {
      cause: error,
    });
  }
  if (error.killed === true) {
    return new FederationError('POLICY_TOO_COSTLY', `${command} did not end within ${timeout} ms`, {
      cause: error,
    });
  }
  if (typeof error.signal === 'string') {
    const costly = error.signal === 'SIGKILL' || error.signal === 'SIGXCPU';
    return new FederationError(
      costly ? 'POLICY_TOO_COSTLY' : 'POLICY_INVALID',
      `${command} was ended by ${error.signal}${costly ? ': it took too much' : ''}`,
      { cause: error },
    );
  }
  return new FederationError('OPA_MISSING', `${command} does not start: ${error.message}`, { cause: error });
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
