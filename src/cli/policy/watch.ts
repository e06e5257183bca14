// Watches a folder of policies. A burst of changes, as when an editor saves or a branch is switched, is one change.
// Files may be replaced by rename, and the folder itself removed and restored.
import { statSync } from 'node:fs';
import { basename, dirname, relative, resolve, sep } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { watch } from 'chokidar';
import { isLoaded } from '../../authoring/source/files.ts';
import { FederationError } from '../../model/errors.ts';

/** Milliseconds without a further change after which a burst is over. */
const QUIET = 100;

/**
 * Resolves when the folder is watched. The generator yields once after each burst of changes of files below
 * it that OPA loads, also for changes between two calls of `next`; it ends with `signal`, and without one
 * never. A burst is over after `quiet` milliseconds (100 by default) without a further change. Rejects with
 * USAGE if the folder cannot be watched.
 */
export async function changesOf(
  folder: string,
  signal?: AbortSignal,
  quiet = QUIET,
): Promise<AsyncGenerator<void, void>> {
  let changed = 0;
  let wake = () => {};
  const close = await watching(folder, () => {
    changed++;
    wake();
  });
  signal?.addEventListener('abort', () => wake(), { once: true });
  return (async function* () {
    try {
      for (let seen = 0; !signal?.aborted; ) {
        if (changed === seen) {
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
          continue;
        }
        while (changed !== seen) {
          seen = changed;
          await sleep(quiet);
        }
        yield;
      }
    } finally {
      await close();
    }
  })();
}

async function watching(folder: string, changed: () => void): Promise<() => Promise<void>> {
  const root = resolve(folder);
  if (statSync(root, { throwIfNoEntry: false })?.isDirectory() !== true) throw unwatchable(folder);
  // The parent folder is watched, so that the return of the folder itself is noticed.
  const watcher = watch(dirname(root), {
    ignoreInitial: true,
    ignored: (path, stats) => isIgnored(root, path, stats?.isFile() === true),
  });
  watcher.on('all', changed);
  await new Promise<void>((ready, failed) => {
    watcher.once('ready', ready);
    watcher.once('error', (cause) => failed(unwatchable(folder, cause)));
  }).catch(async (error: unknown) => {
    await watcher.close();
    throw error;
  });
  // The next reading of the folder finds and reports what is wrong.
  watcher.on('error', changed);
  return () => watcher.close();
}

/** Whether the path is beside the folder, hidden, or a file that OPA does not load. */
function isIgnored(root: string, path: string, isFile: boolean): boolean {
  const inside = relative(root, path);
  if (inside === '' || inside === '..') return false;
  const parts = inside.split(sep);
  return parts.some((part) => part.startsWith('.')) || (isFile && !isLoaded(basename(path)));
}

function unwatchable(folder: string, cause?: unknown): FederationError {
  return new FederationError('USAGE', 'the folder of policies cannot be watched', {
    at: folder,
    hint: 'name a folder that is there and that you may read',
    cause,
  });
}
