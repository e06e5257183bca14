// As what a registry is stored whose documents and referrers are kept: what was read at another address is not used.
import type { FacilityConfig } from '../config/facility.ts';
import { addressOf, isCrawled } from '../config/registry-kind.ts';
import type { RegistryKey } from '../store/store.ts';

/** null: the registry is of kind graphql or file, which have neither, or is not in federation.yaml. */
export type CrawledKeyOf = (facility: string, registry: string) => RegistryKey | null;

/**
 * Gives the keys (null for any other) of the crawled registries of federation.yaml, each with its address as
 * {@link addressOf} gives it, empty where that is null, and always the same version of the mapping, 1: what
 * has a digest is not mapped.
 */
export function crawledKeys(facilities: readonly Pick<FacilityConfig, 'id' | 'registries'>[]): CrawledKeyOf {
  const keys = new Map(
    facilities.flatMap(({ id: facility, registries }) =>
      registries
        .filter(({ kind }) => isCrawled(kind))
        .map(({ key: registry, kind, url, demo }) => [
          `${facility} ${registry}`,
          { ...{ facility, registry, kind, address: addressOf({ kind, url, demo }) ?? '' }, mapping: 1 },
        ]),
    ),
  );
  return (facility, registry) => keys.get(`${facility} ${registry}`) ?? null;
}
