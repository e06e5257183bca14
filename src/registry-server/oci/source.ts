// The images of a demo's registry without the demo: crawled as the gateway does it, from the catalog's registry in this
// process.
import { resolve } from 'node:path';
import type { FacilityConfig, RegistryConfig } from '../../config/facility.ts';
import type { ServedKind } from '../../config/registry-kind.ts';
import type { Config } from '../../config/schema.ts';
import { LISTINGS } from '../../sources/listings/listings.ts';
import { documentsInMemory } from '../../sources/oci/known-documents.ts';
import { referrersInMemory } from '../../sources/oci/referrers/known-referrers.ts';
import { createOciSource } from '../../sources/oci/source.ts';
import type { Source } from '../../sources/source.ts';
import { loadRegistryCatalog } from '../catalog.ts';
import { offlineClient } from './client.ts';
import { catalogRegistry } from './registry.ts';

/** A registry that a demo serves by its own API. */
export type ServedRegistry = RegistryConfig & { readonly kind: ServedKind; readonly demo: string };

/**
 * The source of a registry that the demo would serve, of all its repositories unless `crawl` names some; a
 * relative `demo` starts at `baseDirectory`. Rejects with CATALOG_INVALID or CONFIG_INVALID as
 * {@link loadRegistryCatalog} does, and as {@link catalogRegistry} throws. Asks nobody.
 */
export async function offlineSource(
  facility: Pick<FacilityConfig, 'id'>,
  { key, kind, demo, crawl = ['**'] }: ServedRegistry,
  { limits, baseDirectory }: Pick<Config, 'limits' | 'baseDirectory'>,
): Promise<Source> {
  const catalog = await loadRegistryCatalog(resolve(baseDirectory, demo), {
    facility: facility.id,
    demo: true,
  });
  return createOciSource({
    ...{ facility: facility.id, registry: key, kind, url: demo, limits },
    client: offlineClient(catalogRegistry(catalog, kind)),
    api: null,
    listing: LISTINGS[kind],
    repositories: crawl,
    known: documentsInMemory(),
    // Nobody signs anything here: the demo's keys are there while it runs.
    referrers: { known: referrersInMemory(), every: 0, now: () => 0 },
    policyLabels: () => new Set(),
  });
}
