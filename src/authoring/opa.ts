// The one door to OPA: its real program in a child process that sees no environment, answers within a time and is
// bounded in what it may say.
import { execFile } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { cacheFolder, thisUser } from '../config/user-folders.ts';
import { FederationError } from '../model/errors.ts';
import { limitText } from '../model/size.ts';
import { type Confinement, confined, NOT_CONFINED } from './confinement.ts';

/** The one version whose bundles are committed: another may compile to other bytes. */
export const OPA_VERSION = '1.21.1';

const TIMEOUT = 60_000;
const MAX_OUTPUT = 64 * 1024 * 1024;

/** An OPA whose version was checked. */
export interface Opa {
  readonly path: string;
  /** What each of its runs may take besides time and output; nothing is said for one's own policies. */
  readonly confinement?: Confinement;
  /** Milliseconds of each run; a minute unless said. */
  readonly timeout?: number;
}

export interface OpaRun {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** What may be set from outside; `process.env` unless a test says otherwise. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** `$XDG_CACHE_HOME/panfed/opa-<version>`, else below `~/.cache`. Throws OPA_MISSING where there is neither. */
export function opaCache(environment: Environment = process.env): string {
  const folder = cacheFolder(thisUser(environment));
  if (folder !== null) return join(folder, OPA_FOLDER);
  throw new FederationError('OPA_MISSING', 'this user has no folder in which OPA could be kept', {
    hint: 'set HOME or XDG_CACHE_HOME to a folder that can be written',
  });
}

const OPA_FOLDER = `opa-${OPA_VERSION}`;

export const OPA_PROGRAM = process.platform === 'win32' ? 'opa.exe' : 'opa';

/** Where OPA may be: on PATH, then in the cache. */
function candidates(environment: Environment): string[] {
  const folders = (environment.PATH ?? '').split(delimiter).filter((folder) => folder !== '');
  const cache = cacheFolder(thisUser(environment));
  const all = cache === null ? folders : [...folders, join(cache, OPA_FOLDER)];
  return all.map((folder) => join(folder, OPA_PROGRAM));
}

/** The first OPA of the right version. Throws OPA_MISSING, saying which others were passed over. */
export async function findOpa(environment: Environment = process.env): Promise<Opa> {
  const passedOver: string[] = [];
  for (const path of candidates(environment)) {
    if (!isExecutable(path)) continue;
    const version = await versionOf(path);
    if (version === OPA_VERSION) return { path };
    passedOver.push(`${path} is ${version === null ? 'not an OPA that answers' : `version ${version}`}`);
  }
  throw new FederationError(
    'OPA_MISSING',
    [`OPA ${OPA_VERSION} is needed to compile policies and was not found`, ...passedOver].join('; '),
    { hint: 'run `panfed policy install-opa`' },
  );
}

/** Its version, or null where the program is none or does not answer. */
export async function versionOf(path: string): Promise<string | null> {
  const run = await runOpa({ path }, ['version'], { timeout: 10_000 }).catch(() => null);
  return run === null ? null : (/^Version: (\S+)$/m.exec(run.stdout)?.[1] ?? null);
}

export interface RunOptions {
  readonly cwd?: string;
  /** Milliseconds; that of the OPA unless said. */
  readonly timeout?: number;
  /** Bytes of each output; 64 MiB unless said. */
  readonly maximum?: number;
}

/**
 * Runs OPA with an empty environment, so that nothing it evaluates can read ours. Rejects with POLICY_TOO_COSTLY where it
 * takes too long or too much, POLICY_INVALID where it says too much, OPA_MISSING where it does not start; any exit status is
 * for the caller to judge.
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
        env: confinement === undefined ? {} : thrift(confinement),
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
          reject(new FederationError('POLICY_TOO_COSTLY', `${name} broke down: ${crash}`));
        } else if (confinement !== undefined && error.code === NOT_CONFINED) {
          reject(new FederationError('OPA_MISSING', `${name} could not be confined: a limit cannot be set`));
        } else resolve({ code: error.code, stdout, stderr });
      },
    );
  });
}

/** How a Go program tells that it cannot go on, most often for want of memory; what follows is a dump of its stacks. */
const CRASH = /^(?:fatal error|panic|runtime(?:\/cgo)?): (.{1,256})/m;

/** Address space that Go and its threads reserve and hardly use: about 1 GB, measured. */
const GO_RESERVES = 1_073_741_824;

/**
 * One processor, so that the gateway beside it has the others; less garbage, the nearer the maximum is; and one arena for
 * what is written in C, as glibc reserves 64 MiB for each thread's.
 */
function thrift({ memory }: Confinement): Record<string, string> {
  const heap = memory === null ? 0 : memory - GO_RESERVES;
  return { GOMAXPROCS: '1', MALLOC_ARENA_MAX: '1', ...(heap > 0 ? { GOMEMLIMIT: String(heap) } : {}) };
}

/** What OPA says went wrong: some commands write it to one stream and some to the other. */
export function said(run: OpaRun): string {
  return (
    [run.stderr, run.stdout].map((text) => text.trim()).find((text) => text !== '') ?? 'OPA says nothing'
  );
}

/** The JSON that OPA wrote; undefined: it is none. */
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
