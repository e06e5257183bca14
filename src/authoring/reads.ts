// What a module reads of its input, by `opa deps` of its entry point: the paths that make records and subjects classes.
import { z } from 'zod';
import { FederationError } from '../model/errors.ts';
import type { ReadPath } from '../policy/bundle/revision.ts';
import { type Opa, runOpa, said } from './opa.ts';
import type { PolicyOwner } from './owner.ts';
import { literalPath } from './syntax.ts';

const depsSchema = z.object({
  base: z.array(z.array(z.object({ type: z.string(), value: z.unknown() })).min(1)).default([]),
});

/** Every base document that the entry point depends on, as literal paths: `['input', 'record', 'groups']`. */
export async function baseDocuments(opa: Opa, owner: PolicyOwner): Promise<string[][]> {
  // In brackets, because a facility's id may have a hyphen.
  const query = `data${owner.entrypoint
    .split('/')
    .map((key) => `[${JSON.stringify(key)}]`)
    .join('')}`;
  const args = ['deps', '--format', 'json', '--data', '.', '--ignore', '*_test.rego', query];
  const run = await runOpa(opa, args, { cwd: owner.folder });
  if (run.code !== 0) {
    throw new FederationError('POLICY_INVALID', `opa deps failed: ${said(run)}`, {
      at: owner.folder,
      hint: `the entry point of ${owner.name} is ${owner.entrypoint}`,
    });
  }
  return depsSchema.parse(JSON.parse(run.stdout)).base.map(literalPath);
}

/** Key paths under `input`, sorted; one that another covers is left out. */
export function readPaths(documents: readonly (readonly string[])[]): ReadPath[] {
  const paths = documents.filter(([root]) => root === 'input').map(([, ...path]) => path);
  const covered = (path: ReadPath) =>
    paths.some((other) => other.length < path.length && other.every((key, index) => key === path[index]));
  const kept = new Map(paths.filter((path) => !covered(path)).map((path) => [JSON.stringify(path), path]));
  return [...kept.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, path]) => path);
}
