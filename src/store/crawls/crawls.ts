// The last complete crawl of each registry. Nodes are stored by their hash as they come; which of them a crawl has, and in
// which order, is written in one transaction at its end, so that a half crawl is never seen as a whole one.
import type { Kysely } from 'kysely';
import { FederationError } from '../../model/errors.ts';
import { chunksOf } from '../chunks.ts';
import { readTagged } from '../history/tagged-images.ts';
import { bytesOf, readGeneration, type Schema, writeGeneration } from '../schema/schema.ts';
import type { Seal } from '../seal.ts';
import type { CrawlFacts, CrawlStore, RegistryKey, StoredCrawl, TaggedImage } from '../store.ts';
import { upTo } from '../up-to.ts';
import { removeDamaged, removeUnnamed, textsByHash, writeParts } from './node-rows.ts';
import { batchOf, compress, hashOf, textsOf } from './node-text.ts';
import { HASH_BYTES, hashesOf, MAX_PART_BYTES, partsOf } from './parts.ts';
import { idOf, isOf, isSealed, lockedRowOf, type RegistryRow, rowOf, writeRow } from './registry-rows.ts';

/** Milliseconds for which a node that no crawl has stays: another gateway may be about to commit a crawl that has it. */
const KEPT_MS = 3_600_000;

export interface CrawlStoreOptions {
  readonly db: Kysely<Schema>;
  /** For what is only read; `db` unless said. */
  readonly reading?: Kysely<Schema>;
  readonly seal: Seal;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Whether nothing is to be changed, not even what is damaged. False unless said. */
  readonly isReadOnly?: boolean;
  /** Called in the transaction of each commit, which fails as it does; `at`: the crawl's time, milliseconds since the epoch. */
  readonly onCommit: (
    transaction: Kysely<Schema>,
    registry: Pick<RegistryKey, 'facility' | 'registry'> & { readonly id: number },
    images: Iterable<TaggedImage>,
    at: number,
  ) => Promise<void>;
}

/**
 * The crawls in these tables, sealed with `seal`; `now` is in milliseconds since the epoch, and `reading` is
 * `db` unless said. With `isReadOnly`, which is false unless said, what is damaged is not removed. A commit
 * removes the nodes that no crawl has and that were written an hour ago or before. Errors are those of
 * {@link CrawlStore}, STORE_INVALID and STORE_UNAVAILABLE; those of the engine come as they are, and the
 * caller makes store faults of them by {@link faultOf}.
 */
