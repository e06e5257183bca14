// `policy build`: writes the bundles of a folder of policies, or compares them with those that are committed.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { FederationError } from '../../model/errors.ts';
import { askingCompiled } from '../evaluate/compiled-answers.ts';
import { refusedBySpread } from '../evaluate/refused.ts';
import { CAPABILITIES, generateCapabilities } from '../opa/capabilities.ts';
import type { Opa } from '../opa/opa.ts';
import type { PolicyOwner } from '../source/owner.ts';
import { invalidPolicy } from '../source/problem.ts';
import { shownPath } from '../source/syntax.ts';
import { compilePolicy } from './compile.ts';

export type BuildOutcome = 'written' | 'unchanged' | 'differs' | 'missing';

export interface Built {
  readonly owner: string;
  readonly revision: string | null;
  readonly file: string;
  readonly bytes: number;
  /** `differs` and `missing` only if nothing may be written. */
  readonly outcome: BuildOutcome;
}

export interface BuildOptions {
  /** Only compare; write nothing. */
  readonly check: boolean;
  /** Called with a line before each step that takes a while. */
  readonly progress?: (line: string) => void;
}

/**
 * Builds `<policies>/bundle/<owner>.tar.gz` for each owner, in their order, or only compares it (`check`): a
 * difference is in the result and is no error; sizes are in bytes. Rejects with POLICY_INVALID at the first
 * policy that does not compile, or whose answers to the usual inputs the gateway would refuse, as
 * {@link compilePolicy} and {@link refusedBySpread} do (POLICY_TOO_COSTLY, OPA_MISSING, INTERNAL), and with
 * the system's error for a file that cannot be written; nothing is written for that policy, but the bundles
 * before it are.
 */
export async function buildBundles(
  opa: Opa,
  policies: string,
  owners: readonly PolicyOwner[],
  options: BuildOptions,
): Promise<Built[]> {
  const built: Built[] = [];
  for (const owner of owners) {
    options.progress?.(`compiling ${owner.name}`);
    const compiled = await compilePolicy(opa, owner);
    const refused = await askingCompiled(owner, compiled, (ask) => refusedBySpread(opa, owner, ask));
    if (refused.length > 0) throw invalidPolicy(refused);
    const { revision, bytes } = compiled;
    const file = join(policies, 'bundle', `${owner.name}.tar.gz`);
    built.push({
      owner: owner.name,
      revision,
      file: shownPath(file),
      bytes: bytes.byteLength,
      outcome: await place(file, bytes, options.check),
    });
  }
  return built;
}

/**
 * Builds, or with `check` only compares, policies/capabilities.json, which is made from OPA and not by an
 * author, when panfed itself is built. Rejects with INTERNAL if OPA does not answer as it should, as
 * {@link runOpa} does, and with the file system's errors.
 */
export async function buildCapabilities(opa: Opa, options: BuildOptions): Promise<Built> {
  options.progress?.('asking OPA for the built-ins that it compiles');
  const bytes = new TextEncoder().encode(await generateCapabilities(opa));
  const outcome = await place(CAPABILITIES, bytes, options.check);
  const file = shownPath(CAPABILITIES);
  return { owner: 'capabilities', revision: null, file, bytes: bytes.byteLength, outcome };
}

/**
 * Throws POLICY_INVALID, naming the files, if a compared file differs or is missing; never for an empty list.
 */
export function assertReproduced(built: readonly Built[]): void {
  const unequal = built.filter(({ outcome }) => outcome === 'differs' || outcome === 'missing');
  if (unequal.length === 0) return;
  throw new FederationError(
    'POLICY_INVALID',
    unequal
      .map(
        ({ file, outcome }) =>
          `${file} ${outcome === 'missing' ? 'is missing' : 'is not what its sources build'}`,
      )
      .join('; '),
    { hint: 'run `panfed policy build` and commit what it writes' },
  );
}

async function place(file: string, bytes: Uint8Array, check: boolean): Promise<BuildOutcome> {
  const present = await readFile(file).catch(() => null);
  if (present?.equals(bytes) === true) return 'unchanged';
  if (check) return present === null ? 'missing' : 'differs';
  await mkdir(join(file, '..'), { recursive: true });
  await writeFile(file, bytes);
  return 'written';
}
