// Removes from a store what nobody needs any more, and gives its room back.
import { type Kysely, sql } from 'kysely';
import { MAX_REGISTRIES, NAME_COLUMNS } from '../crawls/registry-rows.ts';
import { pruneDocuments } from '../documents.ts';
import type { Engine, StorePlace } from '../engine/engine.ts';
import { faultOf, rejectAsFault } from '../engine/fault.ts';
import { openEngine, openEngineToRead } from '../engine/open-engine.ts';
import { using } from '../open.ts';
import { recountUsage } from '../registry-usage.ts';
import { migrate, schemaVersion } from '../schema/migrate.ts';
import type { Schema } from '../schema/schema.ts';
import type { RegistryKey } from '../store.ts';

export type RegistryName = Pick<RegistryKey, 'facility' | 'registry'>;

export interface PruneRequest {
  /** The registries that stay. */
  readonly registries: readonly RegistryName[];
  /** Documents that nothing has named since then go. Milliseconds since the epoch. */
  readonly documentsBefore: number;
}

export interface Pruned {
  /** The registries that were removed, with their tag histories. */
  readonly registries: readonly RegistryName[];
  /** How many documents were removed, beside those of removed registries. */
  readonly documents: number;
  /** Bytes on the disk. */
  readonly before: number;
  readonly after: number;
  /** Why the room of what was removed was not given back; null: it was. */
  readonly roomKept: { readonly message: string; readonly hint: string } | null;
}

/** What it would remove. */
export type Pruneable = Pick<Pruned, 'registries' | 'documents' | 'before'>;

const TABLES = [
  'meta',
  'registry',
  'registry_part',
  'node',
  'registry_usage',
  'document',
  'state',
  'image',
  'tag',
] as const satisfies readonly (keyof Schema)[];

/** What to do where its room was not given back. */
const AGAIN: Record<StorePlace['kind'], string> = {
  sqlite: 'It needs about twice the size of the store on its disk; run `panfed store prune` again.',
  postgres: 'PostgreSQL’s autovacuum uses the room again; or run `panfed store prune` again.',
};

/**
 * Prunes the store, of which it looks at up to 10,000 registries: brings its schema up to date, removes the
 * registries that are not named, and old documents, counts anew what each registry has, and gives the room
 * back. No statement has a time limit. Rejects with STORE_IN_USE where a gateway has the SQLite file, with
 * STORE_NEWER, with STORE_UNAVAILABLE also where there is no file, and with STORE_DAMAGED; what was removed
 * before that stays removed.
 */
export async function pruneStore(place: StorePlace, request: PruneRequest): Promise<Pruned> {
  // It is not to make a store where there is none.
  await (await openEngineToRead(place).catch(rejectAsFault(place))).close();
  // As long as it takes: a registry may have hundreds of thousands of rows.
  return using(place, openEngine(place, { statementMs: null }), async (engine) => {
    await migrate(engine);
    const { db } = engine;
    const before = await engine.size();
    const registries = await db.transaction().execute(async (transaction) => {
      const gone = await unknownRegistries(transaction, request);
      for (const { id } of gone) await transaction.deleteFrom('registry').where('id', '=', id).execute();
      return gone;
    });
    const documents = await pruneDocuments(db, request.documentsBefore);
    for (const { id } of await db.selectFrom('registry').select('id').limit(MAX_REGISTRIES).execute()) {
      await recountUsage(db, id);
    }
    // What was removed is removed, whatever comes of this.
    const roomKept = await vacuum(engine).then(
      () => null,
      (error: unknown) => {
        const { message, hint } = faultOf(error, place);
        return { message, hint: `${hint} ${AGAIN[place.kind]}` };
      },
    );
    const after = await engine.size();
    return { registries: registries.map(nameOf), documents, before, after, roomKept };
  });
}

/**
 * What {@link pruneStore} would remove, without a change of anything, also beside a gateway, of up to 10,000
 * registries; its number of old documents has those of removed registries, too. Rejects with STORE_NEWER, and
 * with STORE_UNAVAILABLE or STORE_DAMAGED where the store cannot be read.
 */
export async function pruneableOf(place: StorePlace, request: PruneRequest): Promise<Pruneable> {
  return using(place, openEngineToRead(place), async (engine) => {
    await schemaVersion(engine);
    const tables = await engine.tables();
    const registries = tables.has('registry') ? await unknownRegistries(engine.db, request) : [];
    const documents = tables.has('document')
      ? await engine.db
          .selectFrom('document')
          .select(({ fn }) => fn.countAll<number>().as('count'))
          .where('named_at', '<', request.documentsBefore)
          .executeTakeFirst()
      : undefined;
    return {
      registries: registries.map(nameOf),
      documents: Number(documents?.count ?? 0),
      before: await engine.size(),
    };
  });
}

const nameOf = ({ facility, registry }: RegistryName): RegistryName => ({ facility, registry });

async function unknownRegistries(
  db: Kysely<Schema>,
  { registries }: PruneRequest,
): Promise<readonly (RegistryName & { readonly id: number })[]> {
  const rows = await db
    .selectFrom('registry')
    .select(['id'])
    .select(NAME_COLUMNS)
    .orderBy('facility')
    .orderBy('registry')
    .limit(MAX_REGISTRIES)
    .execute();
  return rows.filter(
    (row) =>
      !registries.some(({ facility, registry }) => facility === row.facility && registry === row.registry),
  );
}

async function vacuum({ db, kind }: Engine): Promise<void> {
  if (kind === 'sqlite') {
    await sql`VACUUM`.execute(db);
    // Else all that was written once more stays in the log beside the file.
    await sql`PRAGMA wal_checkpoint(TRUNCATE)`.execute(db);
    return;
  }
  for (const table of TABLES) await sql`VACUUM (ANALYZE) ${sql.table(table)}`.execute(db);
}
