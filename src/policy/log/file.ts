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

/** For this user only: nobody else may read the decisions about people. */
const MODE = 0o600;
const LINE_BREAK = 0x0a;

/**
 * A sink that appends to `config.path`, which is absolute, a line for each entry (NDJSON), in a file of mode
 * 0600; one of `config.bytes` bytes, or of an `every` (hour or day, in the process's time zone) that has
 * ended, is rotated, and `keep` older ones are kept. `clock` is this machine's by default. `onShared` (by
 * default nothing is called) is called if others may read the file, which is another user's. Rejects with
 * CONFIG_INVALID if the file cannot be written, or another process writes it; its `write` rejects with the
 * file system's error, and with the signal's reason.
 */
export async function fileSink(
  config: FileLogConfig,
  clock: WallClock = SYSTEM_CLOCK,
  onShared: () => void = () => {},
): Promise<Sink> {
  if (!(await openedPrivate(config.path))) onShared();
  // The target of a link, since a rename would move the link and leave the file.
  const path = await realpath(config.path);
  // A pipe or a device is not rotated, and two processes that write to it lose no entries.
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
      // A lock that is left behind is recognized as abandoned.
      await unlock().catch(() => {});
    },
  };
}

/** Whether it has reached its bytes, or its last entry is from an hour or day that has ended. */
async function isFull({ path, bytes, every }: FileLogConfig, now: number): Promise<boolean> {
  const present = await stat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
  if (present === null || present.size === 0) return false;
  return present.size >= bytes || startOf(every, present.mtimeMs) < startOf(every, now);
}

/** The start of the hour or day that contains `time`, in the time zone of the process. */
function startOf(every: FileLogConfig['every'], time: number): number {
  const start = new Date(time);
  return every === 'hour' ? start.setMinutes(0, 0, 0) : start.setHours(0, 0, 0, 0);
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

/** Whether the file is for this user only, or could be made so. Rejects with CONFIG_INVALID if it cannot be opened. */
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

/** Makes an existing file that others may read private; a pipe or a device is left as it is. */
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
  throw new FederationError('CONFIG_INVALID', `another process (${lock}) writes the decision log ${path}`, {
    at: 'telemetry.decisionLog.file.path',
    hint: 'Give each process its own file: two that write to the same file lose entries.',
  });
}

function unwritable(path: string, cause: unknown): FederationError {
  return new FederationError('CONFIG_INVALID', `the decision log ${path} cannot be written`, {
    at: 'telemetry.decisionLog.file.path',
    hint: 'Name a file that this user may write, in a folder that this user may write.',
    cause,
  });
}
