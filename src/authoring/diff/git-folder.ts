// Unpacks a folder of policies as it was at a git revision into another folder. The repository is only read.
import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { unpackTar } from 'modern-tar';
import { FederationError } from '../../model/errors.ts';
import { limitText } from '../../model/size.ts';

const TIMEOUT = 60_000;
const MAX_ARCHIVE = 64 * 1024 * 1024;

/** The files of owners' policies, and data files that the checks refuse. */
const SOURCE = /^(?:federation|facilities\/[^/]+)\/.*\.(?:rego|json|ya?ml)$/;

export interface GitFolder {
  /** `main~1:policies`, as git names it; `main~1:.` for the repository's root. */
  readonly name: string;
  readonly commit: string;
}

/**
 * Unpacks the policies of `folder` at a revision into `target`. Rejects with USAGE if git has no such
 * revision of the folder, its archive exceeds 64 MiB, or git is not installed; git has a minute for each
 * command. Rejects with the system's error where `target` cannot be written.
 */
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

/** Whether it is a source; a path that leads out of the folder is not. */
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
        hint: 'keep the policies in a separate folder',
        cause,
      });
    }
    throw new FederationError('USAGE', `${revision} is not a file, a folder, or a revision of ${folder}`, {
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
