// The modules that judge an image, as their author has them: compiled from the sources at hand, else the bundles that
// the configuration names.
import { resolve } from 'node:path';
import { policyBundleOf, policySourceOf } from '../config/policy-source.ts';
import type { Config } from '../config/schema.ts';
import { FederationError } from '../model/errors.ts';
import { FEDERATION } from '../policy/bundle/manifest.ts';
import { parseBundle } from '../policy/bundle/read.ts';
import { loadModule, makeModule, type PolicyModule } from '../policy/wasm/module.ts';
import type { WorkerPool } from '../policy/wasm/pool.ts';
import { compilePolicy } from './compile.ts';
import type { Opa } from './opa.ts';
import { type PolicyOwner, policyOwners } from './owner.ts';
import { parsePolicy, shownPath, terms } from './syntax.ts';

/** A module and its origin. */
export interface SourcedJudge {
  readonly owner: string;
  readonly module: PolicyModule;
  /** null: the module comes from a bundle, whose rules are not known. */
  readonly source: PolicyOwner | null;
  /** Path of its folder or bundle, relative to the working directory. */
  readonly from: string;
}

export interface JudgesOptions {
  readonly config: Pick<Config, 'facilities' | 'policies' | 'baseDirectory'>;
  /** The folder of the sources. */
  readonly policies: string;
  /** The facility that owns the image. */
  readonly facility: string;
  readonly pool: WorkerPool;
  readonly opa: () => Promise<Opa>;
}

/**
 * The federation's module, and the facility's if it has one. Rejects with POLICY_INVALID if one does not compile or
 * load, and with USAGE if the folder has no policies.
 */
export async function openJudges(options: JudgesOptions): Promise<SourcedJudge[]> {
  const { config, policies, facility } = options;
  const sources = policyOwners(policies);
  const owned = config.facilities.find(({ id }) => id === facility);
  const owners = [
    { name: FEDERATION, bundle: config.policies.federation },
    { name: facility, bundle: owned === undefined ? null : policyBundleOf(owned) },
  ];
  const judges: SourcedJudge[] = [];
  for (const { name, bundle } of owners) {
    const source = sources.find((owner) => owner.name === name);
    if (source !== undefined) judges.push(await compiled(source, options));
    else if (bundle !== null) judges.push(await bundled(name, bundle, options));
    else if (owned !== undefined && policySourceOf(owned) !== null) throw elsewhere(facility, policies);
  }
  return judges;
}

/** The error for a missing module, without which the result would allow more than the gateway. */
function elsewhere(facility: string, policies: string): FederationError {
  return new FederationError(
    'POLICY_INVALID',
    `the policy of ${facility} comes from its lab, signed, and is not here`,
    {
      at: shownPath(policies),
      hint: `Put its source into a folder named ${facility}, or ask the gateway: Image.explain.`,
    },
  );
}

async function compiled(source: PolicyOwner, { opa, pool }: JudgesOptions): Promise<SourcedJudge> {
  const { bytes } = await compilePolicy(await opa(), source);
  const bundle = await parseBundle(bytes, source.folder, source.name);
  const module = await makeModule(pool, bundle, source.folder);
  return { owner: source.name, module, source, from: shownPath(source.folder) };
}

async function bundled(
  owner: string,
  bundle: string,
  { config, pool }: JudgesOptions,
): Promise<SourcedJudge> {
  const path = resolve(config.baseDirectory, bundle);
  return { owner, module: await loadModule(pool, path, owner), source: null, from: shownPath(path) };
}

/** Every text in the judges' rules, each once: for example groups and profiles that no record and no reason names. */
export async function textsOfSources(opa: Opa, judges: readonly SourcedJudge[]): Promise<readonly string[]> {
  const texts = new Set<string>();
  for (const { source } of judges) {
    if (source === null) continue;
    for (const { rules } of await parsePolicy(opa, source)) {
      for (const { type, value } of terms(rules)) {
        if (type === 'string' && typeof value === 'string') texts.add(value);
      }
    }
  }
  return [...texts];
}
