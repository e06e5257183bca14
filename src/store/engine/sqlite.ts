// The store in a file of SQLite: alone for writing, or beside whoever has it for reading.
import { Kysely, type SqliteDatabase, SqliteDialect, sql } from 'kysely';
import Database from 'libsql';
import type { Schema } from '../schema/schema.ts';
import type { Engine, StoreDatabase } from './engine.ts';
import {
  closeToOthers,
  makeFile,
  openedFile,
  requireFile,
  type SqliteFile,
  type StoreLock,
  takeLock,
} from './sqlite-file.ts';
import { rejectingWithCause, restingBetween } from './transactions.ts';

/** Milliseconds for which SQLite waits for another process that writes, such as `panfed store prune`. */
const BUSY_MS = 5_000;

/** Milliseconds for which it waits as it is closed, for those who read it. */
const CLOSING_MS = 500;

/**
 * Opens the file alone for writing, makes it where there is none, and takes it from others as
 * {@link closeToOthers} does. A statement waits 5 s for another process that writes. Rejects with
 * STORE_IN_USE as {@link takeLock} does, with STORE_UNAVAILABLE where something else is at its path, and with
 * the error of SQLite or the file system, of which {@link faultOf} makes STORE_UNAVAILABLE or STORE_DAMAGED.
 */
export async function openSqlite(named: string): Promise<Engine> {
  const path = makeFile(named);
  const lock = takeLock(path);
  let db: StoreDatabase | null = null;
  let reading: StoreDatabase | null = null;
  try {
    closeToOthers(path);
    db = sqliteOf(path);
    // FULL: what was acknowledged is there after a loss of power as well.
    for (const pragma of [
      'journal_mode = WAL',
      'synchronous = FULL',
      'foreign_keys = ON',
      'trusted_schema = OFF',
    ]) {
      await sql.raw(`PRAGMA ${pragma}`).execute(db);
    }
    reading = await readingOf(path);
    for (const each of [db, reading]) await sql`SELECT count(*) FROM sqlite_schema`.execute(each);
    return writingEngine(db, reading, openedFile(named, path), lock);
  } catch (error) {
    await reading?.destroy();
    await db?.destroy();
    lock.close();
    throw error;
  }
}

/**
 * Opens the file beside whoever has it, to be read alone; a statement waits 5 s for another process. Rejects with
 * STORE_UNAVAILABLE where there is none, and with SQLite's error, of which {@link faultOf} makes a store fault.
 */
export async function readSqlite(path: string): Promise<Engine> {
  requireFile(path);
  return sqliteEngine(await readingOf(path));
}

async function readingOf(path: string): Promise<StoreDatabase> {
  const db = sqliteOf(path);
  // libsql's binding takes no notice of `readonly`.
  for (const pragma of ['query_only = ON', 'trusted_schema = OFF']) {
    await sql.raw(`PRAGMA ${pragma}`).execute(db);
  }
  return db;
}

/**
 * An empty database of SQLite, without tables, that is nowhere but in memory: it is gone when it is closed.
 * Its statements reject with SQLite's error.
 */
export const openMemory = (): Engine => sqliteEngine(sqliteOf(':memory:'));

const sqliteOf = (path: string): StoreDatabase =>
  new Kysely<Schema>({
    dialect: restingBetween(
      rejectingWithCause(
        new SqliteDialect({
          database: new Database(path, { timeout: BUSY_MS }) as unknown as SqliteDatabase,
        }),
      ),
    ),
  });

function writingEngine(db: StoreDatabase, reading: StoreDatabase, file: SqliteFile, lock: StoreLock): Engine {
  const engine = sqliteEngine(db, reading);
  return {
    ...engine,
    file: file.id,
    isReplaced: () => file.isReplaced() || lock.isReplaced(),
    async close() {
      await reading.destroy();
      await emptyLog(db).catch(() => undefined);
      await engine.close();
      file.removeLeftovers();
      lock.close();
    },
  };
}

/** The binding leaves SQLite's log beside the file: a copy of the file alone would lack what is in it. */
async function emptyLog(db: StoreDatabase): Promise<void> {
  await sql.raw(`PRAGMA busy_timeout = ${CLOSING_MS}`).execute(db);
  await sql`PRAGMA wal_checkpoint(TRUNCATE)`.execute(db);
}

function sqliteEngine(db: StoreDatabase, reading = db): Engine {
  return {
    kind: 'sqlite',
    db,
    reading,
    file: null,
    isReplaced: () => false,
    async size() {
      const { rows } = await sql<{ bytes: number }>`
        SELECT page_count * page_size AS bytes FROM pragma_page_count(), pragma_page_size()`.execute(reading);
      return rows[0]?.bytes ?? 0;
    },
    async tables() {
      const { rows } = await sql<{ name: string }>`
        SELECT name FROM sqlite_schema WHERE type = 'table'`.execute(reading);
      return new Set(rows.map(({ name }) => name));
    },
    close: () => db.destroy(),
  };
}
