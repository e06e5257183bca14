// The decision log as a file of NDJSON: a line an entry, a new file by size and by the clock. It is opened for each
// write, so that all that is known of it is what the disk says, whoever was stopped or failed before.

import { type FileHandle, mkdir, open, realpath, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { DecisionLogConfig } from '../../config/decision-log.ts';
import { SYSTEM_CLOCK, type WallClock } from '../../model/clock.ts';
import { FederationError } from '../../model/errors.ts';
import { Archives } from './archives.ts';
import { lockFile, type Unlock } from './lock.ts';
import type { Sink } from './queue.ts';

export type FileLogConfig = NonNullable<DecisionLogConfig['file']>;

/** For this user alone: who may do what is nobody else's to read. */
const MODE = 0o600;
const LINE_BREAK = 0x0a;

/**
 * `path` is absolute; `now` is in milliseconds since the epoch; `onShared`: others may read the file, which is another
 * user's. Rejects with CONFIG_INVALID where the file cannot be written, or another process writes it.
 */
export async function fileSink(
  config: FileLogConfig,
  clock: WallClock = SYSTEM_CLOCK,
  onShared: () => void = () => {},
): Promise<Sink> {
  if (!(await openedPrivate(config.path))) onShared();
  // Where it leads to by a link, since a rename would set the link aside and leave the file.
  const path = await realpath(config.path);
  // What is no file, as a pipe or a device, is not set aside, and nothing of it is lost by two.
  const unlock = (await stat(path)).isFile() ? await locked(path) : async () => {};
  const { keep } = config;
  const archives = new Archives({ path, keep, mode: MODE });
  archives.resume();
  return {
    async write(entries, signal) {
      if (await isFull({ ...config, path }, clock.wall())) await archives.add();
      signal.throwIfAborted();
      await append(path, `${entries.join('\n')}\n`);
      return 0;
    },
    async close(signal) {
      await archives.close(signal);
      // What is left behind is known to be of nobody.
      await unlock().catch(() => {});
    },
  };
}

/** By its bytes, or since its last entry is of an hour or day that has ended. */
async function isFull({ path, bytes, every }: FileLogConfig, now: number): Promise<boolean> {
  const present = await stat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
  if (present === null || present.size === 0) return false;
  return present.size >= bytes || beginOf(every, present.mtimeMs) < beginOf(every, now);
}

/** Of the hour or day that has `time`, in the time zone of the process. */
function beginOf(every: FileLogConfig['every'], time: number): number {
  const begin = new Date(time);
  return every === 'hour' ? begin.setMinutes(0, 0, 0) : begin.setHours(0, 0, 0, 0);
}

async function append(path: string, lines: string): Promise<void> {
  const file = await opened(path);
  try {
    await file.appendFile((await isTorn(file)) ? `\n${lines}` : lines);
  } finally {
    await file.close();
  }
}

async function opened(path: string): Promise<FileHandle> {
  try {
    return await open(path, 'a+', MODE);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    await mkdir(dirname(path), { recursive: true });
    return open(path, 'a+', MODE);
  }
}

/** Whether the last write, of this process or one before it, ended in the middle of a line. */
async function isTorn(file: FileHandle): Promise<boolean> {
  const { size } = await file.stat();
  if (size === 0) return false;
  const { buffer } = await file.read(Buffer.alloc(1), 0, 1, size - 1);
  return buffer[0] !== LINE_BREAK;
}

/** Whether it is for this user alone, or was made so. */
async function openedPrivate(path: string): Promise<boolean> {
  try {
    const file = await opened(path);
    try {
      return await madePrivate(file);
    } finally {
      await file.close();
    }
  } catch (cause) {
    throw unwritable(path, cause);
  }
}

/** A file that was there already may be for others to read; what is no file, as a pipe or a device, is left as it is. */
async function madePrivate(file: FileHandle): Promise<boolean> {
  const present = await file.stat();
  if (!present.isFile() || (present.mode & 0o777 & ~MODE) === 0) return true;
  try {
    await file.chmod(MODE);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EPERM') return false;
    throw error;
  }
}

async function locked(path: string): Promise<Unlock> {
  const lock = await lockFile(path).catch((cause: unknown) => {
    throw unwritable(path, cause);
  });
  if (typeof lock !== 'number') return lock;
  throw new FederationError('CONFIG_INVALID', `another process, ${lock}, writes the decision log ${path}`, {
    at: 'telemetry.decisionLog.file.path',
    hint: 'Give each process a file of its own: two that write one lose entries.',
  });
}

function unwritable(path: string, cause: unknown): FederationError {
  return new FederationError('CONFIG_INVALID', `the decision log ${path} cannot be written`, {
    at: 'telemetry.decisionLog.file.path',
    hint: 'Name a file that this user may write, in a folder that it may write.',
    cause,
  });
}