export function createCrawlStore({
  db,
  reading = db,
  seal,
  now,
  isReadOnly = false,
  onCommit,
}: CrawlStoreOptions): CrawlStore {
  /** A time that has not been yet is no time: a clock that was wrong would keep every other gateway from storing. */
  const isSuperseded = (row: RegistryRow, key: RegistryKey, { crawledAt }: CrawlFacts): boolean =>
    isOf(row, key) && row.crawled_at > crawledAt && row.crawled_at <= now() && isSealed(seal, row);

  /** Whether it still is the last one: what another gateway has replaced meanwhile nobody has damaged. */
  async function isLast(key: RegistryKey, crawl: StoredCrawl): Promise<boolean> {
    const row = await rowOf(reading, key);
    return row?.crawled_at === crawl.crawledAt && bytesOf(row.parts).equals(crawl.parts);
  }

  async function removeDamagedOf(
    key: RegistryKey,
    hashes: Buffer,
    texts: readonly (Buffer | null)[],
  ): Promise<void> {
    const missing = hashesOf(hashes).filter((_, index) => texts[index] === null);
    await db.transaction().execute(async (transaction) => {
      const { id } = await lockedRowOf(transaction, key);
      await removeDamaged(transaction, id, missing);
    });
  }

  return {
    async find(key) {
      const row = await rowOf(reading, key);
      if (row === undefined || !isOf(row, key) || row.crawled_at === 0) return null;
      if (!isSealed(seal, row)) throw changed(key);
      return {
        generation: readGeneration(row.generation),
        crawledAt: row.crawled_at,
        checkedAt: row.checked_at,
        nodes: row.nodes,
        parts: bytesOf(row.parts),
      };
    },

    async read(key, crawl, part) {
      const stored = await reading
        .selectFrom('registry_part')
        .innerJoin('registry', 'registry.id', 'registry_part.registry_id')
        .select(['registry_id', upTo('hashes', MAX_PART_BYTES).as('hashes')])
        .where('facility', '=', key.facility)
        .where('registry', '=', key.registry)
        .where('part', '=', part)
        .executeTakeFirst();
      const hashes = bytesOf(stored?.hashes);
      const expected = crawl.parts.subarray(part * HASH_BYTES, (part + 1) * HASH_BYTES);
      if (stored !== undefined && hashes.length > 0 && hashOf(hashes).equals(expected)) {
        const texts = await textsByHash(reading, stored.registry_id, hashes);
        if (texts.every((text) => text !== null)) return batchOf(texts);
        // What stays is taken for stored by the next crawl; where the disk is full it does stay.
        if (!isReadOnly) await removeDamagedOf(key, hashes, texts).catch(() => undefined);
      }
      if (await isLast(key, crawl)) throw changed(key);
      return null;
    },

    async append(key, batch) {
      const texts = textsOf(batch);
      const hashes = texts.map(hashOf);
      const registryId = await idOf(db, key);
      const known = new Set<string>();
      for (const rows of chunksOf(hashes)) {
        const found = await db
          .selectFrom('node')
          .select('hash')
          .where('registry_id', '=', registryId)
          .where('hash', 'in', rows)
          .execute();
        for (const { hash } of found) known.add(bytesOf(hash).toString('latin1'));
      }
      const written_at = now();
      const rows = texts.flatMap((text, index) => {
        const hash = hashes[index] as Buffer;
        const name = hash.toString('latin1');
        if (known.has(name)) return [];
        known.add(name);
        return [{ registry_id: registryId, hash, body: compress(text), written_at }];
      });
      if (rows.length > 0) {
        await db.transaction().execute(async (transaction) => {
          for (const some of chunksOf(rows)) {
            await transaction
              .insertInto('node')
              .values(some)
              .onConflict((conflict) => conflict.doNothing())
              .execute();
          }
        });
      }
      return Buffer.concat(hashes);
    },

    async commit(key, facts, hashes, images) {
      await idOf(db, key);
      const parts = partsOf(hashes);
      await db.transaction().execute(async (transaction) => {
        // The row first: two gateways that commit the same registry do so one after the other.
        const row = await lockedRowOf(transaction, key);
        if (isSuperseded(row, key, facts)) return;
        await writeRow(transaction, seal, {
          ...key,
          id: row.id,
          generation: writeGeneration(facts.generation),
          crawled_at: facts.crawledAt,
          checked_at: facts.checkedAt,
          nodes: hashes.length / HASH_BYTES,
          parts: Buffer.concat(parts.map(hashOf)),
        });
        await writeParts(transaction, row.id, parts);
        await removeUnnamed(transaction, row.id, hashes, now() - KEPT_MS);
        const { facility, registry } = key;
        await onCommit(transaction, { facility, registry, id: row.id }, readTagged(images), facts.crawledAt);
      });
    },

    async check(key, facts, checkedAt) {
      if ((await rowOf(db, key)) === undefined) return 'LACKING';
      return db.transaction().execute(async (transaction) => {
        const { mac, ...row } = await lockedRowOf(transaction, key);
        if (row.crawled_at === 0) return 'LACKING';
        if (!isSealed(seal, { ...row, mac })) throw changed(key);
        const { kind, address, mapping } = row;
        if (!isOf(row, key)) return { kind, address, mapping };
        const isSame = row.generation === writeGeneration(facts.generation);
        if (!isSame || row.crawled_at < facts.crawledAt) return 'LACKING';
        await writeRow(transaction, seal, { ...row, checked_at: checkedAt });
        return 'STORED';
      });
    },
  };
}

function changed({ facility, registry }: RegistryKey): FederationError {
  return new FederationError(
    'STORE_INVALID',
    `What the store has of ${facility}/${registry} is not what panfed wrote, or was sealed with another secret.`,
    {
      at: `${facility}/${registry}`,
      hint: 'Nothing is lost: the registry is crawled anew. If nobody changed the store, check its disk.',
    },
  );
}
