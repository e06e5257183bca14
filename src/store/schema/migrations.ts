// The versions of the store's schema, each a step forward from the one before. A step that was released is never changed.
import { type ColumnDataType, type Kysely, sql } from 'kysely';
import type { StorePlace } from '../engine/engine.ts';

/** One step. It runs in the transaction of all. */
export type Migration = (db: Kysely<unknown>, kind: StorePlace['kind']) => Promise<void>;

/** Position plus one is the version that a step leads to. */
export const MIGRATIONS: readonly Migration[] = [createTables, countUsage];

async function createTables(db: Kysely<unknown>, kind: StorePlace['kind']): Promise<void> {
  const bytes: ColumnDataType = kind === 'sqlite' ? 'blob' : 'bytea';
  // SQLite has one type of whole numbers, of 64 bits.
  const long: ColumnDataType = kind === 'sqlite' ? 'integer' : 'bigint';
  const { schema } = db;
  // Else SQLite takes values of any type in any column.
  const createTable = (name: string) => {
    const table = schema.createTable(name);
    return kind === 'sqlite' ? table.modifyEnd(sql`STRICT`) : table;
  };
  await createTable('registry')
    .addColumn('id', kind === 'sqlite' ? 'integer' : 'serial', (column) => column.primaryKey())
    .addColumn('facility', 'text', (column) => column.notNull())
    .addColumn('registry', 'text', (column) => column.notNull())
    .addColumn('kind', 'text', (column) => column.notNull())
    .addColumn('address', 'text', (column) => column.notNull())
    .addColumn('mapping', 'integer', (column) => column.notNull())
    .addColumn('generation', 'text')
    .addColumn('crawled_at', long, (column) => column.notNull())
    .addColumn('checked_at', long, (column) => column.notNull())
    .addColumn('nodes', 'integer', (column) => column.notNull())
    .addColumn('parts', bytes, (column) => column.notNull())
    .addColumn('mac', bytes, (column) => column.notNull())
    .addUniqueConstraint('registry_name', ['facility', 'registry'])
    .execute();
  await createTable('registry_part')
    .addColumn('registry_id', 'integer', (column) =>
      column.notNull().references('registry.id').onDelete('cascade'),
    )
    .addColumn('part', 'integer', (column) => column.notNull())
    .addColumn('hashes', bytes, (column) => column.notNull())
    .addPrimaryKeyConstraint('registry_part_key', ['registry_id', 'part'])
    .execute();
  await createTable('node')
    .addColumn('registry_id', 'integer', (column) =>
      column.notNull().references('registry.id').onDelete('cascade'),
    )
    .addColumn('hash', bytes, (column) => column.notNull())
    .addColumn('body', bytes, (column) => column.notNull())
    .addColumn('written_at', long, (column) => column.notNull())
    .addPrimaryKeyConstraint('node_key', ['registry_id', 'hash'])
    .execute();
  await createTable('document')
    .addColumn('registry_id', 'integer', (column) =>
      column.notNull().references('registry.id').onDelete('cascade'),
    )
    .addColumn('repository', 'text', (column) => column.notNull())
    .addColumn('digest', 'text', (column) => column.notNull())
    .addColumn('source', 'text', (column) => column.notNull())
    .addColumn('named_at', long, (column) => column.notNull())
    .addColumn('mac', 'text', (column) => column.notNull())
    // Last: SQLite reads through what is before a column, and this one may have many pages.
    .addColumn('body', bytes, (column) => column.notNull())
    .addPrimaryKeyConstraint('document_key', ['registry_id', 'repository', 'digest'])
    .execute();
  await createTable('state')
    .addColumn('key', 'text', (column) => column.primaryKey())
    .addColumn('value', 'text', (column) => column.notNull())
    .addColumn('mac', bytes, (column) => column.notNull())
    .execute();
  const serial: ColumnDataType = kind === 'sqlite' ? 'integer' : 'bigserial';
  await createTable('image')
    .addColumn('id', serial, (column) => column.primaryKey())
    .addColumn('registry_id', 'integer', (column) =>
      column.notNull().references('registry.id').onDelete('cascade'),
    )
    .addColumn('repository', 'text', (column) => column.notNull())
    .addColumn('digest', 'text', (column) => column.notNull())
    .addColumn('there_since', long, (column) => column.notNull())
    .addColumn('kept_until', long)
    .addColumn('mac', 'text', (column) => column.notNull())
    .addUniqueConstraint('image_name', ['registry_id', 'repository', 'digest'])
    .execute();
  await createTable('tag')
    .addColumn('id', serial, (column) => column.primaryKey())
    .addColumn('registry_id', 'integer', (column) =>
      column.notNull().references('registry.id').onDelete('cascade'),
    )
    .addColumn('repository', 'text', (column) => column.notNull())
    .addColumn('tag', 'text', (column) => column.notNull())
    .addColumn('image_id', long, (column) => column.notNull().references('image.id').onDelete('cascade'))
    .addColumn('since', long, (column) => column.notNull())
    .addColumn('until', long)
    .addColumn('mac', 'text', (column) => column.notNull())
    .execute();
  await schema
    .createIndex('tag_name')
    .on('tag')
    .columns(['registry_id', 'repository', 'tag', 'image_id'])
    .execute();
  await schema.createIndex('tag_image').on('tag').columns(['image_id', 'until']).execute();
  // One span of a tag and an image is open.
  await sql`CREATE UNIQUE INDEX tag_now ON tag (registry_id, image_id, tag) WHERE until IS NULL`.execute(db);
}

/** How much each registry has of what is asked for again, and what of that was named longest ago. */
async function countUsage(db: Kysely<unknown>, kind: StorePlace['kind']): Promise<void> {
  const long: ColumnDataType = kind === 'sqlite' ? 'integer' : 'bigint';
  const { schema } = db;
  const table = schema.createTable('registry_usage');
  await (kind === 'sqlite' ? table.modifyEnd(sql`STRICT`) : table)
    .addColumn('registry_id', 'integer', (column) =>
      column.notNull().references('registry.id').onDelete('cascade'),
    )
    .addColumn('kind', 'text', (column) => column.notNull())
    .addColumn('bytes', long, (column) => column.notNull())
    .addPrimaryKeyConstraint('registry_usage_key', ['registry_id', 'kind'])
    .execute();
  await schema
    .alterTable('state')
    .addColumn('registry_id', 'integer', (column) => column.references('registry.id').onDelete('cascade'))
    .execute();
  await schema
    .alterTable('state')
    .addColumn('named_at', long, (column) => column.notNull().defaultTo(0))
    .execute();
  await schema.createIndex('document_age').on('document').columns(['registry_id', 'named_at']).execute();
  await schema.createIndex('state_age').on('state').columns(['registry_id', 'named_at']).execute();
  // As `ROW_BYTES` was when this step was made; the next prune counts anew.
  await sql`INSERT INTO registry_usage (registry_id, kind, bytes)
    SELECT registry_id, 'document', sum(octet_length(body) + 1024) FROM document GROUP BY registry_id`.execute(
    db,
  );
}
