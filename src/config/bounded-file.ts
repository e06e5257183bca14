// Reads files within a bound of bytes: a file from outside may be of any size, and a device never ends.
import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { limitText } from '../model/size.ts';

export interface ReadOptions {
  readonly signal?: AbortSignal | undefined;
  /** Rejects where it is a pipe or a device, and does not wait for a pipe's writer. */
  readonly onlyFiles?: boolean;
}

/** The code of what `readBounded` rejects with where there are more bytes, as the system's own is for a write. */
export const TOO_LARGE = 'EFBIG';

/** Without waiting for the writer of a pipe, which is not a file. */
const WITHOUT_WAITING = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0);

/** All bytes of a file. Rejects with the system's error, or with one of code EFBIG where there are more than `maximum`. */
export async function readBounded(path: string, maximum: number, options: ReadOptions = {}): Promise<Buffer> {
  // One byte more than allowed is enough to know.
  const bytes = await readFirst(path, maximum + 1, options);
  if (bytes.length <= maximum) return bytes;
  throw Object.assign(new Error(`larger than ${limitText(maximum)}`), { code: TOO_LARGE });
}

/** The first bytes of a file, as many as it has and at most `maximum`. Rejects with the system's error. */
export async function readFirst(
  path: string,
  maximum: number,
  { signal, onlyFiles = false }: ReadOptions = {},
): Promise<Buffer> {
  const file = await open(path, onlyFiles ? WITHOUT_WAITING : 'r');
  try {
    if (onlyFiles && !(await file.stat()).isFile()) {
      throw Object.assign(new Error('not a file'), { code: 'not a file' });
    }
    const chunks: Buffer[] = [];
    const stream = file.createReadStream({ end: maximum - 1, autoClose: false, ...(signal && { signal }) });
    for await (const chunk of stream as AsyncIterable<Buffer>) chunks.push(chunk);
    return Buffer.concat(chunks);
  } finally {
    await file.close();
  }
}
