// A file that is looked at again and again: saved in place, replaced by rename, deleted and made anew, it has changed.
import { setTimeout as sleep } from 'node:timers/promises';
import { fingerprintOf } from '../policy/activation/file-fingerprint.ts';

/** Milliseconds between two looks. */
const INTERVAL = 1_000;

export interface FollowedFile {
  readonly path: string;
  /** What {@link fingerprintOf} said before the file was read first. */
  readonly read: string;
  /** Ends it. */
  readonly stop: AbortSignal;
  readonly interval?: number | undefined;
}

/**
 * Calls `changed` once for each change, when the file has stayed as it is between two looks: what still changes is being
 * written. Resolves when it is stopped, after `changed` has ended.
 */
export async function followFile(
  { path, read, stop, interval = INTERVAL }: FollowedFile,
  changed: () => Promise<void>,
): Promise<void> {
  let handled = read;
  let seen = read;
  while (!stop.aborted) {
    await sleep(interval, undefined, { signal: stop }).catch(() => {});
    if (stop.aborted) return;
    const now = await fingerprintOf(path);
    const settled = now === seen;
    seen = now;
    if (!settled || now === handled) continue;
    handled = now;
    await changed();
  }
}
