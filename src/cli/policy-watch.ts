// Changes of a folder's Rego files, as they come: a burst of them, as when an editor saves or a branch is switched, is
// one change.
import { watch } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { FederationError } from '../model/errors.ts';

const QUIET = 100;

/**
 * Yields once after each burst of changes below the folder, also of those that came while nobody was asking; ends with
 * `signal`. A burst is over after so many milliseconds without a further change (`quiet`, 100 unless said). The folder is
 * watched from now on. Throws USAGE where it cannot be watched.
 */
export function changesOf(folder: string, signal?: AbortSignal, quiet = QUIET): AsyncGenerator<void, void> {
  let changed = 0;
  let wake = () => {};
  const watcher = watching(folder, () => {
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
      watcher.close();
    }
  })();
}

function watching(folder: string, changed: () => void) {
  try {
    const watcher = watch(folder, { recursive: true }, (_event, name) => {
      if (name === null || name.endsWith('.rego')) changed();
    });
    // Such as its removal, which whoever reads it next will tell.
    return watcher.on('error', changed);
  } catch (cause) {
    throw new FederationError('USAGE', 'the folder of policies cannot be watched', { at: folder, cause });
  }
}
