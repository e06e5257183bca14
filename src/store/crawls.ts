// The last complete crawl of each registry. Nodes are stored by their hash as they come; which of them a crawl has, and in
// which order, is written in one transaction at its end, so that a half crawl is never seen as a whole one.
import type { Kysely } from 'kysely';
import { FederationError } from '../model/errors.ts';
import { chunksOf } from './chunks.ts';
import { removeDamaged, removeUnnamed, textsByHash, writeParts } from './node-rows.ts';
import { batchOf, compress, hashOf, textsOf } from './node-text.ts';
import { HASH_BYTES, partsOf } from './parts.ts';
import { bytesOf, readGeneration, type Schema, writeGeneration } from './schema.ts';
import type { Seal } from './seal.ts';
import type { CrawlStore, RegistryKey, StoredCrawl, TaggedImage } from './store.ts';
import { readTagged } from './tagged-images.ts';

/** Milliseconds for which a node that no crawl has stays: another gateway may be about to commit a crawl that has it. */
const KEPT_MS = 3_600_000;

export interface CrawlStoreOptions {
  readonly db: Kysely<Schema>;
  readonly seal: Seal;
  readonly now: () => number;
  /** Whether nothing is to be changed, not even what is damaged. False unless said. */
  readonly isReadOnly?: boolean;
  /** Called in the transaction of each commit. */
  readonly onCommit: (
    transaction: Kysely<Schema>,
    registry: Pick<RegistryKey, 'facility' | 'registry'> & { readonly id: number },
    images: Iterable<TaggedImage>,
    at: number,
  ) => Promise<void>;
}

export function createCrawlStore({
  db,
  seal,
  now,
  isReadOnly = false,
  onCommit,
}: CrawlStoreOptions): CrawlStore {
  const sealed = (key: RegistryKey, crawl: Omit<StoredCrawl, 'generation'>, generation: string | null) =>
    [
      ...[key.facility, key.registry, key.kind, key.address, key.mapping],
      ...[generation, crawl.crawledAt, crawl.checkedAt, crawl.nodes, crawl.parts],
    ] as const;

  async function find(key: RegistryKey): Promise<(StoredCrawl & { readonly id: number }) | null> {
    const row = await rowOf(db, key);
    if (row === undefined || !isOf(row, key) || row.crawled_at === 0) return null;
    const crawl = {
      id: row.id,
      crawledAt: row.crawled_at,
      checkedAt: row.checked_at,
      nodes: row.nodes,
      parts: bytesOf(row.parts),
    };
    if (!seal.isValid('crawl', sealed(key, crawl, row.generation), bytesOf(row.mac))) throw changed(key);
    return { ...crawl, generation: readGeneration(row.generation) };
  }

  return {
    async find(key) {
      const crawl = await find(key);
      if (crawl === null) return null;
      const { id: _, ...stored } = crawl;
      return stored;
    },

    async read(key, crawl, part) {
      const row = await rowOf(db, key);
      if (row === undefined) throw changed(key);
      const stored = await db
        .selectFrom('registry_part')
        .select('hashes')
        .where('registry_id', '=', row.id)
        .where('part', '=', part)
        .executeTakeFirst();
      const hashes = stored === undefined ? Buffer.alloc(0) : bytesOf(stored.hashes);
      const expected = crawl.parts.subarray(part * HASH_BYTES, (part + 1) * HASH_BYTES);
      if (hashes.length === 0 || Buffer.compare(hashOf(hashes), expected) !== 0) throw changed(key);
      const texts = await textsByHash(db, row.id, hashes);
      if (texts.every((text) => text !== null)) return batchOf(texts);
      // What stays is taken for stored by the next crawl; where the disk is full it does stay.
      if (!isReadOnly) await removeDamaged(db, row.id, hashes, texts).catch(() => undefined);
      throw changed(key);
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
      const registryId = await idOf(db, key);
      const parts = partsOf(hashes);
      const { generation: given, ...times } = facts;
      const generation = writeGeneration(given);
      const crawl = {
        ...times,
        nodes: hashes.length / HASH_BYTES,
        parts: Buffer.concat(parts.map(hashOf)),
      };
      await db.transaction().execute(async (transaction) => {
        // The row first: two gateways that commit the same registry do so one after the other.
        await transaction
          .updateTable('registry')
          .set({
            kind: key.kind,
            address: key.address,
            mapping: key.mapping,
            generation,
            crawled_at: crawl.crawledAt,
            checked_at: crawl.checkedAt,
            nodes: crawl.nodes,
            parts: crawl.parts,
            mac: seal.mac('crawl', sealed(key, crawl, generation)),
          })
          .where('id', '=', registryId)
          .execute();
        await writeParts(transaction, registryId, parts);
        await removeUnnamed(transaction, registryId, hashes, now() - KEPT_MS);
        const { facility, registry } = key;
        await onCommit(
          transaction,
          { facility, registry, id: registryId },
          readTagged(images),
          facts.crawledAt,
        );
      });
    },

    async check(key, facts, checkedAt) {
      const crawl = await find(key);
      if (crawl === null) return false;
      // Another gateway may have stored a later crawl, whose time of check is its own.
      if (crawl.crawledAt !== facts.crawledAt || crawl.generation !== facts.generation) return true;
      await db
        .updateTable('registry')
        .set({
          checked_at: checkedAt,
          mac: seal.mac('crawl', sealed(key, { ...crawl, checkedAt }, writeGeneration(crawl.generation))),
        })
        .where('id', '=', crawl.id)
        .where('crawled_at', '=', crawl.crawledAt)
        .execute();
      return true;
    },
  };
}

const rowOf = (db: Kysely<Schema>, { facility, registry }: RegistryKey) =>
  db
    .selectFrom('registry')
    .selectAll()
    .where('facility', '=', facility)
    .where('registry', '=', registry)
    .executeTakeFirst();

const isOf = (
  row: { readonly kind: string; readonly address: string; readonly mapping: number },
  key: RegistryKey,
): boolean => row.kind === key.kind && row.address === key.address && row.mapping === key.mapping;

/** The row of a registry, which is made before its first crawl is complete: `crawled_at` is 0 until then. */
async function idOf(db: Kysely<Schema>, key: RegistryKey): Promise<number> {
  const found = await rowOf(db, key);
  if (found !== undefined) return found.id;
  const nothing = Buffer.alloc(0);
  await db
    .insertInto('registry')
    .values({
      ...key,
      generation: null,
      crawled_at: 0,
      checked_at: 0,
      nodes: 0,
      parts: nothing,
      mac: nothing,
    })
    .onConflict((conflict) => conflict.columns(['facility', 'registry']).doNothing())
    .execute();
  const made = await rowOf(db, key);
  if (made === undefined) throw unavailable('the row of a registry is gone as soon as it was written');
  return made.id;
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

const unavailable = (message: string): FederationError => new FederationError('STORE_UNAVAILABLE', message);
