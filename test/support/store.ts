// A store's contents as tests write them, through the store and behind its back.
import { Kysely, PostgresDialect, SqliteDialect, sql } from 'kysely';
import Database from 'libsql';
import pg from 'pg';
import { preparing } from '../../src/model/pace.ts';
import type { StorePlace } from '../../src/store/engine.ts';
import { batchOf } from '../../src/store/node-text.ts';
import type { Schema } from '../../src/store/schema.ts';
import type { CrawlFacts, RegistryKey, Store, TagPointer } from '../../src/store/store.ts';
import { writePointers } from '../../src/store/tag-pointers.ts';

export const KEY: RegistryKey = {
  facility: 'esrf',
  registry: 'internal',
  kind: 'graphql',
  address: 'https://registry.esrf.example/graphql',
  mapping: 1,
};
export const FACTS: CrawlFacts = { generation: 'g1', crawledAt: 1_000, checkedAt: 1_000 };

/** Stores a complete crawl of nodes with these texts. */
export async function stored(
  store: Store,
  texts: readonly string[],
  facts: CrawlFacts = FACTS,
  key: RegistryKey = KEY,
  pointers: readonly TagPointer[] = [],
): Promise<void> {
  const hashes: Uint8Array[] = [];
  for (let start = 0; start < texts.length; start += 700) {
    const some = texts.slice(start, start + 700).map((text) => Buffer.from(text));
    hashes.push(await store.crawls.append(key, batchOf(some)));
  }
  await store.crawls.commit(key, facts, Buffer.concat(hashes), await writePointers(pointers, preparing));
}

/** Changes the tables of a store behind its back. */
export async function tampered(
  place: StorePlace,
  change: (db: Kysely<Schema>) => Promise<unknown>,
): Promise<void> {
  const db = new Kysely<Schema>({
    dialect:
      place.kind === 'sqlite'
        ? new SqliteDialect({ database: new Database(place.path, { timeout: 5_000 }) as never })
        : new PostgresDialect({ pool: new pg.Pool({ connectionString: place.url, max: 1 }) }),
  });
  try {
    await sql`SELECT 1`.execute(db);
    await change(db);
  } finally {
    await db.destroy();
  }
}
