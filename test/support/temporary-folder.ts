// A folder for one test or suite, which goes when it ends.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export function temporaryFolder(context: { after(end: () => void): void }): string {
  const folder = mkdtempSync(join(tmpdir(), 'panfed-test-'));
  context.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
