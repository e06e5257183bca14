// JSON values that decide about trust or policy. Each is sealed with its name, so that one cannot stand for another.
import type { Kysely } from 'kysely';
import { FederationError } from '../model/errors.ts';
import { bytesOf, type Schema } from './schema/schema.ts';
import type { Seal } from './seal.ts';
import type { StateStore } from './store.ts';
import { textUpTo, upTo } from './up-to.ts';

/** Bytes of a MAC, with some room. */
const MAX_MAC_BYTES = 64;

/** Bytes of one value as JSON. */
export const MAX_VALUE_BYTES = 1_048_576;

/** What is read of a row, bounded. */
export const STATE_COLUMNS = [
  textUpTo('value', MAX_VALUE_BYTES).as('value'),
  upTo('mac', MAX_MAC_BYTES).as('mac'),
] as const;

/**
 * The values in the table `state`, sealed with `seal` over key and value. One that was changed, or copied to another
 * key, is read as null; one of more than {@link MAX_VALUE_BYTES} is not written, but rejected with STORE_INVALID. Other
 * errors are the engine's.
 */
export function createStateStore(db: Kysely<Schema>, seal: Seal, reading = db): StateStore {
  return {
    async read(key) {
      const row = await reading
        .selectFrom('state')
        .select(STATE_COLUMNS)
        .where('key', '=', key)
        .executeTakeFirst();
      if (row === undefined || !seal.isValid('state', [key, row.value], bytesOf(row.mac))) return null;
      return JSON.parse(row.value);
    },

    async write(key, value) {
      const row = { value: JSON.stringify(value) };
      if (Buffer.byteLength(row.value) > MAX_VALUE_BYTES) {
        throw new FederationError(
          'STORE_INVALID',
          `The state ${key} has more than ${MAX_VALUE_BYTES} bytes.`,
        );
      }
      const sealed = { ...row, mac: seal.mac('state', [key, row.value]) };
      await db
        .insertInto('state')
        .values({ key, ...sealed })
        .onConflict((conflict) => conflict.column('key').doUpdateSet(sealed))
        .execute();
    },
  };
}
