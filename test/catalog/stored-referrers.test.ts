import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import { crawledKeys } from '../../src/catalog/crawled-keys.ts';
import { createStoredReferrers } from '../../src/catalog/stored-referrers.ts';
import type { RegistryConfig } from '../../src/config/facility.ts';
import { FederationError } from '../../src/model/errors.ts';
import type { ReferrerList, ReferrerLists } from '../../src/sources/oci/referrers/known-referrers.ts';
import { openStore } from '../../src/store/open.ts';
import type { StateStore } from '../../src/store/store.ts';
import { fakeClock } from '../support/clock.ts';
import { computed, heldBy } from '../support/main-thread.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const facilities = (url: string) => [
  { id: 'esrf', registries: [{ key: 'main', kind: 'oci', url, pull: 'main.example' } as RegistryConfig] },
];
const keyOf = crawledKeys(facilities('https://main.example'));
const KEY = { facility: 'esrf', registry: 'main', repository: 'em/relion' };
const digestOf = (digit: string): string => `sha256:${digit.repeat(64)}`;
const listsOf = (askedAt: number): ReferrerLists =>
  new Map([
    [
      digestOf('a'),
      {
        ...{ askedAt, tags: [], byApi: true, doubtedSince: null, progress: null },
        referrers: [{ digest: digestOf('b'), kind: 'signature' }],
      },
    ],
    [
      digestOf('c'),
      {
        ...{ askedAt, tags: [`sha256-${'c'.repeat(64)}.sig`], referrers: [] },
        ...{ byApi: false, doubtedSince: 5 },
        progress: { held: [digestOf('d')], after: digestOf('e'), read: ['ffffffffffff'] },
      },
    ],
  ]);

async function opened(context: TestContext): Promise<StateStore> {
  const place = { kind: 'sqlite', path: `${temporaryFolder(context)}/store.sqlite` } as const;
  const store = await openStore({ place, secret: Buffer.alloc(32, 7) });
  context.after(() => store.close());
  return store.state;
}

describe('referrers that outlive the process', () => {
  test('are there for the next one, written and read many at a time', async (context) => {
    const store = await opened(context);
    const calls: string[] = [];
    const noted: StateStore = {
      ...store,
      read: (keys) => {
        calls.push(`read ${keys.length}`);
        return store.read(keys);
      },
      write: (entries) => {
        calls.push(`write ${entries.length}`);
        return store.write(entries);
      },
    };
    const keys = Array.from({ length: 40 }, (_, index) => ({ ...KEY, repository: `em/${index}` }));
    const before = createStoredReferrers({ store: noted, keyOf, clock: fakeClock() });
    for (const [index, key] of keys.entries()) await before.write(key, listsOf(index));
    await before.close();
    const after = createStoredReferrers({ store: noted, keyOf, clock: fakeClock() });
    const read = await Promise.all(keys.map((key) => after.read(key)));
    assert.deepEqual(
      read,
      keys.map((_, index) => listsOf(index)),
    );
    await after.read(KEY);
    await after.read(KEY);
    assert.deepEqual(calls, ['write 40', 'read 40', 'read 1']);
  });

  test('of another address of the registry are not used, and are removed as those of repositories that are gone', async (context) => {
    const store = await opened(context);
    const before = createStoredReferrers({ store, keyOf, clock: fakeClock() });
    await before.write(KEY, listsOf(1));
    await before.write({ ...KEY, repository: 'em/gone' }, listsOf(1));
    await before.keepOnly(KEY, new Set(['em/relion', 'em/gone']));
    await before.close();
    assert.equal((await store.keys('referrers ', { after: '', limit: 9 })).length, 2);
    const moved = createStoredReferrers({
      store,
      keyOf: crawledKeys(facilities('https://other.example')),
      clock: fakeClock(),
    });
    assert.equal((await moved.read(KEY)).size, 0);
    await moved.write(KEY, listsOf(2));
    await moved.close();
    await moved.keepOnly(KEY, new Set(['em/relion']));
    await moved.close();
    const keys = await store.keys('referrers ', { after: '', limit: 9 });
    assert.deepEqual(keys, ['referrers esrf main oci https://other.example em/relion']);
    assert.equal((await moved.read({ ...KEY, repository: 'em/gone' })).size, 0);
  });

  test('that another version of panfed wrote count as not known', async (context) => {
    const store = await opened(context);
    const image = (referrer: string) => JSON.stringify([[digestOf('a'), 1, [], [[referrer, 'signature']]]]);
    const older = { [digestOf('a')]: [1, [], []] };
    const withoutProgress = [JSON.stringify([[digestOf('a'), 1, [], [], true, null]])];
    for (const value of [
      null,
      7,
      older,
      withoutProgress,
      [7],
      ['['],
      [image('x')],
      [image(digestOf('b')), image('x')],
    ]) {
      await store.write([{ key: 'referrers esrf main oci https://main.example em/relion', value }]);
      const referrers = createStoredReferrers({ store, keyOf, clock: fakeClock() });
      assert.equal((await referrers.read(KEY)).size, 0);
    }
  });

  test('are read in turns, however many images a repository has', async (context) => {
    const store = await opened(context);
    const [list] = listsOf(1).values();
    const lists = new Map(
      Array.from({ length: 4_000 }, (_, n) => [
        `sha256:${String(n).padStart(64, '0')}`,
        list as ReferrerList,
      ]),
    );
    const before = createStoredReferrers({ store, keyOf, clock: fakeClock() });
    await before.write(KEY, lists);
    await before.close();
    const [{ value } = { value: null }] = await store.read([
      'referrers esrf main oci https://main.example em/relion',
    ]);
    const kept: StateStore = { ...store, read: async (keys) => keys.map((key) => ({ key, value })) };
    const after = createStoredReferrers({ store: kept, keyOf, clock: fakeClock() });
    const begun = computed();
    const { result, held } = await heldBy(() => after.read(KEY));
    const whole = computed() - begun;
    assert.deepEqual(result, lists);
    assert.ok(held < whole / 2, `${held.toFixed()} of ${whole.toFixed()} ms`);
  });

  test('that are too many for the store are in memory, and keep no others from it', async (context) => {
    const store = await opened(context);
    const referrers = createStoredReferrers({ store, keyOf, clock: fakeClock() });
    const large = { ...KEY, repository: 'em/large' };
    const [list] = [...listsOf(1).values()] as [
      ReferrerLists extends ReadonlyMap<string, infer V> ? V : never,
    ];
    const many = Array.from({ length: 8_000 }, (_, index): [string, typeof list] => [
      `sha256:${String(index).padStart(64, '0')}`,
      list,
    ]);
    await referrers.write(large, new Map(many));
    await referrers.write(KEY, listsOf(1));
    await referrers.close();
    assert.equal((await referrers.read(large)).size, 8_000);
    assert.deepEqual(await store.keys('referrers ', { after: '', limit: 9 }), [
      'referrers esrf main oci https://main.example em/relion',
    ]);
  });

  test('are asked for again, and no more, where the store fails', async () => {
    const failing = () => Promise.reject(new FederationError('STORE_UNAVAILABLE', 'gone'));
    const store: StateStore = { read: failing, write: failing, keys: failing, remove: failing };
    const referrers = createStoredReferrers({ store, keyOf, clock: fakeClock() });
    assert.equal((await referrers.read(KEY)).size, 0);
    await referrers.write(KEY, listsOf(1));
    await referrers.keepOnly(KEY, new Set(['em/relion']));
    await referrers.close();
    assert.deepEqual(await referrers.read(KEY), listsOf(1));
  });
});
