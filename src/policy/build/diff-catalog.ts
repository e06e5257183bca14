// The catalog that a change of policy is tried on: the records of every registry that is a file, crawled and ingested
// as the gateway does it, without a network.
import { resolve } from 'node:path';
import type { Snapshot } from '../../catalog/catalog.ts';
import { crawl } from '../../catalog/crawl.ts';
import { createPace } from '../../catalog/pace.ts';
import { holdHarvest } from '../../catalog/snapshots.ts';
import type { FacilityConfig, RegistryConfig } from '../../config/facility.ts';
import type { Config } from '../../config/schema.ts';
import { FederationError } from '../../model/errors.ts';
import { createFileSource } from '../../sources/file.ts';
import { loadVocabulary } from '../../vocabulary/load.ts';

export interface OfflineCatalog {
  /** One a registry that is a file, in federation.yaml's order. */
  readonly snapshots: readonly Snapshot[];
  /** `psi/harbor`: registries that only the network has. */
  readonly unread: readonly string[];
}

/** Rejects as a file source does, and with USAGE where no registry is a file. */
export async function readOfflineCatalog(
  config: Pick<Config, 'facilities' | 'limits' | 'baseDirectory'>,
): Promise<OfflineCatalog> {
  const snapshots: Snapshot[] = [];
  const unread: string[] = [];
  for (const facility of config.facilities) {
    for (const registry of facility.registries) {
      const file = fileOf(registry);
      if (file === undefined) unread.push(`${facility.id}/${registry.key}`);
      else snapshots.push(await read(facility, registry, resolve(config.baseDirectory, file), config.limits));
    }
  }
  if (snapshots.length === 0) {
    throw new FederationError('USAGE', 'no registry of the configuration is a file, so there is no catalog', {
      hint: 'give registries of kind file: the catalogs that the labs export, or try --demo',
    });
  }
  return { snapshots, unread };
}

/** A demo's registry is served from a file, which holds all that it serves. */
const fileOf = ({ kind, url, demo }: RegistryConfig): string | undefined => (kind === 'file' ? url : demo);

async function read(
  facility: FacilityConfig,
  registry: RegistryConfig,
  path: string,
  limits: Config['limits'],
): Promise<Snapshot> {
  const place = { facility: facility.id, registry: registry.key, pull: registry.pull };
  const source = createFileSource({ facility: facility.id, registry: registry.key, path, limits });
  const pace = createPace();
  const harvest = await crawl({
    source,
    place,
    rules: registry.repositories,
    vocabulary: loadVocabulary(),
    mostRecords: limits.records,
    pace,
    signal: new AbortController().signal,
    onPage: () => {},
  });
  return (await holdHarvest(harvest, place, Date.now(), null, pace)).snapshot;
}
