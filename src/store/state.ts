// JSON values that decide about trust or policy. Each is sealed with its name, so that one cannot stand for another.
import { type Kysely, sql } from 'kysely';
import { FederationError } from '../model/errors.ts';
import { chunksOf } from './chunks.ts';
import { idOf, knownIdOf } from './crawls/registry-rows.ts';
import { changingUsage, countedSize, fitting, makeRoom, ROW_BYTES, sumOf } from './registry-usage.ts';
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

export interface StateStoreOptions {
  readonly db: Kysely<Schema>;
  /** For what is read beside what is written; by default `db`. */
  readonly reading?: Kysely<Schema>;
  readonly seal: Seal;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Bytes that the values of one registry may have, with {@link ROW_BYTES} for each. */
  readonly maxBytes: number;
}

/**
 * The values in the table `state`, sealed with `seal` over key and value; `reading` is `db` unless said. One
 * that was changed, or copied to another key, is not read; where one of several has more than
 * {@link MAX_VALUE_BYTES} (1 MiB), none of them is written: STORE_INVALID. Other errors are the engine's, of
 * which {@link faultOf} makes STORE_UNAVAILABLE or STORE_DAMAGED.
 */
export function createStateStore({ db, reading = db, seal, now, maxBytes }: StateStoreOptions): StateStore {
  /** Gives the bytes that those had which are of the registry. */
  async function removeSome(
    transaction: Kysely<Schema>,
    registryId: number,
    keys: readonly string[],
  ): Promise<number> {
    const rows = await transaction
      .deleteFrom('state')
      .where('key', 'in', keys)
      .returning(['registry_id', countedSize('state').as('size')])
      .execute();
    return sumOf(rows.filter(({ registry_id }) => registry_id === registryId));
  }

  async function writeOf(registryId: number, entries: readonly SealedRow[]): Promise<void> {
    const counted = entries.map((row) => ({ row, size: Buffer.byteLength(row.value) + ROW_BYTES }));
    const added = fitting(counted, maxBytes);
    const named_at = now();
    const rows = added.rows.map(({ row }) => ({ ...row, registry_id: registryId, named_at }));
    const ofRegistry = { table: 'state', registryId } as const;
    await changingUsage(db, ofRegistry, async (transaction, before) => {
      let used = before;
      for (const some of chunksOf(keysOf(entries))) used -= await removeSome(transaction, registryId, some);
      used = await makeRoom(transaction, ofRegistry, { used, added: added.bytes, maxBytes });
      for (const some of chunksOf(rows)) await transaction.insertInto('state').values(some).execute();
      return used + added.bytes;
    });
  }

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

    async write(entries, key) {
      const rows = entries.map((entry) => sealedRow(entry, seal));
      if (key !== undefined) return writeOf(await idOf(db, key), rows);
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

    async remove(keys, key) {
      const registryId = key && (await knownIdOf(db, key));
      if (registryId !== undefined) {
        return changingUsage(db, { table: 'state', registryId }, async (transaction, before) => {
          let used = before;
          for (const some of chunksOf(keys)) used -= await removeSome(transaction, registryId, some);
          return used;
        });
      }
      for (const some of chunksOf(keys)) await db.deleteFrom('state').where('key', 'in', some).execute();
    },
  };
}

interface SealedRow {
  readonly key: string;
  readonly value: string;
  readonly mac: Buffer;
}

const keysOf = (rows: readonly SealedRow[]): string[] => rows.map(({ key }) => key);

function sealedRow({ key, value }: StateEntry, seal: Seal): SealedRow {
  const text = JSON.stringify(value);
  if (Buffer.byteLength(text) > MAX_VALUE_BYTES) {
    throw new FederationError('STORE_INVALID', `The state ${key} has more than ${MAX_VALUE_BYTES} bytes.`);
  }
  return { key, value: text, mac: seal.mac('state', [key, text]) };
}
