// The warnings of `config check`: valid configuration that is probably not what was meant.
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { FacilityConfig, RegistryConfig } from './facility.ts';
import { covers } from './glob.ts';
import { isFetched, policyBundleOf, policySourceOf } from './policy-source.ts';
import type { Report } from './problem.ts';
import type { RepositoryRule } from './repository.ts';
import type { Config } from './schema.ts';

/**
 * Reports missing files, a store that a demo cannot use again, scopes that no issuer may assert, entries that
 * never apply, and conditions that nobody can meet. Looks whether files exist, and reads none.
 */
export function warn(config: Config, report: Report): void {
  warnOfMissingFiles(config, report);
  warnOfStore(config, report);
  warnOfScopes(config, report);
  for (const [index, facility] of config.facilities.entries()) {
    for (const [at, registry] of facility.registries.entries()) {
      const path = ['facilities', index, 'registries', at, 'repositories'];
      warnOfShadowed(registry, path, report);
      for (const [entry, rule] of registry.repositories.entries()) {
        warnOfUnmeetable(rule, [...path, entry, 'conditions'], report);
      }
    }
  }
}

function warnOfMissingFiles(config: Config, report: Report): void {
  const missing = (path: string) => !existsSync(resolve(config.baseDirectory, path));
  for (const owner of ['federation', 'preference'] as const) {
    if (missing(config.policies[owner])) {
      report(
        ['policies', owner],
        `the bundle ${config.policies[owner]} is missing`,
        'Make it with: panfed policy build',
      );
    }
  }
  for (const [index, facility] of config.facilities.entries()) {
    for (const [keys, path, outcome] of filesOf(facility)) {
      if (missing(path)) report(['facilities', index, ...keys], `the file ${path} is missing: ${outcome}`);
    }
  }
}

function filesOf(facility: FacilityConfig): [readonly PropertyKey[], string, string][] {
  const files: [readonly PropertyKey[], string | undefined, string][] = [
    [
      ['policy'],
      policyBundleOf(facility) ?? undefined,
      `all records of ${facility.id} are denied without it`,
    ],
    [['policy', 'source'], sourceFile(facility), `${facility.id} keeps the policy that it has`],
    [['extension', 'schema'], facility.extension?.schema, 'the gateway does not start without it'],
    ...facility.registries.flatMap(
      ({ kind, url, demo, ca, credential }, at): [PropertyKey[], string | undefined, string][] => {
        const path = ['registries', at];
        const key = demo === undefined ? 'url' : 'demo';
        return [
          [[...path, key], demo ?? (kind === 'file' ? url : undefined), 'the registry has no records'],
          [[...path, 'ca'], ca, 'the gateway does not start without it'],
          [
            [...path, 'credential', 'dockerConfig'],
            credential?.dockerConfig,
            'the registry is not asked without it',
          ],
        ];
      },
    ),
  ];
  return files.filter((each): each is [PropertyKey[], string, string] => each[1] !== undefined);
}

function sourceFile(facility: FacilityConfig): string | undefined {
  const policy = policySourceOf(facility);
  return policy === null || isFetched(policy) ? undefined : policy.source;
}

/** A store gives a registry's crawls back under the secret and for the address by which they were stored. */
function warnOfStore({ demo, federation, store, facilities }: Config, report: Report): void {
  if (!demo || store === undefined || store === 'none') return;
  if (federation.secret === undefined) {
    report(
      ['store'],
      'the demo seals the store with a secret that it makes anew at each start: no crawl of one start is used by the next',
      'Name a secret that stays, federation: {secret: {env: PANFED_SECRET}}, or remove store.',
    );
  }
  if (facilities.some(({ registries }) => registries.some((registry) => registry.demo !== undefined))) {
    report(
      ['store'],
      'a registry with demo has another address at each start: no crawl of it is used by the next',
      'Serve its catalog with panfed registry serve and give that address as url, or remove store.',
    );
  }
}

/** Skips the demo, whose issuer may assert every scope. */
function warnOfScopes(config: Config, report: Report): void {
  if (config.demo) return;
  const asserted = new Set(config.issuers.flatMap(({ scopes }) => scopes));
  for (const [index, { id, scopes }] of config.facilities.entries()) {
    for (const [at, scope] of scopes.entries()) {
      if (asserted.has(scope)) continue;
      report(
        ['facilities', index, 'scopes', at],
        `no issuer may assert the scope ${scope}: nobody is a member of ${id} by it`,
        'Name it in the scopes of an issuer.',
      );
    }
  }
}

function warnOfShadowed(registry: RegistryConfig, path: readonly PropertyKey[], report: Report): void {
  const globs = registry.repositories.map(({ match }) => match);
  for (const [index, glob] of globs.entries()) {
    if (!covers(globs.slice(0, index), glob)) continue;
    report(
      [...path, index, 'match'],
      `${glob} never applies: earlier entries match everything that it matches`,
      'Put it before them: only the first entry that matches applies.',
    );
  }
}

const NEEDS = {
  registeredGroup: 'groups',
  namedUser: 'groups',
  site: 'facilities',
  licenseServer: 'servers',
} as const;

function warnOfUnmeetable(rule: RepositoryRule, path: readonly PropertyKey[], report: Report): void {
  for (const [index, condition] of (rule.conditions ?? []).entries()) {
    if (condition.kind === 'exportControl') {
      report([...path, index, 'kind'], 'nobody meets exportControl: no fact for it exists yet');
    }
    const needed = condition.kind in NEEDS ? NEEDS[condition.kind as keyof typeof NEEDS] : null;
    for (const key of ['groups', 'facilities', 'servers'] as const) {
      const given = condition[key].length > 0;
      if (key === needed && !given) report([...path, index], `nobody meets ${condition.kind} without ${key}`);
      if (key !== needed && given) report([...path, index, key], `${condition.kind} does not look at ${key}`);
    }
  }
}
