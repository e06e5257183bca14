// A fingerprint that changes with a file's content, without reading it. Files are polled because network and container
// file systems do not report changes reliably.
import { stat } from 'node:fs/promises';

/** The fingerprint of a file that does not exist. */
export const ABSENT = 'absent';

/**
 * A file's device, inode and size, and its times of change in nanoseconds, with blanks between them; {@link ABSENT} for
 * a file that cannot be examined. Never rejects.
 */
export async function fingerprintOf(path: string): Promise<string> {
  try {
    const { dev, ino, size, mtimeNs, ctimeNs } = await stat(path, { bigint: true });
    return [dev, ino, size, mtimeNs, ctimeNs].join(' ');
  } catch {
    return ABSENT;
  }
}
