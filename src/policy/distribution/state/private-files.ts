// Files that this user alone may read, that are there wholly or not at all, and that outlast a loss of power.

import { randomUUID } from 'node:crypto';
import { link, mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { readBounded } from '../../../config/bounded-file.ts';
import { SYSTEM_CLOCK } from '../../../model/clock.ts';
import { FederationError } from '../../../model/errors.ts';

/**
 * Makes the folder and its missing parents, for this user only (mode 0700). An existing folder stays as it is: rejects
 * with CONFIG_INVALID if it is another user's, or everybody can write to it (neither is checked where the system has no
 * users); with the file system's error if it cannot be made.
 */
export async function privateFolder(path: string): Promise<void> {
  await mkdir(path, { recursive: true, mode: 0o700 });
  const { uid, mode } = await stat(path);
  const user = process.geteuid?.();
  // A system without users and modes has nothing to check here.
  if (user === undefined) return;
  const wrong =
    uid !== user ? 'is another user’s' : (mode & OTHERS_WRITE) !== 0 ? 'can be written by everybody' : null;
  if (wrong === null) return;
  throw new FederationError('CONFIG_INVALID', `a folder for private files ${wrong}`, {
    at: path,
    hint: 'Name a folder in it that does not exist yet, which is then made for this user only; or make it this user’s, with mode 0700.',
  });
}

/**
 * Not the group's bit: a mount may give all of it to its group at each start (Kubernetes' `fsGroup`), and the files are
 * signed.
 */
const OTHERS_WRITE = 0o002;

/**
 * Writes a file of mode 0600 into an existing folder atomically, replacing one that exists, and flushes both to the
 * disk. Rejects with the file system's errors.
 */
export function replaceFile(folder: string, name: string, content: string | Uint8Array): Promise<void> {
  return writeDraft(folder, content, (draft) => rename(draft, join(folder, name)));
}

/**
 * Writes a file of mode 0600 into an existing folder atomically; true: it was written and flushed to the disk; false:
 * one exists, and it stays as it is. If two processes do it at once, one gets true. Rejects with the file system's
 * other errors.
 */
export async function createFile(folder: string, name: string, content: string): Promise<boolean> {
  try {
    await writeDraft(folder, content, (draft) => link(draft, join(folder, name)));
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/**
 * The bytes of a file; null: there is none. Rejects with EFBIG if it has more than `maximum` bytes, and with the file
 * system's other errors.
 */
export async function readFileOrNull(path: string, maximum: number): Promise<Buffer | null> {
  try {
    return await readBounded(path, maximum);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

const DRAFT = /^\.[0-9a-f]{8}-[0-9a-f-]{27}$/;
/** Milliseconds after which no process still writes to a draft. */
const ABANDONED = 86_400_000;

/**
 * Removes drafts that a process left behind when it ended while writing, 24 hours after that. Rejects with the system's
 * error where the folder cannot be read, or a draft not removed.
 */
export async function removeDrafts(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    if (!DRAFT.test(name)) continue;
    const path = join(folder, name);
    const written = await stat(path).catch(() => null);
    if (written !== null && SYSTEM_CLOCK.wall() - written.mtimeMs > ABANDONED)
      await rm(path, { force: true });
  }
}

async function writeDraft(
  folder: string,
  content: string | Uint8Array,
  place: (draft: string) => Promise<void>,
): Promise<void> {
  const draft = join(folder, `.${randomUUID()}`);
  try {
    const file = await open(draft, 'wx', 0o600);
    try {
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
    await place(draft);
    await syncFolder(folder);
  } finally {
    await rm(draft, { force: true });
  }
}

/** Flushes the folder: only then is the name itself on disk. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
