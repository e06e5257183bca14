// What a module reads of its input, by `opa deps` of its entry point: the paths that make records and subjects classes.
import { z } from 'zod';
import { FederationError } from '../../model/errors.ts';
import { readsWhole } from '../manifest.ts';
import type { ReadPath } from '../revision.ts';
import { type Opa, runOpa, said } from './opa.ts';
import type { PolicyOwner } from './owner.ts';
import type { PolicyProblem } from './problem.ts';
import { literalPath, type PolicyModule, problemAt, type Term, terms } from './syntax.ts';

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

/**
 * Readings that would make every record or subject a class of its own, and of data that no policy is given; with the
 * places where the modules do so, or the folder where none is found.
 */
export function refusedReads(
  owner: PolicyOwner,
  documents: readonly (readonly string[])[],
  modules: readonly PolicyModule[],
): PolicyProblem[] {
  return documents.filter(isRefused).flatMap((document) => {
    const places = modules.flatMap((module) => placesOf(module, document));
    if (places.length > 0) return places;
    return [{ file: owner.folder, line: null, column: null, ...refusal(document) }];
  });
}

function isRefused([root, ...path]: readonly string[]): boolean {
  return root === 'input' ? readsWhole(path) : true;
}

function refusal(document: readonly string[]): { message: string; hint: string } {
  const shown = document.join('.');
  if (document[0] !== 'input') {
    return {
      message: `${shown} is not there: a policy is given no data`,
      hint: 'write constants as rules of the policy; check the spelling of its own rules',
    };
  }
  return {
    message: `${shown} is read as a whole`,
    hint: `name each field that is read, as in ${example(document)}; hand functions the fields and not the whole`,
  };
}

function example([, first, second]: readonly string[]): string {
  if (second === 'labels') return 'input.record.labels["org.opencontainers.image.vendor"]';
  return first === 'subject' ? 'input.subject.groups' : 'input.record.sharing';
}

function placesOf(module: PolicyModule, document: readonly string[]): PolicyProblem[] {
  const { message, hint } = refusal(document);
  const wanted = JSON.stringify(document);
  return [...terms(module.rules)]
    .filter((term) => JSON.stringify(pathOf(term)) === wanted)
    .map((term) => problemAt(module, term.location, message, hint));
}

function pathOf(term: Term): string[] | null {
  if (term.type === 'ref' && Array.isArray(term.value)) return literalPath(term.value);
  return term.type === 'var' ? [String(term.value)] : null;
}
