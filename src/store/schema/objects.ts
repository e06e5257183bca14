// What is in the store's schema beside what migrations make: a trigger, a view in a table's place or a rule would change
// what is read and written, whatever is sealed.
import { type Kysely, sql } from 'kysely';
import { FederationError } from '../../model/errors.ts';
import type { Engine, StoreDatabase, StorePlace } from '../engine/engine.ts';
import { placeText } from '../place-text.ts';
import { migrate, schemaVersion } from './migrate.ts';
import { MIGRATIONS } from './migrations.ts';
import type { Schema } from './schema.ts';

/** Names that an error has; there may be any number. */
const MAX_NAMED = 5;

/**
 * Resolves where the schema has only what panfed made, as it made it; in PostgreSQL, where nothing else acts on its tables.
 * Rejects with STORE_DAMAGED where it has anything else, with up to five names of it in the message, with the engine's error
 * (see {@link faultOf}), and of SQLite as {@link schemaVersion} does.
 */
export async function requireOwnObjects(engine: Engine, place: StorePlace): Promise<void> {
  const strange =
    engine.kind === 'sqlite' ? await strangeInSqlite(engine) : await strangeInPostgres(engine.db);
  if (strange.length === 0) return;
  const more = strange.length > MAX_NAMED ? ', and more' : '';
  throw new FederationError(
    'STORE_DAMAGED',
    `The store cannot be used: it has what panfed did not make: ${strange.slice(0, MAX_NAMED).join(', ')}${more}.`,
    {
      at: placeText(place),
      hint: 'Find out who changed the store. Then give the gateway an export or an empty store; of an empty one all is crawled anew, and tag history begins anew.',
    },
  );
}

interface SqliteObject {
  readonly type: string;
  readonly name: string;
  readonly sql: string | null;
}

/** SQLite's own objects, which nobody can make, have names of their own. */
const objectsOf = async (db: StoreDatabase): Promise<readonly SqliteObject[]> => {
  const { rows } = await sql<SqliteObject>`
    SELECT type, name, sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite\\_%' ESCAPE '\\' LIMIT 1000`.execute(
    db,
  );
  return rows;
};

/** Compared with what the same migrations make in an empty database. */
async function strangeInSqlite(engine: Engine): Promise<string[]> {
  const { openMemory } = await import('../engine/sqlite.ts');
  const version = await schemaVersion(engine);
  const empty = openMemory();
  try {
    await migrate(empty, MIGRATIONS.slice(0, version));
    const own = new Map((await objectsOf(empty.db)).map((object) => [object.name, object]));
    return (await objectsOf(engine.db))
      .filter(({ type, name, sql }) => own.get(name)?.type !== type || own.get(name)?.sql !== sql)
      .map(({ type, name }) => `${type} ${name}`);
  } finally {
    await empty.close();
  }
}

/** By the types, all of them. */
const TABLES: Readonly<Record<keyof Schema, true>> = {
  ...{ meta: true, registry: true, registry_part: true, node: true },
  ...{ registry_usage: true, document: true, state: true, image: true, tag: true },
};

/** Beside its tables PostgreSQL's schema may have those of others: what acts on the store's own is looked for. */
async function strangeInPostgres(db: Kysely<Schema>): Promise<string[]> {
  const { rows } = await sql<{ what: string }>`
    WITH own AS (
      SELECT oid, relname, relkind, relrowsecurity, relpersistence FROM pg_class
      WHERE relnamespace = current_schema()::regnamespace AND relname IN (${sql.join(Object.keys(TABLES))})
    )
    SELECT 'relation ' || relname AS what FROM own WHERE relkind <> 'r'
    UNION ALL SELECT 'row security of ' || relname FROM own WHERE relrowsecurity
    UNION ALL SELECT 'unlogged table ' || relname FROM own WHERE relpersistence <> 'p'
    UNION ALL SELECT 'trigger ' || tgname FROM pg_trigger JOIN own ON own.oid = tgrelid WHERE NOT tgisinternal
    UNION ALL SELECT 'rule ' || rulename FROM pg_rewrite JOIN own ON own.oid = ev_class WHERE relkind = 'r'
    UNION ALL SELECT 'child of ' || relname FROM pg_inherits JOIN own ON own.oid = inhparent
    UNION ALL SELECT 'check ' || conname FROM pg_constraint JOIN own ON own.oid = conrelid WHERE contype = 'c'
    UNION ALL SELECT 'index ' || indexrelid::regclass::text FROM pg_index JOIN own ON own.oid = indrelid
      WHERE indexprs IS NOT NULL
    LIMIT 1000`.execute(db);
  return rows.map(({ what }) => what);
}
