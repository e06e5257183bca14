// The two engines: SQLite in a file, PostgreSQL for several gateways. Both run in the store's thread: SQLite's binding
// blocks whoever calls it.
import { chmodSync, closeSync, mkdirSync, openSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { type Dialect, Kysely, PostgresDialect, type SqliteDatabase, SqliteDialect, sql } from 'kysely';
import Database from 'libsql';
import pg from 'pg';
import { FederationError } from '../model/errors.ts';
import type { Schema } from './schema.ts';

/** Where the store is. */
export type StorePlace =
  | { readonly kind: 'sqlite'; readonly path: string }
  | { readonly kind: 'postgres'; readonly url: string };

export type StoreDatabase = Kysely<Schema>;

export interface Engine {
  readonly kind: StorePlace['kind'];
  readonly db: StoreDatabase;
  /** Bytes on the disk. */
  size(): Promise<number>;
  /** Whether its file was removed or replaced. */
  isReplaced(): boolean;
  close(): Promise<void>;
}

/** Milliseconds for which SQLite waits for another process that writes, such as `panfed store prune`. */
const BUSY_MS = 5_000;

/** Milliseconds for one connection and for one statement of PostgreSQL. */
const CONNECT_MS = 5_000;
const STATEMENT_MS = 30_000;

/** Connections to PostgreSQL. */
const CONNECTIONS = 2;

/** PostgreSQL's type of 64-bit integers, whose values are times and counts here. */
const INT8 = 20;

/**
 * Opens the engine alone for writing. Rejects with STORE_IN_USE where another gateway has the SQLite file, and as the
 * engine does where it cannot be opened.
 */
export async function openEngine(place: StorePlace): Promise<Engine> {
  return place.kind === 'sqlite' ? openSqlite(place.path) : openPostgres(place.url);
}

async function openSqlite(path: string): Promise<Engine> {
  createPrivate(path);
  const lock = takeLock(`${path}-lock`, path);
  try {
    const database = new Database(path, { timeout: BUSY_MS });
    const db = new Kysely<Schema>({
      dialect: new SqliteDialect({ database: database as unknown as SqliteDatabase }),
    });
    // FULL: what was acknowledged is there after a loss of power as well.
    for (const pragma of [
      'journal_mode = WAL',
      'synchronous = FULL',
      'foreign_keys = ON',
      'trusted_schema = OFF',
    ]) {
      await sql.raw(`PRAGMA ${pragma}`).execute(db);
    }
    const file = fileOf(path);
    return {
      kind: 'sqlite',
      db,
      isReplaced: () => fileOf(path) !== file,
      async size() {
        const { rows } = await sql<{ bytes: number }>`
          SELECT page_count * page_size AS bytes FROM pragma_page_count(), pragma_page_size()`.execute(db);
        return rows[0]?.bytes ?? 0;
      },
      async close() {
        await db.destroy();
        lock.close();
      },
    };
  } catch (error) {
    lock.close();
    throw error;
  }
}

/** Which file is at the path; null: none that this process may see. */
function fileOf(path: string): string | null {
  try {
    const { dev, ino } = statSync(path);
    return `${dev}:${ino}`;
  } catch {
    return null;
  }
}

/** The file and its folder are for this user alone: what a registry says may be for its members alone. */
function createPrivate(path: string): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  closeSync(openSync(path, 'a', 0o600));
  chmodSync(path, 0o600);
}

/**
 * A transaction on a file of its own, which the kernel ends with the process, however that ends: the store itself stays
 * readable for `panfed store info`.
 */
function takeLock(path: string, store: string): InstanceType<typeof Database> {
  createPrivate(path);
  const lock = new Database(path, { timeout: 0 });
  try {
    lock.exec('BEGIN EXCLUSIVE');
    return lock;
  } catch (cause) {
    lock.close();
    if ((cause as { code?: string }).code !== 'SQLITE_BUSY') throw cause;
    throw new FederationError('STORE_IN_USE', 'Another process has this store open.', {
      at: store,
      hint: 'Give each gateway a store of its own, `store: { sqlite: <path> }`, or share one in PostgreSQL.',
      cause,
    });
  }
}

async function openPostgres(url: string): Promise<Engine> {
  const pool = new pg.Pool({
    connectionString: url,
    max: CONNECTIONS,
    connectionTimeoutMillis: CONNECT_MS,
    statement_timeout: STATEMENT_MS,
    query_timeout: STATEMENT_MS,
    keepAlive: true,
    application_name: 'panfed',
    types: {
      getTypeParser: ((oid: number, format: 'text' | 'binary') =>
        oid === INT8
          ? Number
          : pg.types.getTypeParser(oid, format as 'text')) as typeof pg.types.getTypeParser,
    },
  });
  // A connection that breaks while it idles; the next statement gets another.
  pool.on('error', () => undefined);
  const dialect: Dialect = new PostgresDialect({ pool });
  const db = new Kysely<Schema>({ dialect });
  return {
    kind: 'postgres',
    db,
    isReplaced: () => false,
    async size() {
      const { rows } = await sql<{ bytes: number }>`
        SELECT coalesce(sum(pg_total_relation_size(c.oid)), 0)::int8 AS bytes
        FROM pg_class c WHERE c.relkind = 'r' AND c.relnamespace = current_schema()::regnamespace`.execute(
        db,
      );
      return rows[0]?.bytes ?? 0;
    },
    close: () => db.destroy(),
  };
}
