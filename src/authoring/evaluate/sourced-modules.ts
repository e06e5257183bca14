// The modules that judge an image, as their author has them: compiled from the sources at hand, else the bundles that
// the configuration names.
import { resolve } from 'node:path';
import { policyBundleOf, policySourceOf } from '../../config/policy-source.ts';
import type { Config } from '../../config/schema.ts';
import { FederationError } from '../../model/errors.ts';
import { FEDERATION } from '../../policy/bundle/manifest.ts';
import { parseBundle } from '../../policy/bundle/read.ts';
import { loadModule, makeModule, type PolicyModule } from '../../policy/wasm/module.ts';
import type { WorkerPool } from '../../policy/wasm/pool.ts';
import { compilePolicy } from '../build/compile.ts';
import { checkPolicy } from '../check.ts';
import type { Opa } from '../opa/opa.ts';
import { type PolicyOwner, policyOwners } from '../source/owner.ts';
import {
  type PolicyModule as ParsedModule,
  parsePolicy,
  parserOf,
  shownPath,
  terms,
} from '../source/syntax.ts';

/** A module and its origin. */
export interface SourcedModule {
  readonly owner: string;
  readonly module: PolicyModule;
  /** null: the module comes from a bundle, whose rules are not known. */
  readonly source: PolicyOwner | null;
  /** The rule files of the source, parsed; empty without a source. */
  readonly rules: () => Promise<readonly ParsedModule[]>;
  /** Path of its folder or bundle, relative to the working directory. */
  readonly from: string;
}

export interface SourcedModulesOptions {
  readonly config: Pick<Config, 'facilities' | 'policies' | 'baseDirectory'>;
  /** The folder of the sources. */
  readonly policies: string;
  /** The facility that owns the image; null: the federation's module alone is asked for. */
  readonly facility: string | null;
  readonly pool: WorkerPool;
  /** Called only where a module has sources, and for each of them. */
  readonly opa: () => Promise<Opa>;
}

/**
 * The federation's module, then the facility's if there is a facility and it has one. Rejects with POLICY_INVALID if one does not
 * compile or load, or the facility's policy is a signed source that is not there, with USAGE if the folder
 * has no policies, with INTERNAL if a worker does not start, and where one is to be compiled as {@link
 * compilePolicy} does, with OPA_MISSING or POLICY_TOO_COSTLY.
 */
export async function openSourcedModules(options: SourcedModulesOptions): Promise<SourcedModule[]> {
  const { config, policies, facility } = options;
  const sources = policyOwners(policies);
  const owned = config.facilities.find(({ id }) => id === facility);
  const owners = [
    { name: FEDERATION, bundle: config.policies.federation },
    ...(facility === null
      ? []
      : [{ name: facility, bundle: owned === undefined ? null : policyBundleOf(owned) }]),
  ];
  const opening = owners.map(async ({ name, bundle }): Promise<SourcedModule | null> => {
    const source = sources.find((owner) => owner.name === name);
    if (source !== undefined) return compiled(source, await options.opa(), options);
    if (bundle !== null) return bundled(name, bundle, options);
    if (owned !== undefined && policySourceOf(owned) !== null) throw elsewhere(name, policies);
    return null;
  });
  // Side by side, and if both fail, the federation's is the reason.
  await Promise.allSettled(opening);
  const sourced = await Promise.all(opening);
  return sourced.filter((one) => one !== null);
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

async function compiled(
  source: PolicyOwner,
  opa: Opa,
  { pool }: SourcedModulesOptions,
): Promise<SourcedModule> {
  const parse = parserOf(opa, source);
  const checked = await checkPolicy(opa, source, parse);
  const { bytes } = await compilePolicy(opa, source, { checked, onlyToLoad: true });
  const bundle = await parseBundle(bytes, source.folder, source.name);
  const module = await makeModule(pool, bundle, source.folder);
  return {
    owner: source.name,
    module,
    source,
    rules: () => parsePolicy(opa, source, parse),
    from: shownPath(source.folder),
  };
}

async function bundled(
  owner: string,
  bundle: string,
  { config, pool }: SourcedModulesOptions,
): Promise<SourcedModule> {
  const path = resolve(config.baseDirectory, bundle);
  const module = await loadModule(pool, path, owner);
  return { owner, module, source: null, rules: async () => [], from: shownPath(path) };
}

/**
 * Every text in the rules of modules' sources, each once, in their order: for example groups and profiles
 * that no record and no reason names. Rejects as {@link parsePolicy} does.
 */
export async function textsOfSources(sourced: readonly SourcedModule[]): Promise<readonly string[]> {
  const modules = (await Promise.all(sourced.map(({ rules }) => rules()))).flat();
  const texts = modules
    .flatMap(({ rules }) => terms(rules))
    .flatMap(({ type, value }) => (type === 'string' && typeof value === 'string' ? [value] : []));
  return [...new Set(texts)];
}
