// The two engines: SQLite in a file, PostgreSQL for several gateways. Both run in the store's thread: SQLite's binding
// blocks whoever calls it.
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
import type { Schema } from './schema.ts';
import {
  makeFile,
  openedFile,
  requireFile,
  type SqliteFile,
  type StoreLock,
  takeLock,
} from './sqlite-file.ts';
import { rejectingWithCause } from './transactions.ts';

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
  /** Which file it has; null: none, or it only reads. */
  readonly file: string | null;
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

/** Milliseconds for which it waits as it is closed, for those who read it. */
const CLOSING_MS = 500;

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

async function openSqlite(named: string): Promise<Engine> {
  const path = makeFile(named);
  const lock = takeLock(path);
  let db: StoreDatabase | null = null;
  try {
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
    await sql`SELECT count(*) FROM sqlite_schema`.execute(db);
    return writingEngine(db, openedFile(named, path), lock);
  } catch (error) {
    await db?.destroy();
    lock.close();
    throw error;
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

const sqliteOf = (path: string): StoreDatabase =>
  new Kysely<Schema>({
    dialect: rejectingWithCause(
      new SqliteDialect({
        database: new Database(path, { timeout: BUSY_MS }) as unknown as SqliteDatabase,
      }),
    ),
  });

function writingEngine(db: StoreDatabase, file: SqliteFile, lock: StoreLock): Engine {
  const engine = sqliteEngine(db);
  return {
    ...engine,
    file: file.id,
    isReplaced: () => file.isReplaced() || lock.isReplaced(),
    async close() {
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

function sqliteEngine(db: StoreDatabase): Engine {
  return {
    kind: 'sqlite',
    db,
    file: null,
    isReplaced: () => false,
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
    close: () => db.destroy(),
  };
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
  // One that breaks while it is used: its statement is rejected, and without a listener the thread would end as well.
  pool.on('connect', (client) => client.on('error', () => undefined));
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
  const db = new Kysely<Schema>({ dialect: rejectingWithCause(dialect) });
  return {
    kind: 'postgres',
    db,
    file: null,
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
