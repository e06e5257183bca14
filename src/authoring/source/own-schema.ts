// Finds policies with their own schemas (`schemas` in an annotation). They would replace panfed's, and OPA reads what
// they refer to, from the network or from a local file, when it compiles the policy or runs its tests. So they are
// found by parsing alone, which reads nothing else, before OPA does anything else.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { OWN_SCHEMA } from '../checks/all.ts';
import { problemOf } from '../checks/check.ts';
import { entriesBelow } from './files.ts';
import type { PolicyOwner } from './owner.ts';
import type { PolicyProblem } from './problem.ts';
import { type ParseFile, shownPath } from './syntax.ts';

const annotatedSchema = z.object({
  annotations: z
    .array(z.object({ location: z.object({ row: z.int() }).optional(), schemas: z.unknown().optional() }))
    .default([]),
});

/**
 * A problem for each annotation with its own schemas, in rules and tests, by file. A file that OPA cannot
 * parse has none: the compiler refuses it. Rejects as `parse` does, and with the system's error for a file
 * that cannot be read.
 */
export async function ownSchemas(owner: PolicyOwner, parse: ParseFile): Promise<PolicyProblem[]> {
  const names = entriesBelow(owner.folder)
    .map(({ name }) => name)
    .filter((name) => name.endsWith('.rego'));
  const problems: PolicyProblem[] = [];
  for (const name of names) problems.push(...(await schemasIn(owner, name, parse)));
  return problems;
}

async function schemasIn(owner: PolicyOwner, name: string, parse: ParseFile): Promise<PolicyProblem[]> {
  const file = join(owner.folder, name);
  // Every annotation begins with this word.
  if (!(await readFile(file)).includes('METADATA')) return [];
  const parsed = await parse(name);
  if ('refused' in parsed) return [];
  return annotatedSchema
    .parse(parsed.tree)
    .annotations.filter(({ schemas }) => schemas !== undefined)
    .map(({ location }) =>
      problemOf(OWN_SCHEMA, {
        file: shownPath(file),
        line: location?.row ?? null,
        column: null,
        message: 'a policy may not have its own schemas: those of panfed apply',
        hint: 'remove `schemas` from the annotation',
      }),
    );
}
