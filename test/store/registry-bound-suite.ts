// How much one registry may have in a store, whichever its engine: more never, what was used last stays, and nobody else
// loses anything.
import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import fc from 'fast-check';
import { type Kysely, sql } from 'kysely';
import { digestOf } from '../../src/model/digest.ts';
import { type CountedTable, countedSize, ROW_BYTES } from '../../src/store/registry-usage.ts';
import type { Schema } from '../../src/store/schema/schema.ts';
import type { Store } from '../../src/store/store.ts';
import { KEY } from '../support/stored-crawls.ts';

export interface BoundStore {
  readonly store: Store;
  /** Time of the store, in milliseconds, which a test may set. */
  readonly clock: { now: number };
  /** Looks at the tables, and changes them, behind the store's back. */
  tamper(change: (db: Kysely<Schema>) => Promise<unknown>): Promise<void>;
}

/** A store in which a registry may have so many bytes in documents. */
export type OpenBoundStore = (context: TestContext, registryBytes: number) => Promise<BoundStore>;

const HOUR = 3_600_000;
const REPOSITORY = 'em/relion';
const OTHER = { ...KEY, facility: 'other' };

/** A document of so many bytes that is counted with what its row counts. */
function documentOf(name: string, bytes = 1_000) {
  const text = Buffer.from(name.padEnd(bytes, '.'));
  return { digest: digestOf(text), bytes: text };
}

/** The bytes that rows of registries have, counted one by one, and what the store's count says, by the registry. */
async function usageOf(
  { tamper }: BoundStore,
  table: CountedTable,
): Promise<Record<string, [number, number]>> {
  const usage: Record<string, [number, number]> = {};
  await tamper(async (db) => {
    const registries = await db.selectFrom('registry').select(['id', 'facility']).execute();
    for (const { id, facility } of registries) {
      const counted = await db
        .selectFrom(table)
        .select(sql<number>`coalesce(sum(${countedSize(table)}), 0)`.as('bytes'))
        .where('registry_id', '=', id)
        .executeTakeFirstOrThrow();
      const said = await db
        .selectFrom('registry_usage')
        .select('bytes')
        .where('registry_id', '=', id)
        .where('kind', '=', table)
        .executeTakeFirst();
      usage[facility] = [Number(counted.bytes), Number(said?.bytes ?? 0)];
    }
  });
  return usage;
}

