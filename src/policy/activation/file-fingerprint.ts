// What changes with a file's content, without reading it: by polling, because file systems of networks and containers do
// not tell of changes reliably.
import { stat } from 'node:fs/promises';

/** Of a file that is not there. */
export const ABSENT = 'absent';

/** Equal for a file that stayed as it is. */
export async function fingerprintOf(path: string): Promise<string> {
  try {
    const { dev, ino, size, mtimeNs, ctimeNs } = await stat(path, { bigint: true });
    return [dev, ino, size, mtimeNs, ctimeNs].join(' ');
  } catch {
    return ABSENT;
  }
}
