// Follows the changes of a file by polling: saved in place, replaced by rename, or deleted and created again.
import { setTimeout as sleep } from 'node:timers/promises';
import { fingerprintOf } from '../policy/activation/file-fingerprint.ts';

/** Milliseconds between two checks, unless `interval` says otherwise. */
const INTERVAL = 1_000;

export interface FollowedFile {
  readonly path: string;
  /** What {@link fingerprintOf} gave before the file was first read. */
  readonly read: string;
  /** Ends the polling. */
  readonly stop: AbortSignal;
  /** Milliseconds between two checks; 1,000 by default. */
  readonly interval?: number | undefined;
}

/**
 * Calls `changed` once for each change, when the file was the same in two checks, `interval` milliseconds
 * (1,000 by default) apart: a file that still changes is being written. Resolves when it is stopped, after
 * `changed` has ended; rejects as `changed` does, and with nothing else.
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
