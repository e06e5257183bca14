// Temporary folders, each of which goes with what it was made for.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A folder for one test or suite, which goes when it ends; `parent` is the system's temporary folder unless said. */
export function temporaryFolder(context: { after(end: () => void): void }, parent = tmpdir()): string {
  const { path, [Symbol.dispose]: remove } = disposableFolder(parent);
  context.after(remove);
  return path;
}

/** A folder outside of a test; `using` removes it. */
export function disposableFolder(parent = tmpdir()): Disposable & { readonly path: string } {
  const path = mkdtempSync(join(parent, 'panfed-test-'));
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) };
}
