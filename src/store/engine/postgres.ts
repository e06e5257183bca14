// The store in PostgreSQL, which several gateways share.
import { Kysely, PostgresDialect, sql } from 'kysely';
import pg from 'pg';
import type { Schema } from '../schema/schema.ts';
import type { Engine, EngineOptions } from './engine.ts';
import { rejectingWithCause } from './transactions.ts';

/** Milliseconds for one connection and for one statement. */
const CONNECT_MS = 5_000;
const STATEMENT_MS = 30_000;

/** Connections to the server: for what is written, and for what is read meanwhile. */
const CONNECTIONS = 2;

/** PostgreSQL's type of 64-bit integers, whose values are times and counts here. */
const INT8 = 20;

/**
 * What a session must have, whatever the role, the database or the server says. Whether it may write is left as it is.
 * What is weaker than `on` and yet on the server's own disk (`local`, `remote_write`), or stronger, is its owner's choice.
 */
const SESSION: readonly string[] = [
  `SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off'`,
  'SET SESSION CHARACTERISTICS AS TRANSACTION ISOLATION LEVEL READ COMMITTED',
];
const READ_ONLY = 'SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY';

/**
 * The engine of a store in PostgreSQL, which connects when it is first used, with two connections at most,
 * each within 5 s. A session gets isolation READ COMMITTED, and `synchronous_commit` where that is off. Its
 * methods reject as PostgreSQL's client does, with an SQLSTATE or an errno, of which {@link faultOf} makes a
 * store fault; the same where one statement takes more than `statementMs` milliseconds.
 *
 * @param url with user, host and database, as {@link StoreAddress} has it
 * @param options `statementMs`: 30,000 unless said, null for no bound; `readOnly`: no session may write,
 * false unless said
 */
export async function openPostgres(
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
    onConnect: async (client) => {
      await client.query([...SESSION, ...(readOnly ? [READ_ONLY] : [])].join('; '));
    },
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
  const dialect = new PostgresDialect({ pool });
  const db = new Kysely<Schema>({ dialect: rejectingWithCause(dialect) });
  return {
    kind: 'postgres',
    db,
    reading: db,
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
        SELECT relname AS name FROM pg_class
        WHERE relkind IN ('r', 'p') AND relnamespace = current_schema()::regnamespace`.execute(db);
      return new Set(rows.map(({ name }) => name));
    },
    close: () => db.destroy(),
  };
}
