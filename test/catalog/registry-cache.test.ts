// What a registry's cache waits for when it begins: the store first, and no longer than it may.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { createRecorders } from '../../src/catalog/recorder.ts';
import type { CheckedSnapshot, Refresh } from '../../src/catalog/refresh.ts';
import { createRegistryCache } from '../../src/catalog/registry-cache.ts';
import type { Source } from '../../src/sources/source.ts';
import type { CrawlStore } from '../../src/store/store.ts';
import { fakeClock } from '../support/clock.ts';
import { UNTRUSTING_CACHE } from '../support/untrusting.ts';

const SOURCE = {
  facility: 'esrf',
  registry: 'main',
  kind: 'graphql',
  stored: { address: 'https://registry.esrf.example/', mapping: 1 },
} as unknown as Source;

/** Lets everything go on that waits for nothing but its turn. */
async function settle(): Promise<void> {
  for (let turns = 0; turns < 10; turns += 1) await turn();
}

test('a store that never answers is waited for three deadlines of the registry, which is asked then', async () => {
  const clock = fakeClock();
  const asked: number[] = [];
  const begun = clock.monotonic();
  const by: Refresh = {
    restore: (deadline) => deadline.awaiting(new Promise(() => {})),
    check: () => {
      asked.push(clock.monotonic() - begun);
      return Promise.reject(new Error('down'));
    },
    trusted: async () => null,
    settled: async () => {},
  };
  const cache = createRegistryCache({
    ...{ source: SOURCE, by, clock, freshFor: 60_000, usableFor: 86_400_000, deadline: 1_000 },
    isBudgeted: false,
    random: () => 0,
    ...UNTRUSTING_CACHE,
    onNotRestored: () => {},
    onDone: () => {},
    onRepositories: () => {},
  });
  void cache.refresh(null);
  await settle();
  clock.pass(2_900);
  await settle();
  assert.deepEqual(asked, []);
  for (let step = 0; step < 3; step += 1) {
    clock.pass(100);
    await settle();
  }
  assert.deepEqual(asked, [3_000]);
});

test('crawls of all registries that wait for a slow store share one bound of bytes', async () => {
  const appended: number[] = [];
  let goOn = (): void => {};
  const slow = new Promise<void>((resolve) => {
    goOn = resolve;
  });
  const store = {
    append: async (_key: unknown, { json }: { json: Uint8Array }) => {
      await slow;
      appended.push(json.byteLength);
      return Buffer.alloc(32);
    },
    commit: async () => {},
  } as unknown as CrawlStore;
  const recorderOf = createRecorders(store);
  // Nothing is read of these bytes: one page of 200 MB for each of two registries.
  const nodes = { json: { byteLength: 200_000_000 } } as never;
  const recordings = [recorderOf(SOURCE), recorderOf(SOURCE)].map((recorder) => recorder?.begin());
  for (const recording of recordings) recording?.add(nodes);
  goOn();
  const facts = { generation: null, crawledAt: 1, checkedAt: 1 };
  const stored = await Promise.all(recordings.map((recording) => recording?.commit(facts, [])));
  assert.deepEqual(stored, [true, false]);
  assert.equal(appended.length, 1);
  const next = recorderOf(SOURCE)?.begin();
  next?.add(nodes);
  assert.equal(await next?.commit(facts, []), true, 'what was given up waits no more');
});

for (const isBudgeted of [false, true]) {
  test(`a caller’s maxAge ${isBudgeted ? 'spends nothing of the budget of a registry that has one' : 'has a registry asked that has no budget'}`, async () => {
    const clock = fakeClock();
    let asked = 0;
    const by: Refresh = {
      restore: null,
      check: async () => {
        asked += 1;
        const checkedAt = { wall: clock.wall(), monotonic: clock.monotonic() };
        return {
          ...({ hashed: { snapshot: { records: [] } } } as unknown as CheckedSnapshot),
          checkedAt,
          unfinished: null,
        };
      },
      trusted: async () => null,
      settled: async () => {},
    };
    const cache = createRegistryCache({
      ...{ source: SOURCE, by, clock, freshFor: 60_000, usableFor: 86_400_000, deadline: 1_000 },
      isBudgeted,
      random: () => 0,
      ...UNTRUSTING_CACHE,
      onNotRestored: () => {},
      onDone: () => {},
      onRepositories: () => {},
    });
    await cache.refresh(null);
    clock.pass(10_000);
    await cache.refresh(5);
    assert.equal(asked, isBudgeted ? 1 : 2);
    clock.pass(60_001);
    await cache.refresh(5);
    await settle();
    assert.equal(asked, isBudgeted ? 2 : 3, 'it is asked once its snapshot is not fresh any more');
  });
}
