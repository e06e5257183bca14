// JSON values that decide about trust or policy. Each is sealed with its name, so that one cannot stand for another.
import type { Kysely } from 'kysely';
import { bytesOf, type Schema } from './schema/schema.ts';
import type { Seal } from './seal.ts';
import type { StateStore } from './store.ts';

/**
 * The values in the table `state`, sealed with `seal` over key and value. One that was changed, or copied to another
 * key, is read as null. Errors are the engine's.
 */
export function createStateStore(db: Kysely<Schema>, seal: Seal): StateStore {
  return {
    async read(key) {
      const row = await db.selectFrom('state').selectAll().where('key', '=', key).executeTakeFirst();
      if (row === undefined || !seal.isValid('state', [key, row.value], bytesOf(row.mac))) return null;
      return JSON.parse(row.value);
    },

    async write(key, value) {
      const row = { value: JSON.stringify(value) };
      const sealed = { ...row, mac: seal.mac('state', [key, row.value]) };
      await db
        .insertInto('state')
        .values({ key, ...sealed })
        .onConflict((conflict) => conflict.column('key').doUpdateSet(sealed))
        .execute();
    },
  };
}
