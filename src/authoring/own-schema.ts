// A policy that brings schemas of its own (`schemas` in an annotation). They would stand in place of panfed's, and OPA reads
// what they refer to, from the network or from a file of this machine, when it compiles the policy or runs its tests. So they
// are looked for by parsing alone, which reads nothing, before OPA does anything else.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { OWN_SCHEMA } from './checks/all.ts';
import { problemOf } from './checks/check.ts';
import { entriesBelow } from './files.ts';
import { type Opa, runOpa } from './opa.ts';
import type { PolicyOwner } from './owner.ts';
import type { PolicyProblem } from './problem.ts';
import { shownPath } from './syntax.ts';

const annotatedSchema = z.object({
  annotations: z
    .array(z.object({ location: z.object({ row: z.int() }).optional(), schemas: z.unknown().optional() }))
    .default([]),
});

/** One problem an annotation, of rules and of tests. A file that OPA cannot parse has none: OPA refuses the policy then. */
export async function ownSchemas(opa: Opa, owner: PolicyOwner): Promise<PolicyProblem[]> {
  const names = entriesBelow(owner.folder)
    .map(({ name }) => name)
    .filter((name) => name.endsWith('.rego'));
  const problems: PolicyProblem[] = [];
  for (const name of names) problems.push(...(await schemasIn(opa, owner, name)));
  return problems;
}

async function schemasIn(opa: Opa, owner: PolicyOwner, name: string): Promise<PolicyProblem[]> {
  const file = join(owner.folder, name);
  // The word begins every annotation.
  if (!(await readFile(file)).includes('METADATA')) return [];
  const args = ['parse', '--format', 'json', '--json-include', 'locations', name];
  const { code, stdout } = await runOpa(opa, args, { cwd: owner.folder });
  if (code !== 0) return [];
  return annotatedSchema
    .parse(JSON.parse(stdout))
    .annotations.filter(({ schemas }) => schemas !== undefined)
    .map(({ location }) =>
      problemOf(OWN_SCHEMA, {
        file: shownPath(file),
        line: location?.row ?? null,
        column: null,
        message: 'a policy has no schemas of its own: it is held to those of panfed',
        hint: 'take `schemas` out of the annotation',
      }),
    );
}
