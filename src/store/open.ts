// Opens the store in this thread: the engine, its schema brought up to date, and the parts over it.
import { SYSTEM_CLOCK } from '../model/clock.ts';
import type { FederationError } from '../model/errors.ts';
import { createCrawlStore } from './crawls/crawls.ts';
import { createDocumentStore } from './documents.ts';
import type { Engine, StorePlace } from './engine/engine.ts';
import { faultOf, rejectAsFault } from './engine/fault.ts';
import { openEngine } from './engine/open-engine.ts';
import { HISTORY_BOUNDS, type HistoryBounds } from './history/history-bounds.ts';
import { createHistorySeal } from './history/history-seal.ts';
import { createTagHistory } from './history/tag-history.ts';
import { recordTags } from './history/tags.ts';
import { MAX_REGISTRY_BYTES, maxBytesOf } from './registry-usage.ts';
import { migrate } from './schema/migrate.ts';
import { requireOwnObjects } from './schema/objects.ts';
import { createSeal } from './seal.ts';
import { createStateStore } from './state.ts';
import type { Store } from './store.ts';
import { storeInfo } from './upkeep/info.ts';

export interface OpenStoreOptions {
  readonly place: StorePlace;
  /** `federation.secret`, 32 bytes or more. */
  readonly secret: Uint8Array;
  /** Milliseconds since the epoch; the system's clock unless said. */
  readonly now?: () => number;
  /** How much of tag history is kept; {@link HISTORY_BOUNDS} unless said. */
  readonly bounds?: HistoryBounds;
  /** Bytes that the documents of one registry may have, and a quarter of it its values of state; 1 GiB unless said. */
  readonly registryBytes?: number;
  /** Called where a part is not what was written, and the store goes on without it; no call of it is rejected then. */
  readonly onInvalid?: (error: FederationError) => void;
}

export interface OpenedStore extends Store {
  /** Which file it has; null: none. */
  readonly file: string | null;
  /** Whether its file was removed or replaced: what is written to it is lost. */
  isReplaced(): boolean;
}

/**
 * The store at a place, with its schema brought up to date; the caller closes it. Unless said it has the
 * system's clock, {@link HISTORY_BOUNDS}, and 1 GiB of documents for a registry, with a quarter of that for
 * its values of state. Rejects with STORE_IN_USE, STORE_NEWER or STORE_DAMAGED, which no waiting mends, and
 * with STORE_UNAVAILABLE where the engine cannot be reached, read or written now. Its methods reject with the
 * engine's errors as they are: {@link faultOf} makes store faults of them.
 */
export async function openStore({
  place,
  secret,
  now = SYSTEM_CLOCK.wall,
  bounds = HISTORY_BOUNDS,
  registryBytes = MAX_REGISTRY_BYTES,
  onInvalid = () => {},
}: OpenStoreOptions): Promise<OpenedStore> {
  const engine = await openEngine(place).catch(rejectAsFault(place));
  try {
    await migrate(engine);
    await requireOwnObjects(engine, place);
  } catch (error) {
    await engine.close();
    throw faultOf(error, place);
  }
  const { db, reading } = engine;
  const seal = createSeal(secret);
  // Registries whose histories were compared with their MACs as a whole, since something invalid was found anywhere. That
  // costs a commit as much as all else; what no commit compares stays unused until something reads it.
  const checked = new Set<number>();
  const onFound = (error: FederationError): void => {
    checked.clear();
    onInvalid(error);
  };
  return {
    crawls: createCrawlStore({
      ...{ db, reading, seal, now },
      async onCommit(transaction, { id, ...name }, images, at) {
        const rowSeal = createHistorySeal(seal, name, onFound);
        const isWhole = !checked.has(id);
        const recording = { db: transaction, registryId: id, seal: rowSeal, at, bounds, isWhole };
        if ((await recordTags(recording, images)) === 0) checked.add(id);
      },
    }),
    documents: createDocumentStore({
      db,
      reading,
      seal,
      now,
      maxBytes: maxBytesOf('document', registryBytes),
    }),
    state: createStateStore({ db, reading, seal, now, maxBytes: maxBytesOf('state', registryBytes) }),
    history: createTagHistory({ db: reading, seal, now, bounds, onInvalid: onFound }),
    info: () => storeInfo({ ...engine, db: reading }),
    size: () => engine.size(),
    file: engine.file,
    isReplaced: () => engine.isReplaced(),
    close: () => engine.close(),
  };
}

/**
 * What the use of an engine of a place gives; the engine is closed then, however the use ends. Rejects as opening, `use` and
 * closing do: with a FederationError as it is, and with any other error as {@link faultOf} gives it (STORE_UNAVAILABLE or
 * STORE_DAMAGED).
 */
export async function using<T>(
  place: StorePlace,
  opening: Promise<Engine>,
  use: (engine: Engine) => Promise<T>,
): Promise<T> {
  const engine = await opening.catch(rejectAsFault(place));
  try {
    return await use(engine).finally(() => engine.close());
  } catch (error) {
    throw faultOf(error, place);
  }
}
