// How much of the store one registry may have of what can be asked for again: its documents, and its values of state. Their
// size is kept as a number for each registry, changed in the transaction that changes them, so that no write counts rows;
// what was named longest ago makes room, by an index, some rows at a time.
import { type Kysely, type RawBuilder, sql } from 'kysely';
import type { Schema } from './schema/schema.ts';

/** Bytes that one registry may have in documents, unless said. */
export const MAX_REGISTRY_BYTES = 1_073_741_824;

/** The part of them that it may have in values of state beside: what refers to each image, and what was verified of it. */
const STATE_PART = 1 / 4;

/** The part of its bound that is made free at once, so that not every write of a registry at its bound removes something. */
const FREED_PART = 1 / 16;

/** Bytes that a row counts beside its contents, for its names, its MAC and its places in indexes: rows have a bound by it. */
export const ROW_BYTES = 1_024;

/** Rows that are looked at together to make room. */
const ROWS = 1_000;

/** Rows that a registry has, and that count. */
export type CountedTable = 'document' | 'state';

/** The key of a row, and what it counts. */
const TABLES: Readonly<Record<CountedTable, { readonly key: readonly string[]; readonly body: string }>> = {
  document: { key: ['repository', 'digest'], body: 'body' },
  state: { key: ['key'], body: 'value' },
};

/**
 * The SQL of the bytes that a row of the table counts, {@link ROW_BYTES} (1,024) among them, which both engines know
 * without reading its contents.
 */
export const countedSize = (table: CountedTable): RawBuilder<number> =>
  sql<number>`octet_length(${sql.ref(TABLES[table].body)}) + ${sql.lit(ROW_BYTES)}`;

/** Bytes that a registry may have in the table, where it may have `maxBytes` in documents: a quarter of it in state. */
export const maxBytesOf = (table: CountedTable, maxBytes: number): number =>
  table === 'document' ? maxBytes : Math.floor(maxBytes * STATE_PART);

/** The rows of one registry in a table. */
export interface RegistryRows {
  readonly table: CountedTable;
  readonly registryId: number;
}

/**
 * Does a change of a registry's rows, in a transaction that every other change of them waits for. The change is given the
 * bytes that they have, 0 at first, and gives those that they have then; less than 0 counts as 0. Rejects as the change does,
 * and with the engine's error (STORE_UNAVAILABLE or STORE_DAMAGED by {@link faultOf}): nothing is changed then.
 */
export async function changingUsage(
  db: Kysely<Schema>,
  { table, registryId }: RegistryRows,
  change: (transaction: Kysely<Schema>, used: number) => Promise<number>,
): Promise<void> {
  await db.transaction().execute(async (transaction) => {
    const row = await transaction
      .insertInto('registry_usage')
      .values({ registry_id: registryId, kind: table, bytes: 0 })
      .onConflict((conflict) =>
        // Changes nothing, and has the row's lock in PostgreSQL.
        conflict.columns(['registry_id', 'kind']).doUpdateSet({ kind: table }),
      )
      .returning('bytes')
      .executeTakeFirstOrThrow();
    const bytes = await change(transaction, Number(row.bytes));
    await transaction
      .updateTable('registry_usage')
      .set({ bytes: Math.max(0, bytes) })
      .where('registry_id', '=', registryId)
      .where('kind', '=', table)
      .execute();
  });
}

/**
 * Removes the rows that were named longest ago, where `added` bytes more than `used` are beyond `maxBytes`: so many that a
 * sixteenth of `maxBytes` is free behind those that are added, if there are as many. Gives the bytes that are used then, 0
 * where no row is left. Within {@link changingUsage}. Rejects with the engine's error (see {@link faultOf}).
 */
export async function makeRoom(
  transaction: Kysely<Schema>,
  rows: RegistryRows,
  { used, added, maxBytes }: { readonly used: number; readonly added: number; readonly maxBytes: number },
): Promise<number> {
  if (used + added <= maxBytes) return used;
  const wanted = Math.max(0, maxBytes - added - Math.floor(maxBytes * FREED_PART));
  let left = used;
  while (left > wanted) {
    const freed = await removeOldest(transaction, rows, left - wanted);
    // No row is left, whatever the count said: somebody changed it.
    if (freed === 0) return 0;
    left -= freed;
  }
  return left;
}

/** Gives the bytes that the rows had which it removed: at least those that were asked for, or those of as many rows as it looks at. */
async function removeOldest(
  transaction: Kysely<Schema>,
  { table, registryId }: RegistryRows,
  bytes: number,
): Promise<number> {
  const key = sql.join(TABLES[table].key.map((column) => sql.ref(column)));
  const from = sql.table(table);
  const { rows } = await sql<{ size: number }>`
    DELETE FROM ${from} WHERE registry_id = ${registryId} AND (${key}) IN (
      SELECT ${key} FROM (
        SELECT ${key}, sum(size) OVER (ORDER BY named_at, ${key}) - size AS freed FROM (
          SELECT ${key}, named_at, ${countedSize(table)} AS size FROM ${from}
          WHERE registry_id = ${registryId} ORDER BY named_at LIMIT ${sql.lit(ROWS)}
        ) AS oldest
      ) AS summed WHERE freed < ${bytes}
    ) RETURNING ${countedSize(table)} AS size`.execute(transaction);
  return sumOf(rows);
}

/** The bytes of rows that a statement returned; 0 for none. */
export const sumOf = (rows: readonly { readonly size: number }[]): number =>
  rows.reduce((sum, { size }) => sum + Number(size), 0);

/**
 * Counts one by one what a registry has in each table, whatever the count was: somebody may have changed it. Each table in a
 * transaction of its own. Rejects with the engine's error (STORE_UNAVAILABLE or STORE_DAMAGED by {@link faultOf}).
 */
export async function recountUsage(db: Kysely<Schema>, registryId: number): Promise<void> {
  for (const table of Object.keys(TABLES) as CountedTable[]) {
    await changingUsage(db, { table, registryId }, async (transaction) => {
      const row = await transaction
        .selectFrom(table)
        .select(sql<number>`coalesce(sum(${countedSize(table)}), 0)`.as('bytes'))
        .where('registry_id', '=', registryId)
        .executeTakeFirstOrThrow();
      return Number(row.bytes);
    });
  }
}

/**
 * The rows, in their order, that have no more than `maxBytes` together, and the bytes that they have. A row that does not fit
 * behind those before it is left out; smaller ones behind it are not.
 */
export function fitting<Row extends { readonly size: number }>(
  rows: readonly Row[],
  maxBytes: number,
): { readonly rows: readonly Row[]; readonly bytes: number } {
  const kept: Row[] = [];
  let bytes = 0;
  for (const row of rows) {
    if (bytes + row.size > maxBytes) continue;
    bytes += row.size;
    kept.push(row);
  }
  return { rows: kept, bytes };
}
