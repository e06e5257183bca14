// The file in which a running demo stores its credential for `panfed token`: only its user can read it, and it is in
// the state folder of the XDG Base Directory Specification.
import { randomBytes } from 'node:crypto';
import { chmodSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stateFolders, type UserHome } from '../config/user-folders.ts';
import { type DemoCredential, demoCredentialSchema } from './demo-credential.ts';

export interface PublishedCredential {
  /** null: no state folder could be written, so nothing was stored. */
  readonly path: string | null;
  /** Removes the file if it is still this demo's. Synchronous and never throws, because it runs as the process ends. */
  remove(): void;
}

const MAX_BYTES = 4_096;

/**
 * Writes the credential of the demo that listens on the port into the first folder of the user's state that
 * can be written (XDG Base Directory Specification), with mode 0600, and the folder's 0700, which it makes
 * where there is none. `path` is null where there is none; `remove` removes the file unless another demo has
 * replaced it. Synchronous; never throws because of a folder.
 */
export function publishCredential(
  port: number,
  credential: DemoCredential,
  place: UserHome,
): PublishedCredential {
  for (const folder of stateFolders(place)) {
    const path = join(folder, fileName(port));
    if (!writePrivately(folder, path, JSON.stringify(credential))) continue;
    return {
      path,
      remove() {
        if (readCredentialFile(path)?.key.kid === credential.key.kid) discard(path);
      },
    };
  }
  return { path: null, remove() {} };
}

/**
 * The credential of the demo on that port, in a file of at most 4 KiB in a folder of the user's state; null where there
 * is no file, or none that a demo wrote. Synchronous; never throws because of a file.
 */
export function findCredential(port: number, place: UserHome): DemoCredential | null {
  for (const folder of stateFolders(place)) {
    const credential = readCredentialFile(join(folder, fileName(port)));
    if (credential !== null) return credential;
  }
  return null;
}

const fileName = (port: number): string => `demo-${port}.json`;

/** Writes by rename, so that a reader sees the whole file or none; false where it cannot be written. */
function writePrivately(folder: string, path: string, content: string): boolean {
  const draft = `${path}.${randomBytes(8).toString('hex')}`;
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    chmodSync(folder, 0o700);
    writeFileSync(draft, content, { mode: 0o600, flag: 'wx' });
    renameSync(draft, path);
    return true;
  } catch {
    discard(draft);
    return false;
  }
}

function discard(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {
    // A file that cannot be removed belongs to another user.
  }
}

function readCredentialFile(path: string): DemoCredential | null {
  try {
    const file = statSync(path);
    if (!file.isFile() || file.size > MAX_BYTES) return null;
    return demoCredentialSchema.safeParse(JSON.parse(readFileSync(path, 'utf8'))).data ?? null;
  } catch {
    return null;
  }
}
