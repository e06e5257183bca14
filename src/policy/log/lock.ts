// One process for one file: two that write, set aside and compress it lose each other's entries. Each that wants it says so
// in the name of a file beside it, by its number and its begin: so what a kill left behind is known to be of nobody, and
// whoever takes it away can take away no other's.
import { readdir, readFile, unlink, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/** Gives the file free again. */
export type Unlock = () => Promise<void>;

/**
 * What this process has. A file of its name that is not among them was left by a former one of the same number and begin,
 * as in a container or a virtual machine that starts alike each time.
 */
const held = new Set<string>();

/**
 * Takes the file for this process, by `<path>.lock-<pid>-<begin>`. A number: that of the process which has it, or wants it as
 * well; two that come at once may both be refused, and never have it both. Processes that do not see each other, as
 * those of two containers or machines, do not notice each other here.
 */
export async function lockFile(path: string): Promise<Unlock | number> {
  const prefix = `${basename(path)}.lock-`;
  const mine = `${prefix}${process.pid}-${await beginOf(process.pid)}`;
  const inFolder = (name: string) => join(dirname(path), name);
  const own = inFolder(mine);
  if (held.has(own)) return process.pid;
  held.add(own);
  const giveFree = async () => {
    await remove(own);
    held.delete(own);
  };
  try {
    await remove(own);
    await writeFile(own, '', { flag: 'wx', mode: 0o600 });
    for (const name of await readdir(dirname(path))) {
      if (!name.startsWith(prefix) || name === mine) continue;
      const [pid, begin] = name.slice(prefix.length).split('-');
      if ((await beginOf(Number(pid))) === begin) {
        await giveFree();
        return Number(pid);
      }
      await remove(inFolder(name)).catch(ofAnother);
    }
  } catch (error) {
    held.delete(own);
    throw error;
  }
  return giveFree;
}

/** What a dead process left, and this user may not remove, is in nobody's way. */
function ofAnother(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPERM' && error.code !== 'EACCES') throw error;
}

async function remove(file: string): Promise<void> {
  try {
    await unlink(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}

/** When a process began, in the kernel's own count (`proc_pid_stat(5)`); `unknown` where that is not told; null: it is no more. */
async function beginOf(pid: number): Promise<string | null> {
  if (!Number.isSafeInteger(pid) || pid < 1) return null;
  try {
    process.kill(pid, 0);
  } catch (error) {
    // Another user's is there as well.
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return null;
  }
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  // The second field is a name in parentheses, which may have any characters.
  const [state, ...fields] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return state === 'Z' ? null : (fields[18] ?? 'unknown');
}
