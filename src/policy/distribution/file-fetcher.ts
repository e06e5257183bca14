// A lab's archive as a file: looked at again and again, and read where it changed and stayed as it is until the next look.

import { readBounded, TOO_LARGE } from '../../config/bounded-file.ts';
import { FederationError } from '../../model/errors.ts';
import { limitText } from '../../model/size.ts';
import { ABSENT, fingerprintOf } from '../activation/file-fingerprint.ts';
import type { BundleFetcher } from './bundle-fetcher.ts';

export interface FileFetcherOptions {
  /** Absolute. */
  readonly path: string;
  /** Milliseconds between two polls. */
  readonly interval: number;
  readonly maxBytes: number;
}

/**
 * Fetches the archive from a file of at most `maxBytes` bytes, when it changed since the handled one and is not being
 * written; null otherwise. `fetchNew` rejects with SOURCE_UNAVAILABLE if the file cannot be read, or is a pipe or a
 * device, and with SOURCE_TOO_LARGE; it does not look at the signal. `interval`: milliseconds between polls.
 */
export function fileFetcher({ path, interval, maxBytes }: FileFetcherOptions): BundleFetcher {
  let handled: string | null = null;
  let previous: string | null = null;
  return {
    place: path,
    async fetchNew() {
      const now = await fingerprintOf(path);
      // A file that still changes is being written. The first poll has no earlier one to compare with.
      const settled = previous === null || now === previous;
      previous = now;
      if (now === ABSENT) throw unavailable(path, 'ENOENT');
      return settled && now !== handled ? read(path, maxBytes) : null;
    },
    handled() {
      handled = previous;
    },
    pause: () => interval,
  };
}

async function read(path: string, maxBytes: number): Promise<Uint8Array> {
  try {
    return await readBounded(path, maxBytes, { onlyFiles: true });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== TOO_LARGE) throw unavailable(path, code, error);
    throw new FederationError('SOURCE_TOO_LARGE', `the file is larger than ${limitText(maxBytes)}`, {
      at: path,
    });
  }
}

function unavailable(path: string, why = 'unreadable', cause?: unknown): FederationError {
  return new FederationError('SOURCE_UNAVAILABLE', `the file cannot be read (${why})`, { at: path, cause });
}
