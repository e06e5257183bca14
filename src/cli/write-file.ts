// Files that commands write at a path given on the command line.
import { writeFile } from 'node:fs/promises';
import { FederationError } from '../model/errors.ts';

/**
 * Writes UTF-8 text; folders are not made. Rejects with USAGE if the file cannot be written, or exists and
 * `replace` is false: it is not changed then.
 */
export async function writeText(file: string, text: string, replace: boolean): Promise<void> {
  try {
    await writeFile(file, text, { flag: replace ? 'w' : 'wx' });
  } catch (cause) {
    const reason = (cause as NodeJS.ErrnoException).code;
    throw new FederationError(
      'USAGE',
      reason === 'EEXIST' ? 'the file exists already' : `the file cannot be written (${reason ?? 'unknown'})`,
      { at: file, cause, ...(reason === 'EEXIST' ? { hint: '--force replaces it.' } : {}) },
    );
  }
}
