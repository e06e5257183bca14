// Which files a policy is made of, as OPA would load them: what OPA would follow or read and no check looks into is told
// apart, so that what is checked is what is built.
import { type Dirent, readdirSync, type Stats, statSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { FederationError } from '../model/errors.ts';
import type { PolicyOwner } from './owner.ts';

/** Paths from the owner's folder, sorted; hidden files are left out. */
export interface PolicyFiles {
  /** Without tests. */
  readonly rules: readonly string[];
  /** `…_test.rego`. */
  readonly tests: readonly string[];
  readonly data: readonly string[];
  /** Links to folders or to nothing, and what is called as a file and is none. */
  readonly strange: readonly string[];
}

/** Files of an owner that OPA would load. */
export function policyFiles({ folder }: PolicyOwner): PolicyFiles {
  const entries = entriesBelow(folder).filter(
    ({ name }) => !name.split(sep).some((part) => part.startsWith('.')),
  );
  const strange = entries.filter(({ entry, name }) => isStrange(entry, name)).map(({ name }) => name);
  const files = entries
    .filter(({ entry }) => !entry.isDirectory())
    .map(({ name }) => name)
    .filter((name) => !strange.includes(name));
  return {
    rules: files.filter((name) => name.endsWith('.rego') && !name.endsWith(TESTS)),
    tests: files.filter((name) => name.endsWith(TESTS)),
    data: files.filter((name) => DATA.test(name)),
    strange,
  };
}

export interface Entry {
  readonly entry: Dirent;
  /** Its path from the folder. */
  readonly name: string;
}

/**
 * All that is below a folder, sorted by name. No link is followed: whether Node's own `recursive` does so depends on its
 * version.
 */
export function entriesBelow(folder: string): Entry[] {
  const found: Entry[] = [];
  for (const folders = [folder]; ; ) {
    const next = folders.pop();
    if (next === undefined) break;
    for (const entry of readdirSync(next, { withFileTypes: true })) {
      const path = join(next, entry.name);
      found.push({ entry, name: relative(folder, path) });
      if (entry.isDirectory()) folders.push(path);
    }
  }
  return found.sort((one, other) => (one.name < other.name ? -1 : 1));
}

export const STRANGE = {
  message: 'this is no file and no folder of the policy',
  hint: 'a policy’s folder has files, folders and links to files; give what is none of them another name or place',
} as const;

/** Throws POLICY_INVALID where OPA would follow or read what is no file. */
export function assertFiles(owner: PolicyOwner, shown: (path: string) => string): void {
  const [first] = policyFiles(owner).strange;
  if (first === undefined) return;
  const { message, hint } = STRANGE;
  throw new FederationError('POLICY_INVALID', message, { at: shown(join(owner.folder, first)), hint });
}

/** How the names of files with tests end. */
export const TESTS = '_test.rego';

const DATA = /\.(json|ya?ml)$/;

/** Whether OPA loads a file of this name, tests included. */
export const isLoaded = (name: string): boolean => name.endsWith('.rego') || DATA.test(name);

function isStrange(entry: Dirent, name: string): boolean {
  const loaded = isLoaded(name);
  if (!entry.isSymbolicLink()) return loaded && !entry.isFile();
  const target = targetOf(join(entry.parentPath, entry.name));
  return target === null ? loaded : target.isDirectory() || (loaded && !target.isFile());
}

/** null: there is none, or it is a link in a circle. */
function targetOf(link: string): Stats | null {
  try {
    return statSync(link);
  } catch {
    return null;
  }
}
