// Creates the catalog: a cache for each registry of federation.yaml, in its order, refreshed concurrently.
import type { Logger } from 'pino';
import type { FacilityConfig, RegistryConfig } from '../config/facility.ts';
import type { Config } from '../config/schema.ts';
import { type Clock, SYSTEM_CLOCK } from '../model/clock.ts';
import { FederationError } from '../model/errors.ts';
import { preparing } from '../model/pace.ts';
import type { Source } from '../sources/source.ts';
import type { CrawlStore, StateStore } from '../store/store.ts';
import { NOTHING } from '../trust/facts.ts';
import { NOBODY_TRUSTED, type TrustSettings } from '../trust/settings.ts';
import type { Verifier } from '../trust/verifier.ts';
import type { Vocabulary } from '../vocabulary/vocabulary.ts';
import type { Catalog, RefreshRequest } from './catalog.ts';
import type { ContentsTable } from './contents/contents.ts';
import { createRegistryContents } from './contents/registry-contents.ts';
import type { SbomReader } from './contents/sbom-reader.ts';
import { abortable } from './deadline.ts';
import type { RegistryAddress } from './ids.ts';
import { createRecorders, type Recorder, storedKeyOf } from './recorder.ts';
import { createRefresh } from './refresh.ts';
import { createRefreshLog, type Progress } from './refresh-log.ts';
import { createRegistryCache, type RegistryCache } from './registry-cache.ts';
import type { OnSnapshot } from './snapshots.ts';
import { createFactStore, NO_FACT_STORE } from './trust/fact-store.ts';
import { createRegistryTrust, type RegistryTrust } from './trust/registry-trust.ts';
import { createWithdrawn, type Withdrawn } from './withdrawn.ts';

export type { Progress };

export interface CatalogOptions {
  readonly config: Pick<Config, 'facilities' | 'limits' | 'cache'>;
  /** One for each registry of the configuration. The catalog closes them. */
  readonly sources: readonly Source[];
  readonly vocabulary: Vocabulary;
  /** Where crawls are kept, and read from at the start; null or left out: nowhere. */
  readonly store?: CrawlStore | null;
  /** Where it is kept what was withdrawn after the last crawl that the store has; as `store`. */
  readonly state?: StateStore | null;
  /** By facility; left out: nobody is trusted. */
  readonly trust?: ReadonlyMap<string, TrustSettings>;
  /** Verifies signatures; left out: none is. */
  readonly verifier?: Pick<Verifier, 'verify'>;
  /** Where it is kept what is inside images, and how SBOMs are read; left out: they are not. */
  readonly contents?: { readonly table: ContentsTable; readonly reader: Pick<SbomReader, 'read'> };
  readonly logger: Logger;
  /** The system's by default. */
  readonly clock?: Clock;
  /** A random number from 0 to 1; Math.random by default. */
  readonly random?: () => number;
  /** Called with each new snapshot, and awaited before that is used; if it fails, so does the refresh. Nothing unless said. */
  readonly onSnapshot?: OnSnapshot;
  /** Called with the progress of each refresh; what it throws is logged. Nothing unless said. */
  readonly onProgress?: (progress: Progress) => void;
}

/**
 * A catalog over one source for each registry, whose states are in federation.yaml's order. It asks no registry before
 * the first `refresh`, and none of its methods rejects for a registry that fails, or when the signal aborts: `refresh`
 * then gives the present states. Throws CONFIG_INVALID if a registry of the configuration has no source.
 */
