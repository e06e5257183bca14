// Opens the store in this thread: the engine, its schema brought up to date, and the parts over it.
import { SYSTEM_CLOCK } from '../model/clock.ts';
import { createCrawlStore } from './crawls.ts';
import { createDocumentStore } from './documents.ts';
import type { Engine, StorePlace } from './engine.ts';
import { faultOf, rejectAsFault } from './fault.ts';
import { HISTORY_BOUNDS, type HistoryBounds } from './history-bounds.ts';
import { storeInfo } from './info.ts';
import { migrate } from './migrate.ts';
import { requireOwnObjects } from './objects.ts';
import { openEngine } from './open-engine.ts';
import { createSeal } from './seal.ts';
import { createStateStore } from './state.ts';
import type { Store } from './store.ts';
import { createTagHistory } from './tag-history.ts';
import { recordTags } from './tags.ts';

export interface OpenStoreOptions {
  readonly place: StorePlace;
  /** `federation.secret`, 32 bytes or more. */
  readonly secret: Uint8Array;
  /** Milliseconds since the epoch; the system's clock unless said. */
  readonly now?: () => number;
  /** How much of tag history is kept; {@link HISTORY_BOUNDS} unless said. */
  readonly bounds?: HistoryBounds;
}

export interface OpenedStore extends Store {
  /** Which file it has; null: none. */
  readonly file: string | null;
  /** Whether its file was removed or replaced: what is written to it is lost. */
  isReplaced(): boolean;
}

/**
 * Rejects with STORE_IN_USE, STORE_NEWER or STORE_DAMAGED, which no waiting mends, and with STORE_UNAVAILABLE where the
 * engine cannot be reached, read or written now.
 */
export async function openStore({
  place,
  secret,
  now = SYSTEM_CLOCK.wall,
  bounds = HISTORY_BOUNDS,
}: OpenStoreOptions): Promise<OpenedStore> {
  const engine = await openEngine(place).catch(rejectAsFault(place));
  try {
    await migrate(engine);
    await requireOwnObjects(engine, place);
  } catch (error) {
    await engine.close();
    throw faultOf(error, place);
  }
  const { db } = engine;
  const seal = createSeal(secret);
  return {
    crawls: createCrawlStore({
      ...{ db, seal, now },
      onCommit: (transaction, registryId, images, at) =>
        recordTags({ db: transaction, registryId, at, bounds }, images),
    }),
    documents: createDocumentStore(db, now),
    state: createStateStore(db, seal),
    history: createTagHistory(db, now, bounds),
    info: () => storeInfo(engine),
    size: () => engine.size(),
    file: engine.file,
    isReplaced: () => engine.isReplaced(),
    close: () => engine.close(),
  };
}

/** What the use of an engine of a place gives; the engine is closed then. Rejects as {@link openStore} does. */
export async function using<T>(
  place: StorePlace,
  opening: Promise<Engine>,
  use: (engine: Engine) => Promise<T>,
): Promise<T> {
  const engine = await opening.catch(rejectAsFault(place));
  try {
    return await use(engine);
  } catch (error) {
    throw faultOf(error, place);
  } finally {
    await engine.close();
  }
}
