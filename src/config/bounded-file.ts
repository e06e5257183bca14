// Reads files within a bound of bytes: a file from outside may be of any size, and a device never ends.
import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { limitText } from '../model/size.ts';

export interface ReadOptions {
  readonly signal?: AbortSignal | undefined;
  /** Called with each piece as it comes, of at most 256 KiB, which it must not change. */
  readonly onPiece?: ((bytes: Buffer) => void) | undefined;
  /** Rejects where it is a pipe or a device, and does not wait for a pipe's writer; by default both are read. */
  readonly onlyFiles?: boolean;
}

/** The code of what `readBounded` rejects with where there are more bytes, as the system's own is for a write. */
export const TOO_LARGE = 'EFBIG';

/** Without waiting for the writer of a pipe, which is not a file. */
const WITHOUT_WAITING = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0);

/** Bytes that are read at a time. */
const PIECE = 262_144;

/**
 * All bytes of a file of at most `maximum` bytes, an empty buffer for an empty one. Rejects as {@link readFirst}
 * does, or with an error of code EFBIG where there are more, of which one byte is read.
 */
export async function readBounded(path: string, maximum: number, options: ReadOptions = {}): Promise<Buffer> {
  // One byte more than allowed is enough to know.
  const bytes = await readFirst(path, maximum + 1, options);
  if (bytes.length <= maximum) return bytes;
  throw Object.assign(new Error(`larger than ${limitText(maximum)}`), { code: TOO_LARGE });
}

/**
 * The first bytes of a file, as many as it has and at most `maximum`. Rejects with the system's error, with the
 * signal's reason, or, for a pipe or a device with `onlyFiles`, with an error of the code `not a file`.
 */
export async function readFirst(
  path: string,
  maximum: number,
  { signal, onPiece, onlyFiles = false }: ReadOptions = {},
): Promise<Buffer> {
  const file = await open(path, onlyFiles ? WITHOUT_WAITING : 'r');
  try {
    const about = await file.stat();
    if (onlyFiles && !about.isFile()) throw Object.assign(new Error('not a file'), { code: 'not a file' });
    // As large as the file, and a byte more to see its end: pieces that are joined at last take its memory twice.
    let bytes = Buffer.allocUnsafeSlow(Math.min(maximum, about.size > 0 ? about.size + 1 : PIECE));
    let length = 0;
    while (length < maximum) {
      signal?.throwIfAborted();
      if (length === bytes.length) bytes = enlarged(bytes, maximum);
      const { bytesRead } = await file.read(bytes, length, Math.min(PIECE, bytes.length - length));
      if (bytesRead === 0) break;
      onPiece?.(bytes.subarray(length, length + bytesRead));
      length += bytesRead;
    }
    return bytes.subarray(0, length);
  } finally {
    await file.close();
  }
}

/** For what grew meanwhile, or does not say how large it is. */
function enlarged(bytes: Buffer, maximum: number): Buffer<ArrayBuffer> {
  const larger = Buffer.allocUnsafeSlow(Math.min(maximum, 2 * bytes.length));
  bytes.copy(larger);
  return larger;
}
