// Crawls in a store, whichever its engine: written, read back whole, and changed behind its back.
import assert from 'node:assert/strict';
import { Kysely, PostgresDialect, SqliteDialect, sql } from 'kysely';
import Database from 'libsql';
import pg from 'pg';
import { preparing } from '../../src/model/pace.ts';
import { batchOf, textsOf } from '../../src/store/crawls/node-text.ts';
import type { StorePlace } from '../../src/store/engine/engine.ts';
import { writeTagged } from '../../src/store/history/tagged-images.ts';
import type { Schema } from '../../src/store/schema/schema.ts';
import type { CrawlFacts, CrawlStore, RegistryKey, TaggedImage } from '../../src/store/store.ts';

interface WithCrawls {
  readonly crawls: CrawlStore;
}

export const KEY: RegistryKey = {
  facility: 'esrf',
  registry: 'internal',
  kind: 'graphql',
  address: 'https://registry.esrf.example/graphql',
  mapping: 1,
};
export const FACTS: CrawlFacts = { generation: 'g1', crawledAt: 1_000, checkedAt: 1_000 };

export async function stored(
  { crawls }: WithCrawls,
  texts: readonly string[],
  facts: CrawlFacts = FACTS,
  key: RegistryKey = KEY,
  images: readonly TaggedImage[] = [],
): Promise<void> {
  const hashes: Uint8Array[] = [];
  for (let start = 0; start < texts.length; start += 700) {
    const some = texts.slice(start, start + 700).map((text) => Buffer.from(text));
    hashes.push(await crawls.append(key, batchOf(some)));
  }
  await crawls.commit(key, facts, Buffer.concat(hashes), await writeTagged(images, preparing));
}

export async function allOf({ crawls }: WithCrawls, key: RegistryKey = KEY): Promise<string[]> {
  const crawl = await crawls.find(key);
  assert.ok(crawl);
  const texts: string[] = [];
  for (let part = 0; part * 32 < crawl.parts.length; part += 1) {
    const batch = await crawls.read(key, crawl, part);
    assert.ok(batch);
    texts.push(...textsOf(batch).map(String));
  }
  return texts;
}

/** Changes the tables behind the store's back. */
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