export function createCatalog(options: CatalogOptions): Catalog {
  const recorderOf = options.store == null ? () => null : createRecorders(options.store);
  const registryCaches = options.config.facilities.flatMap((facility) =>
    facility.registries.map((registry) => cacheOf(facility, registry, recorderOf, options)),
  );
  const states = () => registryCaches.map((registryCache) => registryCache.state());

  return {
    states,
    async refresh({ maxAge, skip, signal }: RefreshRequest) {
      const wanted = registryCaches.filter(
        (registryCache) => skip?.(registryCache.facility, registryCache.registry) !== true,
      );
      const waiting = Promise.all(wanted.map((registryCache) => registryCache.refresh(maxAge)));
      // A caller that stops waiting gets the present states.
      if (signal === undefined) await waiting;
      else await abortable(waiting, signal).catch(() => undefined);
      return states();
    },
    notify({ facility, registry, named }) {
      const notified = registryCaches.find(
        (registryCache) => registryCache.facility === facility && registryCache.registry === registry,
      );
      return notified?.notify(named) ?? 0;
    },
    async close() {
      await Promise.all(registryCaches.map((registryCache) => registryCache.close()));
      await Promise.allSettled(options.sources.map((source) => source.close()));
    },
  };
}

function cacheOf(
  facility: FacilityConfig,
  registry: RegistryConfig,
  recorderOf: (source: Source) => Recorder | null,
  options: CatalogOptions,
): RegistryCache {
  const { config, vocabulary, clock = SYSTEM_CLOCK, random = Math.random } = options;
  const place = { facility: facility.id, registry: registry.key, pull: registry.pull };
  const source = options.sources.find(
    (one) => one.facility === place.facility && one.registry === place.registry,
  );
  if (source === undefined) {
    throw new FederationError('CONFIG_INVALID', `${facility.id}/${registry.key} has no source`);
  }
  const refreshLog = createRefreshLog(place, options.logger, options.onProgress);
  const freshFor = config.cache.ttl * 1_000;
  const usableFor = Math.max(freshFor, config.cache.staleIfError * 1_000);
  const trust = trustOf(source, place, usableFor, options);
  const by = createRefresh({
    source,
    place,
    rules: registry.repositories,
    vocabulary,
    facilityName: (id) => (id === facility.id ? facility.name : id),
    maxRecords: config.limits.records,
    fullCrawl: config.cache.fullCrawl,
    recorder: recorderOf(source),
    withdrawn: withdrawnOf(source, options.state ?? null),
    usableFor,
    clock,
    pace: preparing,
    onCrawling: refreshLog.crawling,
    onCrawlResult: refreshLog.crawled,
    onStoredAs: refreshLog.storedAs,
    trust,
    onSnapshot: (snapshot, revision) => options.onSnapshot?.(snapshot, revision),
  });
  const { contents: inside, verifier = NOTHING_VERIFIED } = options;
  const contents =
    inside === undefined ? undefined : createRegistryContents({ ...inside, source, place, verifier, trust });
  return createRegistryCache({
    ...(contents && { contents }),
    onUnread: refreshLog.unread,
    source,
    by,
    freshFor,
    usableFor,
    deadline: registry.deadline ?? config.limits.deadline,
    isBudgeted: registry.requests?.budget !== undefined,
    clock,
    random,
    trust,
    onDoubt: refreshLog.doubted,
    onNotRestored: refreshLog.notRestored,
    onDone: refreshLog.done,
    onRepositories: refreshLog.repositories,
  });
}

function trustOf(
  source: Source,
  place: RegistryAddress,
  usableFor: number,
  { trust, verifier = NOTHING_VERIFIED, state, clock = SYSTEM_CLOCK }: CatalogOptions,
): RegistryTrust {
  const key = storedKeyOf(source);
  const store = state == null || key === null ? NO_FACT_STORE : createFactStore(state, key);
  const settings = trust?.get(place.facility) ?? NOBODY_TRUSTED;
  return createRegistryTrust({ source, place, settings, verifier, store, usableFor, clock });
}

/** Nothing is trusted without it: nothing is found in any attachment. */
const NOTHING_VERIFIED: Pick<Verifier, 'verify'> = {
  verify: async (_, { attachments }) => attachments.map(() => NOTHING),
};

function withdrawnOf(source: Source, state: StateStore | null): Withdrawn | null {
  const key = storedKeyOf(source);
  return state === null || key === null ? null : createWithdrawn(state, key);
}
