// Brings the store's schema to the version of this panfed, completely or not at all, whoever else does so at that time.
// Kysely's own migrator has neither a lock nor a transaction on SQLite.
import { type Kysely, sql } from 'kysely';
import { FederationError } from '../../model/errors.ts';
import type { Engine } from '../engine/engine.ts';
import { textUpTo } from '../up-to.ts';
import { MIGRATIONS } from './migrations.ts';
import type { Schema } from './schema.ts';

/** The key of the one lock of PostgreSQL that migrations take: "panfed" in ASCII, as a number. */
const LOCK = 0x70616e666564;

const VERSION = 'schema';

/**
 * Brings the store's schema to the newest version, that of all `migrations` ({@link MIGRATIONS} unless said), in one
 * transaction that other processes wait for; a schema that has it is left as it is. Rejects with STORE_NEWER where a newer
 * panfed made the store, and with the engine's error (STORE_UNAVAILABLE or STORE_DAMAGED by {@link faultOf}).
 */
export async function migrate(engine: Engine, migrations = MIGRATIONS): Promise<void> {
  // A server that is read-only for now can be read: it has been brought to this version before.
  if (migrations.length > 0 && (await schemaVersion(engine, migrations)) === migrations.length) return;
  const { db, kind } = engine;
  await db.connection().execute(async (connection) => {
    // IMMEDIATE: a second process waits here, and then finds the work done.
    await sql.raw(kind === 'sqlite' ? 'BEGIN IMMEDIATE' : 'BEGIN').execute(connection);
    try {
      if (kind === 'postgres') await sql`SELECT pg_advisory_xact_lock(${LOCK})`.execute(connection);
      await toNewest(connection, kind, migrations);
      await sql`COMMIT`.execute(connection);
    } catch (error) {
      await sql`ROLLBACK`.execute(connection).catch(() => undefined);
      throw error;
    }
  });
}

/**
 * The version of the store's schema, how many of the migrations it has had; 0 where it has none yet. Changes nothing. Rejects
 * with STORE_NEWER where it has more than `migrations` ({@link MIGRATIONS} unless said), or something that is no number, and
 * with the engine's error (STORE_UNAVAILABLE or STORE_DAMAGED by {@link faultOf}).
 */
export async function schemaVersion({ db, tables }: Engine, migrations = MIGRATIONS): Promise<number> {
  return (await tables()).has('meta') ? versionOf(db, migrations) : 0;
}

async function versionOf(db: Kysely<Schema>, migrations: typeof MIGRATIONS): Promise<number> {
  const row = await db
    .selectFrom('meta')
    .select(textUpTo('value', 64).as('value'))
    .where('key', '=', VERSION)
    .executeTakeFirst();
  if (row === undefined) return 0;
  // What is no number is of no panfed that this one knows.
  const version = /^\d{1,9}$/.test(row.value) ? Number(row.value) : Number.NaN;
  if (version <= migrations.length) return version;
  throw new FederationError(
    'STORE_NEWER',
    `The store has version ${row.value || '(unknown)'} of its schema; this panfed knows ${migrations.length}.`,
    { hint: 'Start the panfed that wrote it or a newer one, or give this one another store.' },
  );
}

async function toNewest(
  db: Kysely<Schema>,
  kind: Engine['kind'],
  migrations: typeof MIGRATIONS,
): Promise<void> {
  await db.schema
    .createTable('meta')
    .ifNotExists()
    .addColumn('key', 'text', (column) => column.primaryKey())
    .addColumn('value', 'text', (column) => column.notNull())
    .execute();
  const version = await versionOf(db, migrations);
  if (version === migrations.length) return;
  for (const step of migrations.slice(version)) await step(db as unknown as Kysely<unknown>, kind);
  const value = String(migrations.length);
  await db
    .insertInto('meta')
    .values({ key: VERSION, value })
    .onConflict((conflict) => conflict.column('key').doUpdateSet({ value }))
    .execute();
}
