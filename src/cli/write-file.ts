// Files that commands write where they were told to.
import { writeFile } from 'node:fs/promises';
import { FederationError } from '../model/errors.ts';

/** Rejects with USAGE where the file cannot be written, and where one is there that is not to be replaced. */
export async function writeText(file: string, text: string, replace: boolean): Promise<void> {
  try {
    await writeFile(file, text, { flag: replace ? 'w' : 'wx' });
  } catch (cause) {
    const reason = (cause as NodeJS.ErrnoException).code;
    throw new FederationError(
      'USAGE',
      reason === 'EEXIST'
        ? 'the file is there already'
        : `the file cannot be written (${reason ?? 'unknown'})`,
      { at: file, cause, ...(reason === 'EEXIST' ? { hint: '--force replaces it.' } : {}) },
    );
  }
}
