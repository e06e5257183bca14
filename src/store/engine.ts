// The two engines: SQLite in a file, PostgreSQL for several gateways. Both run in the store's thread: SQLite's binding
// blocks whoever calls it.
import { chmodSync, closeSync, existsSync, mkdirSync, openSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import {
  CompiledQuery,
  type Dialect,
  Kysely,
  PostgresDialect,
  type SqliteDatabase,
  SqliteDialect,
  sql,
} from 'kysely';
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
  /** The names of its tables. */
  tables(): Promise<ReadonlySet<string>>;
  close(): Promise<void>;
}

export interface EngineOptions {
  /** Milliseconds for one statement of PostgreSQL, null: as long as it takes; 30 s unless said. */
  readonly statementMs?: number | null;
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
export async function openEngine(place: StorePlace, options: EngineOptions = {}): Promise<Engine> {
  return place.kind === 'sqlite' ? openSqlite(place.path) : openPostgres(place.url, options);
}

/**
 * Opens the engine beside whoever has it: creates, locks and changes nothing. Rejects with STORE_UNAVAILABLE where there
 * is no SQLite file, and as the engine does where it cannot be opened.
 */
export async function openEngineToRead(place: StorePlace): Promise<Engine> {
  return place.kind === 'sqlite' ? readSqlite(place.path) : openPostgres(place.url, { readOnly: true });
}

async function openSqlite(path: string): Promise<Engine> {
  createPrivate(path);
  const lock = takeLock(`${path}-lock`, path);
  try {
    const db = sqliteOf(path);
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
    return sqliteEngine(db, { isReplaced: () => fileOf(path) !== file, onClosed: () => lock.close() });
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

async function readSqlite(path: string): Promise<Engine> {
  requireFile(path);
  const db = sqliteOf(path);
  // libsql's binding takes no notice of `readonly`.
  for (const pragma of ['query_only = ON', 'trusted_schema = OFF']) {
    await sql.raw(`PRAGMA ${pragma}`).execute(db);
  }
  return sqliteEngine(db);
}

/** Throws STORE_UNAVAILABLE where there is no file: SQLite would make an empty one. */
export function requireFile(path: string): void {
  if (existsSync(path)) return;
  throw new FederationError('STORE_UNAVAILABLE', 'There is no store yet.', {
    at: path,
    hint: 'A gateway of this configuration makes it when it starts, as its user.',
  });
}

const sqliteOf = (path: string): StoreDatabase =>
  new Kysely<Schema>({
    dialect: new SqliteDialect({
      database: new Database(path, { timeout: BUSY_MS }) as unknown as SqliteDatabase,
    }),
  });

function sqliteEngine(
  db: StoreDatabase,
  {
    isReplaced = () => false,
    onClosed = () => {},
  }: { isReplaced?: () => boolean; onClosed?: () => void } = {},
): Engine {
  return {
    kind: 'sqlite',
    db,
    isReplaced,
    async size() {
      const { rows } = await sql<{ bytes: number }>`
        SELECT page_count * page_size AS bytes FROM pragma_page_count(), pragma_page_size()`.execute(db);
      return rows[0]?.bytes ?? 0;
    },
    async tables() {
      const { rows } = await sql<{ name: string }>`
        SELECT name FROM sqlite_schema WHERE type = 'table'`.execute(db);
      return new Set(rows.map(({ name }) => name));
    },
    async close() {
      await db.destroy();
      onClosed();
    },
  };
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

async function openPostgres(
  url: string,
  { statementMs = STATEMENT_MS, readOnly = false }: EngineOptions & { readonly readOnly?: boolean },
): Promise<Engine> {
  const pool = new pg.Pool({
    connectionString: url,
    max: CONNECTIONS,
    connectionTimeoutMillis: CONNECT_MS,
    ...(statementMs !== null && { statement_timeout: statementMs, query_timeout: statementMs }),
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
  const dialect: Dialect = new PostgresDialect({
    pool,
    ...(readOnly && {
      onCreateConnection: async (connection) => {
        await connection.executeQuery(
          CompiledQuery.raw('SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY'),
        );
      },
    }),
  });
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
    async tables() {
      const { rows } = await sql<{ name: string }>`
        SELECT tablename AS name FROM pg_tables WHERE schemaname = current_schema()`.execute(db);
      return new Set(rows.map(({ name }) => name));
    },
    close: () => db.destroy(),
  };
}
