// What is in a store, whatever the version of its schema: of an older one it may lack tables.
import { GENERATION, MAX_REGISTRIES, NAME_COLUMNS } from '../crawls/registry-rows.ts';
import type { Engine } from '../engine/engine.ts';
import { schemaVersion } from '../schema/migrate.ts';
import { readGeneration } from '../schema/schema.ts';
import type { StoreInfo } from '../store.ts';

/**
 * What the store has: its schema's version, its bytes on the disk, and each registry's last complete crawl, of 10,000
 * registries at most; times are milliseconds since the epoch. Rejects with STORE_NEWER where a newer panfed made the store,
 * and with the engine's error (STORE_UNAVAILABLE or STORE_DAMAGED by {@link faultOf}).
 */
export async function storeInfo(engine: Engine): Promise<StoreInfo> {
  const [schema, bytes, tables] = await Promise.all([schemaVersion(engine), engine.size(), engine.tables()]);
  const count = async (table: 'document' | 'tag'): Promise<number> => {
    if (!tables.has(table)) return 0;
    const row = await engine.db
      .selectFrom(table)
      .select(({ fn }) => fn.countAll<number>().as('count'))
      .executeTakeFirst();
    return Number(row?.count ?? 0);
  };
  const registries = tables.has('registry')
    ? await engine.db
        .selectFrom('registry')
        .select(['nodes', 'crawled_at', 'checked_at', GENERATION])
        .select(NAME_COLUMNS)
        .where('crawled_at', '>', 0)
        .orderBy('facility')
        .orderBy('registry')
        .limit(MAX_REGISTRIES)
        .execute()
    : [];
  return {
    engine: engine.kind,
    schema,
    bytes,
    documents: await count('document'),
    tags: await count('tag'),
    registries: registries.map(({ crawled_at, checked_at, generation, ...registry }) => ({
      ...registry,
      generation: shownGeneration(generation),
      crawledAt: crawled_at,
      checkedAt: checked_at,
    })),
  };
}

/** null also where somebody put other text there: what is not as it was written is the matter of a check. */
function shownGeneration(column: string | null): string | null {
  try {
    return readGeneration(column);
  } catch {
    return null;
  }
}
