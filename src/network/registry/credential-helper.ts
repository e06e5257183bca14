// Docker's credential helpers: programs named docker-credential-<name>, started without a shell, within bounds of time
// and output. https://github.com/docker/docker-credential-helpers
import { type ChildProcess, spawn } from 'node:child_process';
import { z } from 'zod';
import { FederationError } from '../../model/errors.ts';

export interface HeldCredential {
  readonly username: string;
  readonly secret: string;
}

/** Milliseconds until a helper has answered. */
const DEADLINE = 10_000;

/** Bytes of its output. */
const MAX_OUTPUT = 65_536;

/** A part of a file's name: no folder, no option. */
const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

/** What a helper says on its output where it has no credential for the server. */
const NOT_FOUND = 'credentials not found in native keychain';

/** Variables that it is given: those by which programs find others and a user's files. */
const ENVIRONMENT = ['PATH', 'HOME'] as const;

const answerSchema = z.object({ Username: z.string(), Secret: z.string() });

/**
 * The credential that a helper holds for a server; null: it has none. Rejects with CONFIG_INVALID for a name
 * that is no part of a file's name of at most 64 characters, or where the helper does not start, fails,
 * answers something else or more than 65,536 bytes, or takes longer than `deadline` milliseconds (by default
 * 10,000). Nothing that it writes is in a message. The helper, `docker-credential-<name>`, is given PATH and
 * HOME alone of the environment, and is ended with its process group.
 */
export async function askCredentialHelper(
  name: string,
  server: string,
  deadline = DEADLINE,
): Promise<HeldCredential | null> {
  if (!NAME.test(name)) throw failed('has a name that is none');
  const { code, output } = await run(`docker-credential-${name}`, server, deadline);
  if (code !== 0) {
    if (output.trim() === NOT_FOUND) return null;
    throw failed(`ended with ${code}`);
  }
  const answer = answerSchema.safeParse(jsonOf(output));
  if (!answer.success) throw failed('gave no credential');
  return { username: answer.data.Username, secret: answer.data.Secret };
}

function run(
  program: string,
  input: string,
  deadline: number,
): Promise<{ readonly code: number | null; readonly output: string }> {
  return new Promise((resolve, reject) => {
    const env = Object.fromEntries(ENVIRONMENT.map((name) => [name, process.env[name]]));
    // In a process group of its own, so that the whole group can be ended.
    const child = spawn(program, ['get'], { env, stdio: ['pipe', 'pipe', 'ignore'], detached: true });
    const chunks: Buffer[] = [];
    let size = 0;
    const settle = (then: () => void) => {
      clearTimeout(timer);
      end(child);
      then();
    };
    const stop = (what: string) => settle(() => reject(failed(what)));
    const timer = setTimeout(() => stop(`did not answer within ${deadline} ms`), deadline);
    child.on('error', () => stop('does not start'));
    child.stdout.on('data', (chunk: Buffer) => {
      chunks.push(chunk);
      size += chunk.length;
      if (size > MAX_OUTPUT) stop(`wrote more than ${MAX_OUTPUT} bytes`);
    });
    // It may end before it reads.
    child.stdin.on('error', () => {});
    child.stdin.end(input);
    child.on('close', (code) =>
      settle(() => resolve({ code, output: Buffer.concat(chunks).toString('utf8') })),
    );
  });
}

function end(child: ChildProcess): void {
  child.stdout?.destroy();
  if (child.pid === undefined) return;
  try {
    if (process.platform === 'win32') child.kill('SIGKILL');
    else process.kill(-child.pid, 'SIGKILL');
  } catch {
    // It has ended.
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

const failed = (what: string): FederationError =>
  new FederationError('CONFIG_INVALID', `the credential helper of the Docker configuration ${what}`, {
    hint: 'Try it: echo <host> | docker-credential-<name> get. It is given PATH and HOME alone.',
  });
