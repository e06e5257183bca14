// The rows below a crawl: its nodes by their hashes, and their order in parts.
import { type Kysely, sql } from 'kysely';
import { FederationError } from '../../model/errors.ts';
import { chunksOf } from '../chunks.ts';
import { bytesOf, type Schema } from '../schema/schema.ts';
import { upTo } from '../up-to.ts';
import { decompress, hashOf, MAX_BODY_BYTES } from './node-text.ts';
import { HASH_BYTES, hashesOf, MAX_PART_BYTES } from './parts.ts';

/** Bytes up to which compressed nodes are read with others, in one statement; larger ones each by itself. */
const TOGETHER_BYTES = 65_536;

/** Rows of nodes that are read at a time, some milliseconds long. */
const PAGE_ROWS = 5_000;

/**
 * The texts of nodes in the order of their hashes (SHA-256, 32 bytes each, one behind the other); null for one that is not
 * there, does not decompress, has another hash, or is larger than 16 MiB and 64 KiB compressed or 16 MiB as text. Rejects with
 * the engine's error (STORE_UNAVAILABLE or STORE_DAMAGED by {@link faultOf}).
 */
export async function textsByHash(
  db: Kysely<Schema>,
  registryId: number,
  hashes: Buffer,
): Promise<readonly (Buffer | null)[]> {
  const order = hashesOf(hashes);
  const texts = new Map<string, Buffer>();
  for (const some of chunksOf(order)) {
    const rows = await bodiesOf(db, registryId, some, TOGETHER_BYTES);
    for (const { hash, body } of rows) {
      const [large] = body === null ? await bodiesOf(db, registryId, [bytesOf(hash)], MAX_BODY_BYTES) : [];
      const read = body ?? large?.body;
      const text = read == null ? null : textOf(bytesOf(read));
      const name = bytesOf(hash);
      if (text !== null && hashOf(text).equals(name)) texts.set(name.toString('latin1'), text);
    }
  }
  return order.map((hash) => texts.get(hash.toString('latin1')) ?? null);
}

/** The rows of nodes; without the body where that has more than so many bytes: it is not loaded at all. */
const bodiesOf = (db: Kysely<Schema>, registryId: number, hashes: readonly Buffer[], maxBytes: number) =>
  db
    .selectFrom('node')
    .select(['hash', upTo('body', maxBytes).as('body')])
    .where('registry_id', '=', registryId)
    .where('hash', 'in', hashes)
    .limit(hashes.length)
    .execute();

/**
 * Removes those of the nodes, by their hashes of 32 bytes, whose texts are null by {@link textsByHash}, in the caller's
 * transaction; rejects as that does.
 */
export async function removeDamaged(
  db: Kysely<Schema>,
  registryId: number,
  hashes: readonly Buffer[],
): Promise<void> {
  const texts = await textsByHash(db, registryId, Buffer.concat(hashes));
  await removeNodes(
    db,
    registryId,
    hashes.filter((_, index) => texts[index] === null),
  );
}

function textOf(body: Buffer): Buffer | null {
  try {
    return decompress(body);
  } catch {
    return null;
  }
}

/**
 * Writes those parts of the order that have changed, and removes what is behind the last; `parts`: the hashes of each, up to
 * {@link MAX_PART_BYTES} bytes. In the caller's transaction. Rejects with the engine's error (STORE_UNAVAILABLE or
 * STORE_DAMAGED by {@link faultOf}).
 */
export async function writeParts(
  db: Kysely<Schema>,
  registryId: number,
  parts: readonly Buffer[],
): Promise<void> {
  const rows = await db
    .selectFrom('registry_part')
    .select(['part', upTo('hashes', MAX_PART_BYTES).as('hashes')])
    .where('registry_id', '=', registryId)
    .where('part', '<', parts.length)
    .execute();
  const before = new Map(
    rows.flatMap(({ part, hashes }) => (hashes === null ? [] : [[part, bytesOf(hashes)]])),
  );
  for (const [part, hashes] of parts.entries()) {
    if (before.get(part)?.equals(hashes) === true) continue;
    await db
      .insertInto('registry_part')
      .values({ registry_id: registryId, part, hashes })
      .onConflict((conflict) => conflict.columns(['registry_id', 'part']).doUpdateSet({ hashes }))
      .execute();
  }
  await db
    .deleteFrom('registry_part')
    .where('registry_id', '=', registryId)
    .where('part', '>=', parts.length)
    .execute();
}

/**
 * Removes nodes that the crawl does not have and that were written at a time or before (milliseconds since the epoch): what
 * is younger another gateway may be about to commit. `hashes`: those of the crawl, 32 bytes each, one behind the other.
 * Rejects with STORE_UNAVAILABLE where a node of the crawl is missing, and with the engine's error (see {@link faultOf}).
 */
export async function removeUnnamed(
  db: Kysely<Schema>,
  registryId: number,
  hashes: Uint8Array,
  before: number,
): Promise<void> {
  const named = new Set(hashesOf(hashes).map((hash) => hash.toString('latin1')));
  const old: Buffer[] = [];
  let found = 0;
  for (let after: Buffer | undefined = Buffer.alloc(0); after !== undefined; ) {
    const rows = await db
      .selectFrom('node')
      .select(['hash', 'written_at'])
      .where('registry_id', '=', registryId)
      .where('hash', '>', after)
      // Panfed writes no other one, and one of any size is not to be loaded.
      .where(sql<boolean>`octet_length(hash) = ${sql.lit(HASH_BYTES)}`)
      .orderBy('hash')
      .limit(PAGE_ROWS)
      .execute();
    after = undefined;
    for (const { hash, written_at } of rows) {
      after = bytesOf(hash);
      if (named.has(after.toString('latin1'))) found += 1;
      else if (written_at <= before) old.push(after);
    }
  }
  if (found < named.size) {
    throw new FederationError(
      'STORE_UNAVAILABLE',
      `${named.size - found} nodes of a crawl were removed meanwhile`,
    );
  }
  await removeNodes(db, registryId, old);
}

async function removeNodes(db: Kysely<Schema>, registryId: number, hashes: readonly Buffer[]): Promise<void> {
  for (const some of chunksOf(hashes)) {
    await db.deleteFrom('node').where('registry_id', '=', registryId).where('hash', 'in', some).execute();
  }
}
