// Lists the files of a policy as OPA would load them. Entries that OPA would follow or read, and no check examines, are
// listed separately, so that exactly the checked files are built.
import { type Dirent, readdirSync, type Stats, statSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { FederationError } from '../../model/errors.ts';
import type { PolicyOwner } from './owner.ts';

/** Paths from the owner's folder, sorted; hidden files are left out. */
export interface PolicyFiles {
  /** Rule files, without tests. */
  readonly rules: readonly string[];
  /** `…_test.rego`. */
  readonly tests: readonly string[];
  readonly data: readonly string[];
  /** Links to folders or to nothing, and entries with a file's name that are not files. */
  readonly unsupported: readonly string[];
}

/**
 * The files of an owner that OPA would load, as paths from its folder, sorted by name: rules, tests and data apart, and
 * what OPA would read but policies may not have. Throws the file system's errors.
 */
export function policyFiles({ folder }: PolicyOwner): PolicyFiles {
  const entries = entriesBelow(folder).filter(
    ({ name }) => !name.split(sep).some((part) => part.startsWith('.')),
  );
  const unsupported = entries.filter(({ entry, name }) => isUnsupported(entry, name)).map(({ name }) => name);
  const files = entries
    .filter(({ entry }) => !entry.isDirectory())
    .map(({ name }) => name)
    .filter((name) => !unsupported.includes(name));
  return {
    rules: files.filter((name) => name.endsWith('.rego') && !name.endsWith(TESTS)),
    tests: files.filter((name) => name.endsWith(TESTS)),
    data: files.filter((name) => DATA.test(name)),
    unsupported,
  };
}

export interface Entry {
  readonly entry: Dirent;
  /** Its path from the folder. */
  readonly name: string;
}

/**
 * All entries below a folder, sorted by name. Links are not followed: whether Node's own `recursive` follows them
 * depends on its version. Throws the file system's errors.
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

/** The problem with an entry that is neither a file nor a folder, and what to do about it. */
export const UNSUPPORTED = {
  message: 'this is neither a file nor a folder of the policy',
  hint: 'a policy’s folder may have files, folders and links to files; rename or move anything else',
} as const;

/**
 * Throws POLICY_INVALID if OPA would follow or read an entry that is not a file; `at` is the first one's path, as
 * `shown` writes it. Throws the file system's errors.
 */
export function assertFiles(owner: PolicyOwner, shown: (path: string) => string): void {
  const [first] = policyFiles(owner).unsupported;
  if (first === undefined) return;
  const { message, hint } = UNSUPPORTED;
  throw new FederationError('POLICY_INVALID', message, { at: shown(join(owner.folder, first)), hint });
}

/** The end of the names of test files. */
export const TESTS = '_test.rego';

const DATA = /\.(json|ya?ml)$/;

/** Whether OPA loads a file of this name, tests included. */
export const isLoaded = (name: string): boolean => name.endsWith('.rego') || DATA.test(name);

function isUnsupported(entry: Dirent, name: string): boolean {
  const loaded = isLoaded(name);
  if (!entry.isSymbolicLink()) return loaded && !entry.isFile();
  const target = targetOf(join(entry.parentPath, entry.name));
  return target === null ? loaded : target.isDirectory() || (loaded && !target.isFile());
}

/** null: there is none, or the links form a cycle. */
function targetOf(link: string): Stats | null {
  try {
    return statSync(link);
  } catch {
    return null;
  }
}
