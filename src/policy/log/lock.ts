// Locks a file for one process: two that write, rename and compress it lose each other's entries. A process states its
// claim in the name of a file beside it, by its process id and start time, so that a lock that a kill left behind is
// recognized, and removing it never removes another process's lock.
import { readdir, readFile, unlink, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/** Releases the lock. Rejects if the lock file cannot be removed. */
export type Unlock = () => Promise<void>;

/**
 * The locks of this process. A file of its name that is not among them was left by an earlier process with the same id
 * and start time, as in a container or a virtual machine that starts the same way each time.
 */
const ownLocks = new Set<string>();

/**
 * Locks a file for this process by `<path>.lock-<pid>-<start>`; resolves with the release, or with the id of the
 * process that has the lock or tries at the same time. Two that try at once may both be refused, but never both get it.
 * Processes that cannot see each other, such as those of two containers or machines, are not excluded. Rejects with the
 * file system's errors.
 */
export async function lockFile(path: string): Promise<Unlock | number> {
  const prefix = `${basename(path)}.lock-`;
  const mine = `${prefix}${process.pid}-${await startOf(process.pid)}`;
  const inFolder = (name: string) => join(dirname(path), name);
  const own = inFolder(mine);
  if (ownLocks.has(own)) return process.pid;
  ownLocks.add(own);
  const release = async () => {
    await remove(own);
    ownLocks.delete(own);
  };
  try {
    await remove(own);
    await writeFile(own, '', { flag: 'wx', mode: 0o600 });
    for (const name of await readdir(dirname(path))) {
      if (!name.startsWith(prefix) || name === mine) continue;
      const [pid, start] = name.slice(prefix.length).split('-');
      if ((await startOf(Number(pid))) === start) {
        await release();
        return Number(pid);
      }
      await remove(inFolder(name)).catch(ignoreForeign);
    }
  } catch (error) {
    ownLocks.delete(own);
    throw error;
  }
  return release;
}

/** A dead process's lock that this user may not remove does no harm. */
function ignoreForeign(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPERM' && error.code !== 'EACCES') throw error;
}

async function remove(file: string): Promise<void> {
  try {
    await unlink(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}

/**
 * When a process started, in the kernel's clock ticks (`proc_pid_stat(5)`); `unknown` where that is not available;
 * null: it has ended.
 */
async function startOf(pid: number): Promise<string | null> {
  if (!Number.isSafeInteger(pid) || pid < 1) return null;
  try {
    process.kill(pid, 0);
  } catch (error) {
    // Another user's process exists as well.
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return null;
  }
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  // The second field is a name in parentheses, which may have any characters.
  const [state, ...fields] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return state === 'Z' ? null : (fields[18] ?? 'unknown');
}
