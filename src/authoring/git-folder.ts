// A folder of policies as it was at a revision of git, unpacked into a folder of its own. Git is only read.
import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { unpackTar } from 'modern-tar';
import { FederationError } from '../model/errors.ts';
import { limitText } from '../model/size.ts';

const TIMEOUT = 60_000;
const MAX_ARCHIVE = 64 * 1024 * 1024;

/** What an owner's policy is made of, and what is refused in it. */
const SOURCE = /^(?:federation|facilities\/[^/]+)\/.*\.(?:rego|json|ya?ml)$/;

export interface GitFolder {
  /** `main~1:policies`, as git names it; `main~1:.` for the repository's root. */
  readonly name: string;
  readonly commit: string;
}

/** Rejects with USAGE where git has no such revision of the folder, the folder is too large, or git is not there. */
export async function unpackRevision(folder: string, revision: string, target: string): Promise<GitFolder> {
  const wanted = ['rev-parse', '--verify', '--quiet', '--end-of-options', `${revision}^{commit}`];
  const commit = text(await git(folder, wanted).catch(unknown(folder, revision)));
  const prefix = text(await git(folder, ['rev-parse', '--show-prefix']));
  // In a folder below the repository's root, git archives that folder, with paths from it.
  const tar = await git(folder, ['archive', '--format=tar', commit]).catch(unknown(folder, revision));
  for (const { header, data } of await unpackTar(tar)) {
    if (header.type !== 'file' || data === undefined || !isSource(header.name)) continue;
    const file = join(target, header.name);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, data);
  }
  return { name: `${revision}:${prefix.replace(/\/$/, '') || '.'}`, commit };
}

/** A path that leads out of the folder is no source of ours. */
function isSource(name: string): boolean {
  return SOURCE.test(name) && !name.split('/').some((part) => part.startsWith('.'));
}

const text = (output: Buffer): string => output.toString('utf8').trim();

function unknown(folder: string, revision: string): (cause: unknown) => never {
  return (cause) => {
    const code = (cause as { code?: unknown }).code;
    if (code === 'ENOENT') {
      throw new FederationError('USAGE', 'git was not found', {
        hint: 'install git, or name a bundle (.tar.gz) or a folder of policies',
        cause,
      });
    }
    if (code === 'ERR_CHILD_PROCESS_STDIO_MAXBUFFER') {
      throw new FederationError('USAGE', `${folder} has more than ${limitText(MAX_ARCHIVE)} at ${revision}`, {
        hint: 'keep the policies in a folder of their own',
        cause,
      });
    }
    throw new FederationError('USAGE', `${revision} is no file, no folder, and no revision of ${folder}`, {
      hint: 'name a bundle (.tar.gz), a folder of policies, or a git revision such as HEAD or main~1',
      cause,
    });
  };
}

function git(folder: string, args: readonly string[]): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    execFile(
      'git',
      args,
      { cwd: folder, encoding: 'buffer', timeout: TIMEOUT, maxBuffer: MAX_ARCHIVE, killSignal: 'SIGKILL' },
      (error, stdout) => (error === null ? resolve(stdout) : reject(error)),
    );
  });
}
