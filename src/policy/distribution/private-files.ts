// Files that this user alone may read, that are there wholly or not at all, and that outlast a loss of power.

import { randomUUID } from 'node:crypto';
import { link, mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { readBounded } from '../../config/bounded-file.ts';
import { SYSTEM_CLOCK } from '../../model/clock.ts';
import { FederationError } from '../../model/errors.ts';

/**
 * The folder, made with those above it where they are missing, for this user alone. One that is there stays as it is:
 * rejects with CONFIG_INVALID where it is another user's, or everybody can write to it.
 */
export async function privateFolder(path: string): Promise<void> {
  await mkdir(path, { recursive: true, mode: 0o700 });
  const { uid, mode } = await stat(path);
  const user = process.geteuid?.();
  // Of a system without users and modes, there is nothing to be seen here.
  if (user === undefined) return;
  const wrong =
    uid !== user ? 'is another user’s' : (mode & OTHERS_WRITE) !== 0 ? 'can be written by everybody' : null;
  if (wrong === null) return;
  throw new FederationError('CONFIG_INVALID', `a folder for private files ${wrong}`, {
    at: path,
    hint: 'Name a folder in it that is not there yet, which is made for this user alone; or make it this user’s, with mode 0700.',
  });
}

/**
 * Not the group's: a mount may open all of it to its group at each start (Kubernetes' `fsGroup`), and what is kept is sealed.
 */
const OTHERS_WRITE = 0o002;

/** Puts a file there, in the place of one that is. */
export function replaceFile(folder: string, name: string, content: string | Uint8Array): Promise<void> {
  return placed(folder, content, (draft) => rename(draft, join(folder, name)));
}

/** Puts a file there; false: there is one, and it stays as it is. Of two who do it at once, one is told true. */
export async function createFile(folder: string, name: string, content: string): Promise<boolean> {
  try {
    await placed(folder, content, (draft) => link(draft, join(folder, name)));
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** null: there is none. Rejects with EFBIG where it has more bytes. */
export async function readFileOrNull(path: string, maximum: number): Promise<Buffer | null> {
  try {
    return await readBounded(path, maximum);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

const DRAFT = /^\.[0-9a-f]{8}-[0-9a-f-]{27}$/;
/** Milliseconds after which nobody writes to a draft any more. */
const ABANDONED = 86_400_000;

/** Removes what a process that ended while it wrote left behind. */
export async function removeDrafts(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    if (!DRAFT.test(name)) continue;
    const path = join(folder, name);
    const written = await stat(path).catch(() => null);
    if (written !== null && SYSTEM_CLOCK.wall() - written.mtimeMs > ABANDONED)
      await rm(path, { force: true });
  }
}

async function placed(
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

/** The name itself is on disk only after this. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
