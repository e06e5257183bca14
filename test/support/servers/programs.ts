// The registries that Go builds for the tests, in the user's cache: one folder for each state of what they are built from.
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { cacheFolder, thisUser } from '../../../src/config/user-folders.ts';
import { needs } from '../real.ts';
import { ROOT } from '../root.ts';

/** Their folder, which is a Go module. */
export const MODULE = join(ROOT, 'test/support/servers');

/** CNCF's registry, whose program is called `registry`. */
export const DISTRIBUTION = 'github.com/distribution/distribution/v3/cmd/registry@v3.1.2';

/** Two of the module's own, and Distribution's. */
export type Program = 'correct-referrers' | 'wrong-referrers' | 'registry';

export const PROGRAMS: readonly Program[] = ['correct-referrers', 'wrong-referrers', 'registry'];

const BUILT_FROM = ['go.mod', 'go.sum', 'correct-referrers/main.go', 'wrong-referrers/main.go'];

/** Where they are, or are to be. Throws where this user has no folder for it. */
export function programsFolder(): string {
  const hash = createHash('sha256').update(DISTRIBUTION);
  for (const name of BUILT_FROM) hash.update(readFileSync(join(MODULE, name)));
  const cache = cacheFolder(thisUser());
  if (cache === null) throw new Error('set HOME or XDG_CACHE_HOME to a folder that can be written');
  return join(cache, `test-registries-${hash.digest('hex').slice(0, 16)}`);
}

/** Path of a program, or null where it was not built. */
export function builtProgram(program: Program): string | null {
  const path = join(programsFolder(), program);
  return existsSync(path) ? path : null;
}

/** Options of a suite that needs the program. */
export const needsProgram = (program: Program) =>
  needs(`the registry ${program} (npm run test:registries builds it)`, builtProgram(program));
