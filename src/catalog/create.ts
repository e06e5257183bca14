// The catalog: a keeper for each registry of federation.yaml, in its order, asked side by side.
import type { Logger } from 'pino';
import type { FacilityConfig, RegistryConfig } from '../config/facility.ts';
import type { Config } from '../config/schema.ts';
import { FederationError } from '../model/errors.ts';
import { createPace, type Pace } from '../model/pace.ts';
import type { Source } from '../sources/source.ts';
import type { Vocabulary } from '../vocabulary/vocabulary.ts';
import type { Catalog, RefreshRequest, Snapshot } from './catalog.ts';
import { type Clock, SYSTEM_CLOCK } from './clock.ts';
import { unlessAborted } from './deadline.ts';
import { createJournal, type Progress } from './journal.ts';
import { createKeeper, type Keeper } from './keeper.ts';
import { createCheck } from './refresh.ts';

export type { Progress };

export interface CatalogOptions {
  readonly config: Pick<Config, 'facilities' | 'limits' | 'cache'>;
  /** One for each registry of the configuration. The catalog closes them. */
  readonly sources: readonly Source[];
  readonly vocabulary: Vocabulary;
  readonly logger: Logger;
  readonly clock?: Clock;
  /** From 0 to 1; Math.random unless said. */
  readonly random?: () => number;
  /** Called with each new snapshot and awaited before it is used; if it fails, so does the refresh. */
  readonly onSnapshot?: (snapshot: Snapshot) => Promise<void> | void;
  readonly onProgress?: (progress: Progress) => void;
}

/** Asks no registry before the first `refresh`. Throws CONFIG_INVALID where a registry has no source. */
export function createCatalog(options: CatalogOptions): Catalog {
  const pace = createPace();
  const keepers = options.config.facilities.flatMap((facility) =>
    facility.registries.map((registry) => keeperOf(facility, registry, options, pace)),
  );
  const states = () => keepers.map((keeper) => keeper.state());

  return {
    states,
    async refresh({ maxAge, skip, signal }: RefreshRequest) {
      const wanted = keepers.filter((keeper) => skip?.(keeper.facility, keeper.registry) !== true);
      const waiting = Promise.all(wanted.map((keeper) => keeper.refresh(maxAge)));
      // Who gives up waiting gets what is at hand.
      if (signal === undefined) await waiting;
      else await unlessAborted(waiting, signal).catch(() => undefined);
      return states();
    },
    async close() {
      await Promise.all(keepers.map((keeper) => keeper.close()));
      await Promise.allSettled(options.sources.map((source) => source.close()));
    },
  };
}

function keeperOf(
  facility: FacilityConfig,
  registry: RegistryConfig,
  options: CatalogOptions,
  pace: Pace,
): Keeper {
  const { config, vocabulary, clock = SYSTEM_CLOCK, random = Math.random } = options;
  const place = { facility: facility.id, registry: registry.key, pull: registry.pull };
  const source = options.sources.find(
    (one) => one.facility === place.facility && one.registry === place.registry,
  );
  if (source === undefined) {
    throw new FederationError('CONFIG_INVALID', `${facility.id}/${registry.key} has no source`);
  }
  const journal = createJournal(place, options.logger, options.onProgress);
  const check = createCheck({
    source,
    place,
    rules: registry.repositories,
    vocabulary,
    mostRecords: config.limits.records,
    fullCrawl: config.cache.fullCrawl,
    clock,
    pace,
    onCrawling: journal.crawling,
    onHarvest: journal.harvested,
    onSnapshot: (snapshot) => options.onSnapshot?.(snapshot),
  });
  return createKeeper({
    source,
    check,
    cache: config.cache,
    deadline: registry.deadline ?? config.limits.deadline,
    clock,
    random,
    onDone: journal.done,
  });
}
