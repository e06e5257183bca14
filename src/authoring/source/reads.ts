// Finds the paths of the input that a module reads, by `opa deps` of its entry point: they define its classes of
// records and subjects.
import { z } from 'zod';
import { FederationError } from '../../model/errors.ts';
import type { ReadPath } from '../../policy/bundle/revision.ts';
import { type Opa, runOpa, said } from '../opa/opa.ts';
import type { PolicyOwner } from './owner.ts';
import { literalPath } from './syntax.ts';

const depsSchema = z.object({
  base: z.array(z.array(z.object({ type: z.string(), value: z.unknown() })).min(1)).default([]),
});

/**
 * Every base document that the entry point depends on, as a literal path: `['input', 'record', 'groups']`.
 * Rejects with POLICY_INVALID if `opa deps` fails, and as {@link runOpa} does, with POLICY_TOO_COSTLY or
 * OPA_MISSING.
 */
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

/** The key paths under `input`, each once and sorted, without those that another one includes. */
export function readPaths(documents: readonly (readonly string[])[]): ReadPath[] {
  const paths = documents.filter(([root]) => root === 'input').map(([, ...path]) => path);
  const covered = (path: ReadPath) =>
    paths.some((other) => other.length < path.length && other.every((key, index) => key === path[index]));
  const kept = new Map(paths.filter((path) => !covered(path)).map((path) => [JSON.stringify(path), path]));
  return [...kept.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, path]) => path);
}
