// Reads the files that federation.yaml names, with errors that say which key named them.
import { resolve } from 'node:path';
import { FederationError } from '../model/errors.ts';
import { limitText } from '../model/size.ts';
import { readBounded, TOO_LARGE } from './bounded-file.ts';

export interface NamedFile {
  /** As federation.yaml has it; a relative one starts at `baseDirectory`, the folder of federation.yaml. */
  readonly path: string;
  readonly baseDirectory: string;
  readonly maxBytes: number;
  /** The key that names it; left out: whoever catches the error knows it. */
  readonly at?: string;
}

/** The text of a file, in UTF-8. Rejects with CONFIG_INVALID where it cannot be read or has more than `maxBytes`. */
export async function readNamedText({ path, baseDirectory, maxBytes, at }: NamedFile): Promise<string> {
  try {
    return (await readBounded(resolve(baseDirectory, path), maxBytes)).toString('utf8');
  } catch (cause) {
    const { code = 'unreadable' } = cause as NodeJS.ErrnoException;
    const isLarge = code === TOO_LARGE;
    throw new FederationError(
      'CONFIG_INVALID',
      `the file ${path} ${isLarge ? `is larger than ${limitText(maxBytes)}` : `cannot be read (${code})`}`,
      {
        at,
        hint: isLarge ? 'Name another file.' : 'Check the path and that this user may read it.',
        cause,
      },
    );
  }
}

/** What a file has as JSON. Rejects as {@link readNamedText} does, and with CONFIG_INVALID and `hint` for another text. */
export async function readNamedJson(file: NamedFile, hint: string): Promise<unknown> {
  const text = await readNamedText(file);
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new FederationError('CONFIG_INVALID', `the file ${file.path} is not JSON`, {
      ...{ at: file.at, hint, cause },
    });
  }
}
