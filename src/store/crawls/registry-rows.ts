// The row of each registry: it says which crawl is the last complete one, and whoever changes that has its lock.
import { type Kysely, type Selectable, sql } from 'kysely';
import { FederationError } from '../../model/errors.ts';
import { bytesOf, type Schema } from '../schema/schema.ts';
import type { Seal } from '../seal.ts';
import type { RegistryKey } from '../store.ts';
import { textUpTo, upTo } from '../up-to.ts';

export type RegistryRow = Selectable<Schema['registry']>;

/** Bytes of the hashes of all parts: of 32 million nodes. */
const MAX_PARTS_BYTES = 1_048_576;

/** Bytes of a MAC, with some room. */
const MAX_MAC_BYTES = 64;

/** Bytes of one text: more than any address or generation has. */
export const MAX_ADDRESS_BYTES = 65_536;

/** Rows of registries that are looked at: more than any federation has. */
export const MAX_REGISTRIES = 10_000;

/** The names of a registry, bounded; empty where they are longer than any of federation.yaml. */
export const NAME_COLUMNS = [
  textUpTo('facility', 1_024).as('facility'),
  textUpTo('registry', 1_024).as('registry'),
] as const;

/** The generation as its column has it, bounded; empty where it is longer. */
export const GENERATION = sql<
  string | null
>`CASE WHEN generation IS NOT NULL THEN ${textUpTo('generation', MAX_ADDRESS_BYTES)} END`.as('generation');

const COLUMNS = [
  ...(['id', 'facility', 'registry', 'mapping', 'crawled_at', 'checked_at', 'nodes'] as const),
  textUpTo('kind', MAX_ADDRESS_BYTES).as('kind'),
  textUpTo('address', MAX_ADDRESS_BYTES).as('address'),
  GENERATION,
  upTo('parts', MAX_PARTS_BYTES).as('parts'),
  upTo('mac', MAX_MAC_BYTES).as('mac'),
] as const;

/**
 * The row of a registry; undefined: it has none. A text or bytes larger than any crawl has is empty: it is not sealed as
 * such. Rejects with the engine's error (STORE_UNAVAILABLE or STORE_DAMAGED by {@link faultOf}).
 */
export async function rowOf(
  db: Kysely<Schema>,
  { facility, registry }: RegistryKey,
): Promise<RegistryRow | undefined> {
  const row = await db
    .selectFrom('registry')
    .select(COLUMNS)
    .where('facility', '=', facility)
    .where('registry', '=', registry)
    .executeTakeFirst();
  return row && { ...row, parts: bytesOf(row.parts), mac: bytesOf(row.mac) };
}

/**
 * The row, as {@link rowOf} gives it, which nobody else changes before the transaction ends. Rejects with STORE_UNAVAILABLE
 * where it is gone, and with the engine's error (see {@link faultOf}).
 */
export async function lockedRowOf(
  transaction: Kysely<Schema>,
  { facility, registry }: RegistryKey,
): Promise<RegistryRow> {
  // SQLite has no SELECT … FOR UPDATE.
  const row = await transaction
    .updateTable('registry')
    .set(({ ref }) => ({ nodes: ref('nodes') }))
    .where('facility', '=', facility)
    .where('registry', '=', registry)
    .returning(COLUMNS)
    .executeTakeFirst();
  if (row === undefined) throw gone();
  return { ...row, parts: bytesOf(row.parts), mac: bytesOf(row.mac) };
}

/**
 * The id of a registry's row, whatever its address; undefined: it has none. Rejects with the engine's error
 * (STORE_UNAVAILABLE or STORE_DAMAGED by {@link faultOf}).
 */
export async function knownIdOf(
  db: Kysely<Schema>,
  { facility, registry }: Pick<RegistryKey, 'facility' | 'registry'>,
): Promise<number | undefined> {
  const row = await db
    .selectFrom('registry')
    .select('id')
    .where('facility', '=', facility)
    .where('registry', '=', registry)
    .executeTakeFirst();
  return row?.id;
}

/**
 * The id of a registry's row, which is made before its first crawl is complete: `crawled_at` is 0 until then.
 * Rejects with STORE_UNAVAILABLE where the row is gone at once, and with the engine's error (see {@link faultOf}).
 */
export async function idOf(db: Kysely<Schema>, key: RegistryKey): Promise<number> {
  const found = await knownIdOf(db, key);
  if (found !== undefined) return found;
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
  const made = await knownIdOf(db, key);
  if (made === undefined) throw gone();
  return made;
}

/**
 * Whether the crawl of a row was read from the kind and address, and with the version of the mapping, that the key
 * names.
 */
export const isOf = (row: Omit<RegistryKey, 'facility' | 'registry'>, key: RegistryKey): boolean =>
  row.kind === key.kind && row.address === key.address && row.mapping === key.mapping;

/**
 * Whether the MAC of a registry's row is that of all it says: false where it was changed, or sealed with another
 * secret.
 */
export const isSealed = (seal: Seal, row: RegistryRow): boolean =>
  seal.isValid('crawl', sealedOf(row), bytesOf(row.mac));

/**
 * Writes what the last complete crawl of a registry is, with its MAC, in the caller's transaction; its times are milliseconds
 * since the epoch. Rejects with STORE_UNAVAILABLE where the row is gone, and with the engine's error (see {@link faultOf}).
 */
export async function writeRow(
  transaction: Kysely<Schema>,
  seal: Seal,
  row: Omit<RegistryRow, 'mac'>,
): Promise<void> {
  const { id, ...columns } = row;
  const { numUpdatedRows } = await transaction
    .updateTable('registry')
    .set({ ...columns, parts: bytesOf(row.parts), mac: seal.mac('crawl', sealedOf(row)) })
    .where('id', '=', id)
    .executeTakeFirstOrThrow();
  if (numUpdatedRows !== 1n) throw gone();
}

const sealedOf = (row: Omit<RegistryRow, 'id' | 'mac'>) =>
  [
    ...[row.facility, row.registry, row.kind, row.address, row.mapping],
    ...[row.generation, row.crawled_at, row.checked_at, row.nodes, bytesOf(row.parts)],
  ] as const;

const gone = (): FederationError =>
  new FederationError('STORE_UNAVAILABLE', 'the row of a registry is gone as soon as it was written');
