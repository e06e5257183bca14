// A folder for one build, in the system's folder for what passes; and an end to those that builds left there which were
// killed before they could remove them.

import { lstat, mkdtemp, readdir, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SYSTEM_CLOCK } from '../model/clock.ts';

/** Milliseconds after which a folder is abandoned: a build is ended after minutes. */
const ABANDONED = 3_600_000;

/**
 * The real path of a new folder with this prefix, which only its owner may enter (mode 0700), in the system's temporary
 * folder. Removes this user's folders with the prefix that are an hour old. Rejects with the file system's errors.
 */
export async function scratchFolder(prefix: string): Promise<string> {
  const place = tmpdir();
  await removeAbandoned(place, prefix);
  return realpath(await mkdtemp(join(place, prefix)));
}

/**
 * Does the work with a folder of {@link scratchFolder}, gives its result, and removes the folder then, however the work
 * ends. Rejects as the work and {@link scratchFolder} do.
 */
export async function inScratchFolder<Result>(
  prefix: string,
  work: (folder: string) => Promise<Result>,
): Promise<Result> {
  const folder = await scratchFolder(prefix);
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function removeAbandoned(place: string, prefix: string): Promise<void> {
  // Other processes make and remove theirs at the same time, and a folder that stays does no harm.
  const names = await readdir(place).catch(() => []);
  for (const name of names.filter((name) => name.startsWith(prefix))) {
    const path = join(place, name);
    if (await isAbandoned(path)) await rm(path, { recursive: true, force: true }).catch(() => {});
  }
}

/** Whether it is an abandoned folder of this user; a link is not followed. */
async function isAbandoned(path: string): Promise<boolean> {
  const found = await lstat(path).catch(() => null);
  const mine = process.getuid === undefined || found?.uid === process.getuid();
  return found?.isDirectory() === true && mine && SYSTEM_CLOCK.wall() - found.mtimeMs > ABANDONED;
}
