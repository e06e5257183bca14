// Opens the store in this thread: the engine, its schema brought up to date, and the parts over it.
import { SYSTEM_CLOCK } from '../model/clock.ts';
import { FederationError } from '../model/errors.ts';
import { createCrawlStore } from './crawls.ts';
import { createDocumentStore } from './documents.ts';
import { openEngine, type StorePlace } from './engine.ts';
import { migrate } from './migrate.ts';
import { MIGRATIONS } from './migrations.ts';
import { createSeal } from './seal.ts';
import { createStateStore } from './state.ts';
import type { Store } from './store.ts';
import { createTagHistory, recordTags } from './tags.ts';

export interface OpenStoreOptions {
  readonly place: StorePlace;
  /** `federation.secret`, 32 bytes or more. */
  readonly secret: Uint8Array;
  /** Milliseconds since the epoch; the system's clock unless said. */
  readonly now?: () => number;
}

export interface OpenedStore extends Store {
  /** Whether its file was removed or replaced: what is written to it is lost. */
  isReplaced(): boolean;
}

/**
 * Rejects with STORE_IN_USE or STORE_NEWER, which no waiting mends, and with STORE_UNAVAILABLE where the engine cannot be
 * reached, read or written now.
 */
export async function openStore({
  place,
  secret,
  now = SYSTEM_CLOCK.wall,
}: OpenStoreOptions): Promise<OpenedStore> {
  const engine = await openEngine(place).catch(rejectAsUnavailable);
  try {
    await migrate(engine);
  } catch (error) {
    await engine.close();
    return rejectAsUnavailable(error);
  }
  const { db } = engine;
  const seal = createSeal(secret);
  return {
    crawls: createCrawlStore({ db, seal, now, onCommit: recordTags }),
    documents: createDocumentStore(db, now),
    state: createStateStore(db, seal),
    history: createTagHistory(db),
    async info() {
      const [registries, documents, tags, bytes] = await Promise.all([
        db
          .selectFrom('registry')
          .select(['facility', 'registry', 'nodes', 'generation', 'crawled_at', 'checked_at'])
          .where('crawled_at', '>', 0)
          .orderBy('facility')
          .orderBy('registry')
          .execute(),
        db
          .selectFrom('document')
          .select(({ fn }) => fn.countAll<number>().as('count'))
          .executeTakeFirst(),
        db
          .selectFrom('tag')
          .select(({ fn }) => fn.countAll<number>().as('count'))
          .executeTakeFirst(),
        engine.size(),
      ]);
      return {
        engine: engine.kind,
        schema: MIGRATIONS.length,
        bytes,
        documents: Number(documents?.count ?? 0),
        tags: Number(tags?.count ?? 0),
        registries: registries.map(({ crawled_at, checked_at, ...registry }) => ({
          ...registry,
          crawledAt: crawled_at,
          checkedAt: checked_at,
        })),
      };
    },
    isReplaced: () => engine.isReplaced(),
    close: () => engine.close(),
  };
}

/** What an engine throws, as the one error of a store that is not to be had; its text is in the cause, for the log. */
export function rejectAsUnavailable(error: unknown): never {
  if (error instanceof FederationError) throw error;
  const { code } = error as { readonly code?: unknown };
  throw new FederationError(
    'STORE_UNAVAILABLE',
    `The store cannot be used${typeof code === 'string' ? ` (${code})` : ''}.`,
    {
      hint: 'Check that its disk has room and its files belong to this user, or that its server runs; see docs/operating.md.',
      cause: error,
    },
  );
}
