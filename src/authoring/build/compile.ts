// From an owner's Rego to its bundle: checked, compiled to WASM by OPA, and packed with what the gateway must know of
// it (reads, reasons, revision).
import { join } from 'node:path';
import { FederationError } from '../../model/errors.ts';
import { digestOfData, saysNothing } from '../../policy/bundle/data.ts';
import { BUNDLE_FILES, type Manifest, type PolicySource } from '../../policy/bundle/manifest.ts';
import { revisionOf } from '../../policy/bundle/revision.ts';
import { type CheckedPolicy, checkPolicy } from '../check.ts';
import { CAPABILITIES } from '../opa/capabilities.ts';
import { type OpaBuild, readOpaBuild } from '../opa/module.ts';
import { OPA_VERSION, type Opa, runOpa, said } from '../opa/opa.ts';
import { inScratchFolder } from '../scratch-folder.ts';
import type { PolicyOwner } from '../source/owner.ts';
import { invalidPolicy } from '../source/problem.ts';
import { shownPath } from '../source/syntax.ts';
import { packBundle } from './archive.ts';

export interface CompiledPolicy {
  readonly owner: string;
  readonly revision: string;
  /** The bundle, ready to be written to `<owner>.tar.gz`. */
  readonly bytes: Uint8Array;
}

export interface CompileOptions {
  /** The result of checking the same files; without it they are checked here. */
  readonly checked?: CheckedPolicy;
  /** The signed source of the files. */
  readonly source?: PolicySource;
  /** The bundle is only to be loaded, so that it need not be small; by default it is compressed as much as may be. */
  readonly onlyToLoad?: true;
}

/**
 * The bundle of an owner's policy (OPA's bundle format, with a WASM module); without `checked` the policy is
 * checked here. Rejects with POLICY_INVALID, all problems in its extensions, if it does not compile, with
 * INTERNAL if OPA's output is not a bundle, as {@link runOpa} does, with POLICY_TOO_COSTLY or OPA_MISSING,
 * and as {@link inScratchFolder} does.
 */
export async function compilePolicy(
  opa: Opa,
  owner: PolicyOwner,
  { checked, source, onlyToLoad }: CompileOptions = {},
): Promise<CompiledPolicy> {
  const { problems, reads, reasons, more, bucket } = checked ?? (await checkPolicy(opa, owner));
  if (problems.length > 0) throw invalidPolicy(problems);
  const { wasm, data } = await compileWasm(opa, owner, more);
  const hasData = !saysNothing(data);
  const time = bucket === null ? undefined : { bucket };
  const revision = revisionOf({
    ...{ wasm, reads, reasons, time, more },
    data: hasData ? await digestOfData(data) : undefined,
  });
  const manifest: Manifest = {
    revision,
    roots: [owner.package.join('/')],
    wasm: [owner.entrypoint, ...more].map((entrypoint) => ({ module: BUNDLE_FILES.wasm, entrypoint })),
    metadata: {
      panfed: {
        owner: owner.name,
        entrypoint: owner.entrypoint,
        reads: mutable(reads),
        reasons,
        ...(time && { time }),
        opa: OPA_VERSION,
        ...(source && { source }),
      },
    },
  };
  const bytes = await packBundle(
    {
      [BUNDLE_FILES.manifest]: json(manifest),
      [BUNDLE_FILES.data]: hasData ? data : json({}),
      [BUNDLE_FILES.wasm]: wasm,
    },
    onlyToLoad ? 0 : 9,
  );
  return { owner: owner.name, revision, bytes };
}

/** Runs OPA in the owner's folder on `.`, because the module contains the paths in OPA's arguments. */
async function compileWasm(opa: Opa, owner: PolicyOwner, more: readonly string[]): Promise<OpaBuild> {
  return inScratchFolder('panfed-policy-', async (scratch) => {
    const output = join(scratch, 'bundle.tar.gz');
    const only = ['--ignore', '*_test.rego', '--ignore', '.*', '--capabilities', CAPABILITIES];
    const args = [
      'build',
      '--target',
      'wasm',
      ...[owner.entrypoint, ...more].flatMap((entrypoint) => ['--entrypoint', entrypoint]),
      ...only,
      '--output',
      output,
      '.',
    ];
    const run = await runOpa(opa, args, { cwd: owner.folder });
    if (run.code !== 0) {
      throw new FederationError('POLICY_INVALID', said(run), { at: shownPath(owner.folder) });
    }
    return await readOpaBuild(output);
  });
}

function json(value: unknown): Uint8Array {
  return new TextEncoder().encode(`${JSON.stringify(value, null, 2)}\n`);
}

function mutable(reads: readonly (readonly string[])[]): string[][] {
  return reads.map((path) => [...path]);
}
