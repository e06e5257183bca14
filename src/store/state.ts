// JSON values that decide about trust or policy. Each is sealed with its name, so that one cannot stand for another.
import { type Kysely, sql } from 'kysely';
import { FederationError } from '../model/errors.ts';
import { chunksOf } from './chunks.ts';
import { bytesOf, type Schema } from './schema/schema.ts';
import type { Seal } from './seal.ts';
import type { StateEntry, StateStore } from './store.ts';
import { textUpTo, upTo } from './up-to.ts';

/** Bytes of a MAC, with some room. */
const MAX_MAC_BYTES = 64;

/** Bytes of one value as JSON. */
export const MAX_VALUE_BYTES = 1_048_576;

/** Values that are read at a time. */
const READ_AT_ONCE = 32;

/** What is read of a row, bounded. */
export const STATE_COLUMNS = [
  textUpTo('value', MAX_VALUE_BYTES).as('value'),
  upTo('mac', MAX_MAC_BYTES).as('mac'),
] as const;

/**
 * The values in the table `state`, sealed with `seal` over key and value. One that was changed, or copied to another
 * key, is not read; where one of several has more than {@link MAX_VALUE_BYTES}, none of them is written: STORE_INVALID.
 * Other errors are the engine's.
 */
export function createStateStore(db: Kysely<Schema>, seal: Seal, reading = db): StateStore {
  return {
    async read(keys) {
      const found: StateEntry[] = [];
      for (const some of chunksOf([...new Set(keys)], READ_AT_ONCE)) {
        const rows = await reading
          .selectFrom('state')
          .select(['key', ...STATE_COLUMNS])
          .where('key', 'in', some)
          .execute();
        for (const { key, value, mac } of rows) {
          if (!seal.isValid('state', [key, value], bytesOf(mac))) continue;
          found.push({ key, value: JSON.parse(value) });
        }
      }
      return found;
    },

    async write(entries) {
      const rows = entries.map((entry) => sealedRow(entry, seal));
      await db.transaction().execute(async (transaction) => {
        for (const some of chunksOf(rows)) {
          await transaction
            .insertInto('state')
            .values(some)
            .onConflict((conflict) =>
              conflict
                .column('key')
                .doUpdateSet(({ ref }) => ({ value: ref('excluded.value'), mac: ref('excluded.mac') })),
            )
            .execute();
        }
      });
    },

    async keys(prefix, { after, limit }) {
      const rows = await reading
        .selectFrom('state')
        .select('key')
        .where('key', '>', after)
        .where(sql<boolean>`substr(key, 1, ${sql.lit(prefix.length)}) = ${prefix}`)
        .orderBy('key')
        .limit(limit)
        .execute();
      return rows.map(({ key }) => key);
    },

    async remove(keys) {
      for (const some of chunksOf(keys)) await db.deleteFrom('state').where('key', 'in', some).execute();
    },
  };
}

function sealedRow({ key, value }: StateEntry, seal: Seal) {
  const text = JSON.stringify(value);
  if (Buffer.byteLength(text) > MAX_VALUE_BYTES) {
    throw new FederationError('STORE_INVALID', `The state ${key} has more than ${MAX_VALUE_BYTES} bytes.`);
  }
  return { key, value: text, mac: seal.mac('state', [key, text]) };
}