export function registryBound(open: OpenBoundStore): void {
  const namesIn = async (store: Store, names: readonly string[], key = KEY, bytes = 1_000) => {
    const digests = new Map(names.map((name) => [documentOf(name, bytes).digest, name]));
    const found = await store.documents.read(key, REPOSITORY, [...digests.keys()]);
    return found.map(({ digest }) => digests.get(digest)).sort();
  };

  describe('documents of one registry', () => {
    test('never have more than it may have, whatever is written and read', async (context) => {
      const maxBytes = 20_000;
      const opened = await open(context, maxBytes);
      const { store, clock } = opened;
      const step = fc.record({
        key: fc.constantFrom(KEY, OTHER),
        repository: fc.constantFrom(REPOSITORY, 'em/other'),
        documents: fc.array(fc.record({ name: fc.nat(30), bytes: fc.constantFrom(10, 900, 6_000, 30_000) }), {
          maxLength: 12,
        }),
        read: fc.nat(30),
        passed: fc.constantFrom(0, 1, HOUR, 2 * HOUR),
      });
      await fc.assert(
        fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 6 }), async (steps) => {
          for (const { key, repository, documents, read, passed } of steps) {
            const given = documents.map(({ name, bytes }) => documentOf(String(name), bytes));
            await store.documents.write(key, repository, given);
            await store.documents.read(key, repository, [documentOf(String(read), 900).digest]);
            clock.now += passed;
          }
          for (const [facility, [counted, said]] of Object.entries(await usageOf(opened, 'document'))) {
            assert.ok(counted <= maxBytes, `${facility} has ${counted}`);
            assert.equal(said, counted, 'what the store counts is what there is');
          }
        }),
        { numRuns: 30 },
      );
    });

    test('go by the time of their last use, and those of a write that is beyond the bound come in', async (context) => {
      const { store, clock } = await open(context, 8 * (1_000 + ROW_BYTES));
      const names = ['0', '1', '2', '3', '4', '5', '6', '7'];
      for (const name of names) {
        clock.now += HOUR;
        await store.documents.write(KEY, REPOSITORY, [documentOf(name)]);
      }
      clock.now += HOUR;
      assert.deepEqual(await namesIn(store, ['0', '2']), ['0', '2'], 'which is a use of them');
      clock.now += 1;
      await store.documents.write(KEY, REPOSITORY, [documentOf('8'), documentOf('9')]);
      const left = await namesIn(store, [...names, '8', '9']);
      assert.deepEqual(left, ['0', '2', '5', '6', '7', '8', '9']);
      await store.documents.write(KEY, REPOSITORY, [documentOf('1')]);
      assert.deepEqual(await namesIn(store, ['1']), ['1'], 'what was removed can come again');
    });

    test('that are more than it may have by themselves are not kept, and remove nothing', async (context) => {
      const { store } = await open(context, 4 * (1_000 + ROW_BYTES));
      await store.documents.write(KEY, REPOSITORY, [documentOf('0'), documentOf('1')]);
      await store.documents.write(KEY, REPOSITORY, [documentOf('large', 10_000)]);
      assert.deepEqual(await namesIn(store, ['large'], KEY, 10_000), []);
      assert.deepEqual(await namesIn(store, ['0', '1']), ['0', '1']);
    });

    test('cost no other registry any of its own', async (context) => {
      const { store } = await open(context, 4 * (1_000 + ROW_BYTES));
      const own = ['a', 'b', 'c', 'd'];
      await store.documents.write(
        OTHER,
        REPOSITORY,
        own.map((name) => documentOf(name)),
      );
      for (let name = 0; name < 40; name += 1) {
        await store.documents.write(KEY, REPOSITORY, [documentOf(String(name))]);
      }
      assert.deepEqual(await namesIn(store, own, OTHER), own);
    });

    test('are removed by thousands where one write needs their room', async (context) => {
      const opened = await open(context, 5_000_000);
      const { store, clock } = opened;
      for (let part = 0; part < 4; part += 1) {
        const some = Array.from({ length: 1_000 }, (_, index) => documentOf(`${part} ${index}`, 10));
        clock.now += 1;
        await store.documents.write(KEY, REPOSITORY, some);
      }
      const large = documentOf('large', 4_000_000);
      await store.documents.write(KEY, REPOSITORY, [large]);
      const [counted, said] = (await usageOf(opened, 'document'))[KEY.facility] ?? [];
      assert.ok(counted !== undefined && counted > 4_000_000 && counted <= 5_000_000, String(counted));
      assert.equal(said, counted);
      assert.deepEqual(await namesIn(store, ['0 0', '3 999'], KEY, 10), ['3 999']);
    });

    test('count no more when they are pruned, or were changed and so removed', async (context) => {
      const opened = await open(context, 100_000);
      const { store, clock, tamper } = opened;
      await store.documents.write(KEY, REPOSITORY, [documentOf('old'), documentOf('older')]);
      clock.now += HOUR;
      await store.documents.write(KEY, REPOSITORY, [documentOf('changed'), documentOf('new')]);
      assert.equal(await store.documents.prune(clock.now), 2);
      await tamper((db) =>
        db
          .updateTable('document')
          .set({ mac: 'x' })
          .where('digest', '=', documentOf('changed').digest)
          .execute(),
      );
      assert.deepEqual(await namesIn(store, ['changed', 'new']), ['new']);
      const size = 1_000 + ROW_BYTES;
      assert.deepEqual((await usageOf(opened, 'document'))[KEY.facility], [size, size]);
    });

    test('are kept within the bound also where somebody changed its count', async (context) => {
      const opened = await open(context, 4 * (1_000 + ROW_BYTES));
      const { store, tamper } = opened;
      await store.documents.write(KEY, REPOSITORY, [documentOf('0')]);
      await tamper((db) => db.updateTable('registry_usage').set({ bytes: 1_000_000_000_000 }).execute());
      await store.documents.write(KEY, REPOSITORY, [documentOf('1')]);
      assert.deepEqual(await namesIn(store, ['0', '1']), ['1']);
      const size = 1_000 + ROW_BYTES;
      assert.deepEqual((await usageOf(opened, 'document'))[KEY.facility], [size, size]);
    });
  });

  describe('values of state of one registry', () => {
    const MAX = 4 * 8 * (1_002 + ROW_BYTES);
    const entry = (key: string) => ({ key, value: key.padEnd(1_000, '.') });
    const keysIn = async (store: Store, keys: readonly string[]) =>
      (await store.state.read(keys)).map(({ key }) => key).sort();

    test('never have more than it may have, and those that were written last stay', async (context) => {
      const opened = await open(context, MAX);
      const { store, clock } = opened;
      const keys = Array.from({ length: 30 }, (_, index) => `r ${String(index).padStart(2, '0')}`);
      for (const key of keys) {
        clock.now += 1;
        await store.state.write([entry(key), entry('r first')], KEY);
        const [counted = 0, said] = (await usageOf(opened, 'state'))[KEY.facility] ?? [];
        assert.ok(counted <= MAX / 4, String(counted));
        assert.equal(said, counted);
      }
      const left = await keysIn(store, [...keys, 'r first']);
      assert.deepEqual(left, [...keys.slice(-(left.length - 1)), 'r first']);
      assert.ok(left.length >= 7, String(left.length));
    });

    test('cost neither another registry nor what is of none any of its own, and count no more when removed', async (context) => {
      const opened = await open(context, MAX);
      const { store } = opened;
      await store.state.write([entry('highest')]);
      await store.state.write([entry('o')], OTHER);
      for (let key = 0; key < 30; key += 1) await store.state.write([entry(`r ${key}`)], KEY);
      assert.deepEqual(await keysIn(store, ['highest', 'o']), ['highest', 'o']);
      const keys = await store.state.keys('r ', { after: '', limit: 100 });
      await store.state.remove(keys, KEY);
      assert.deepEqual((await usageOf(opened, 'state'))[KEY.facility], [0, 0]);
    });
  });
}
