// What a store does whichever its engine: the same suite over SQLite and over a real PostgreSQL.
import { after, before, describe, type TestContext } from 'node:test';
import type { StorePlace } from '../../src/store/engine/engine.ts';
import { needsPostgres, startPostgres, type TestPostgres } from './postgres.ts';
import { temporaryFolder } from './temporary-folder.ts';

export type SqlitePlace = Extract<StorePlace, { kind: 'sqlite' }>;

/** Makes a place for a store that is gone with the test. */
export type MakePlace<P extends StorePlace = StorePlace> = (context: TestContext) => Promise<P>;

/** A file in a folder of its own. */
export const makeSqlitePlace: MakePlace<SqlitePlace> = async (context) => ({
  kind: 'sqlite',
  path: `${temporaryFolder(context)}/store.sqlite`,
});

/** Describes the suite in PostgreSQL, with a server for all of it and a schema for each store. */
export function describeInPostgres(name: string, suite: (makePlace: MakePlace) => void): void {
  describe(name, needsPostgres, () => {
    let postgres: TestPostgres;
    before(async () => {
      postgres = await startPostgres();
    });
    after(() => postgres.close());
    suite(async () => ({ kind: 'postgres', url: await postgres.schema() }));
  });
}
