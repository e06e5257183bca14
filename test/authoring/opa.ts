// The real OPA for tests of the build, and folders of policies to try it on.

import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { TestContext } from 'node:test';
import { OPA_PROGRAM, type Opa, opaCache } from '../../src/authoring/opa/opa.ts';
import { type PolicyOwner, policyOwners } from '../../src/authoring/source/owner.ts';
import { needs, onPath } from '../support/real.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const cached = join(opaCache(), OPA_PROGRAM);
const found = onPath('opa') ?? (existsSync(cached) ? cached : null);

/** Options for suites that need it. */
export const needsOpa = needs('opa', found);

/** Not used if the suite is skipped. */
export const opa: Opa = { path: found ?? 'opa' };

/** A folder for one test. */
export function scratch(context: TestContext): string {
  const folder = temporaryFolder(context);
  return folder;
}

/** A facility's policy in a folder of its own; files by name. */
export async function facility(
  context: TestContext,
  id: string,
  files: Readonly<Record<string, string>>,
): Promise<{ readonly policies: string; readonly owner: PolicyOwner }> {
  const policies = scratch(context);
  for (const [name, text] of Object.entries(files)) {
    const file = join(policies, 'facilities', id, name);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text);
  }
  const [owner] = policyOwners(policies, [id]);
  if (owner === undefined) throw new Error(`no policy of ${id} was written`);
  return { policies, owner };
}

/** A module that allows everything, with more rules. */
export function allowing(id: string, rules = ''): string {
  return `package panfed.facility.${id}

decision := {"discover": true, "pull": true, "execute": ok, "reasons": []}

default ok := false

${rules}
`;
}
