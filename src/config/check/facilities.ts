// Checks all facilities together: ids, scopes and keys are unique, and extensions can be served.

import { didYouMean } from '../../model/nearest.ts';
import type { FacilityConfig } from '../facility.ts';
import type { Report } from '../problem.ts';
import type { Config } from '../schema.ts';

/** Owners of policies that are not facilities, and the name of the gateway in reasons. */
const RESERVED = new Set(['federation', 'preference', 'panfed']);

/**
 * Reports duplicate or reserved ids, scopes of two facilities, duplicate registry keys, extensions of an id
 * with a hyphen, extensions without a registry of kind graphql, duplicate ids of compute resources, facilities that they name
 * and that do not exist, a prefix of PIDs that two data catalogs have, and one of a demo outside of it.
 */
export function checkFacilities(config: Config, report: Report): void {
  const scopeOwners = new Map<string, string>();
  const ids = new Set<string>();
  const prefixOwners = new Map<string, string>();
  const known = config.facilities.map(({ id }) => id);
  for (const [index, facility] of config.facilities.entries()) {
    const path = ['facilities', index];
    if (ids.has(facility.id)) report([...path, 'id'], `there are two facilities with the id ${facility.id}`);
    if (RESERVED.has(facility.id)) {
      report([...path, 'id'], `the id ${facility.id} is taken by panfed itself`, 'Choose another id.');
    }
    ids.add(facility.id);
    for (const [at, scope] of facility.scopes.entries()) {
      const owner = scopeOwners.get(scope);
      if (owner !== undefined) {
        report(
          [...path, 'scopes', at],
          `the scope ${scope} is ${owner === facility.id ? 'named twice' : `also ${owner}'s`}`,
          'A scope makes members of one facility only.',
        );
      }
      scopeOwners.set(scope, facility.id);
    }
    checkKeys(facility, path, report);
    checkExtension(facility, path, report);
    checkCompute(facility, path, known, report);
    checkDataCatalogs(facility, config.demo, path, prefixOwners, report);
  }
}

function checkKeys(facility: FacilityConfig, path: readonly PropertyKey[], report: Report): void {
  const keys = new Set<string>();
  for (const [index, { key }] of facility.registries.entries()) {
    if (keys.has(key)) {
      report([...path, 'registries', index, 'key'], `${facility.id} has two registries with the key ${key}`);
    }
    keys.add(key);
  }
}

function checkCompute(
  facility: FacilityConfig,
  path: readonly PropertyKey[],
  known: readonly string[],
  report: Report,
): void {
  const ids = new Set<string>();
  for (const [index, { id, visible, use, readsDataOf = [] }] of facility.compute.entries()) {
    const at = [...path, 'compute', index];
    if (ids.has(id)) report([...at, 'id'], `${facility.id} has two compute resources with the id ${id}`);
    ids.add(id);
    const named: readonly (readonly [readonly string[], readonly string[]])[] = [
      [['visible', 'sites'], visible.sites],
      [['use', 'sites'], use.sites],
      [['readsDataOf'], readsDataOf],
    ];
    for (const [key, sites] of named) {
      for (const [place, site] of sites.entries()) {
        if (known.includes(site)) continue;
        report([...at, ...key, place], `there is no facility ${site}`, didYouMean(site, known));
      }
    }
  }
}

function checkDataCatalogs(
  facility: FacilityConfig,
  isDemo: boolean,
  path: readonly PropertyKey[],
  owners: Map<string, string>,
  report: Report,
): void {
  for (const [index, { pidPrefixes, demo }] of facility.dataCatalogs.entries()) {
    if (demo !== undefined && !isDemo) {
      report(
        [...path, 'dataCatalogs', index, 'demo'],
        'a demo catalog is served in the demo only',
        'Write demo: true, or give a url.',
      );
    }
    for (const [at, prefix] of pidPrefixes.entries()) {
      const owner = owners.get(prefix);
      if (owner !== undefined) {
        report(
          [...path, 'dataCatalogs', index, 'pidPrefixes', at],
          `the prefix ${prefix} is ${owner === facility.id ? 'named twice' : `also ${owner}'s`}`,
          'A PID is looked up in one data catalog: write more of it, or leave one out.',
        );
      }
      owners.set(prefix, facility.id);
    }
  }
}

function checkExtension(facility: FacilityConfig, path: readonly PropertyKey[], report: Report): void {
  const { extension, registries } = facility;
  if (extension === undefined) return;
  if (facility.id.includes('-')) {
    report(
      [...path, 'extension'],
      `the fields of ${facility.id} cannot be served as Image.${facility.id}: GraphQL names have no hyphen`,
      'Choose an id without hyphens.',
    );
  }
  const graphql = registries.filter(({ kind }) => kind === 'graphql').map(({ key }) => key);
  if (extension.registry === undefined ? graphql.length === 0 : !graphql.includes(extension.registry)) {
    report(
      [...path, 'extension', ...(extension.registry === undefined ? [] : ['registry'])],
      `an extension is answered by one of the facility's graphql registries`,
      graphql.length === 0 ? `${facility.id} has none.` : `It has ${graphql.join(', ')}.`,
    );
  }
}
