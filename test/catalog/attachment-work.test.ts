import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { createWorking } from '../../src/catalog/attachment-work.ts';
import { FederationError } from '../../src/model/errors.ts';
import type { ImageRecord } from '../../src/model/image.ts';
import { rateLimited } from '../../src/network/registry/rate-limit-error.ts';
import { fakeClock } from '../support/clock.ts';
import { snapshotOf } from '../support/policies.ts';
import { digestOf, imageRecord } from '../support/records.ts';

const images = (count: number) =>
  Array.from({ length: count }, (_, number) => imageRecord({ digest: digestOf(number) }));

async function settle(): Promise<void> {
  for (let turns = 0; turns < 20; turns += 1) await turn();
}

/** A registry of images of which all are pending; `outcome` says what becomes of one. */
function world(
  outcome: (record: ImageRecord, signal: AbortSignal) => Promise<'SETTLED' | 'DOUBTED'>,
  count = 3,
) {
  const clock = fakeClock();
  const done = new Set<string>();
  const tried: string[] = [];
  const doubts: (readonly [number, unknown])[] = [];
  const state = {
    ...{ snapshot: snapshotOf(images(count)), used: 0, changesAt: null as number | null },
    unusable: null as Error | null,
  };
  const working = createWorking({
    work: {
      isPending: ({ id }) => !done.has(id),
      async settle(record, signal) {
        tried.push(record.id);
        const found = await outcome(record, signal);
        if (found === 'SETTLED') done.add(record.id);
        return found;
      },
      changesAt: () => state.changesAt,
      flush: async () => {},
    },
    current: () => state.snapshot,
    use: async () => {
      if (state.unusable !== null) throw state.unusable;
      state.used += 1;
    },
    clock,
    random: () => 1,
    onDoubt: (count, error) => void doubts.push([count, error]),
  });
  return { working, clock, done, tried, doubts, state };
}

test('all that is pending is done once, and used', async () => {
  const { working, tried, done, state } = world(async () => 'SETTLED');
  working.begin();
  await settle();
  assert.deepEqual([tried.length, done.size, state.used], [3, 3, 2]);
  working.begin();
  await settle();
  assert.equal(tried.length, 3);
  await working.stop();
});

test('what could not be fetched is asked for again after 5 seconds, then later and later', async () => {
  let isGiven = false;
  const { working, clock, tried, doubts } = world(async () => (isGiven ? 'SETTLED' : 'DOUBTED'), 1);
  working.begin();
  await settle();
  for (const wait of [5_000, 10_000, 20_000]) {
    const before = tried.length;
    clock.pass(wait - 1);
    await settle();
    assert.equal(tried.length, before);
    clock.pass(1);
    await settle();
    assert.equal(tried.length, before + 1);
  }
  assert.deepEqual(doubts[0], [1, null]);
  isGiven = true;
  clock.pass(300_000);
  await settle();
  const after = tried.length;
  clock.pass(3_600_000);
  await settle();
  assert.equal(tried.length, after);
  await working.stop();
});

test('what could not be brought into use is brought into it later', async () => {
  const { working, clock, tried, doubts, state } = world(async () => 'SETTLED', 1);
  const unusable = new Error('no memory');
  state.unusable = unusable;
  working.begin();
  await settle();
  assert.deepEqual([tried.length, state.used, doubts], [1, 0, [[0, unusable]]]);
  state.unusable = null;
  clock.pass(5_000);
  await settle();
  assert.ok(state.used > 0);
  assert.equal(tried.length, 1);
  await working.stop();
});

test('a registry that allows no more is asked when it says, and not for the rest of its images', async () => {
  const clock = fakeClock();
  const at = clock.wall() + 600_000;
  const { working, tried, clock: own } = world(() => Promise.reject(rateLimited('no more', at)), 500);
  working.begin();
  await settle();
  assert.ok(tried.length <= 64, `${tried.length}`);
  const before = tried.length;
  own.pass(599_000);
  await settle();
  assert.equal(tried.length, before);
  own.pass(1_000);
  await settle();
  assert.ok(tried.length > before);
  await working.stop();
});

test('a new snapshot ends the round for the one before it', async () => {
  const going: (() => void)[] = [];
  const { working, tried, state } = world(
    () => new Promise((resolve) => going.push(() => resolve('SETTLED'))),
    200,
  );
  working.begin();
  await settle();
  state.snapshot = snapshotOf([imageRecord({ digest: digestOf(999) })]);
  working.begin();
  for (const go of going) go();
  await settle();
  assert.ok(tried.length < 20, `${tried.length}`);
  assert.equal(tried.at(-1), state.snapshot.records[0]?.id);
  for (const go of going) go();
  await working.stop();
});

test('what the clock alone changes is used when it does', async () => {
  const { working, clock, state } = world(async () => 'SETTLED');
  state.changesAt = clock.wall() + 60_000;
  working.begin();
  await settle();
  const before = state.used;
  state.changesAt = null;
  clock.pass(60_000);
  await settle();
  assert.ok(state.used > before);
  await working.stop();
});

test('what stays overdue is looked at once a second, and not in one round after the other', async () => {
  const { working, clock, state } = world(async () => 'SETTLED');
  state.changesAt = clock.wall() - 60_000;
  working.begin();
  await settle();
  clock.pass(0);
  await settle();
  const before = state.used;
  clock.pass(999);
  await settle();
  assert.equal(state.used, before);
  clock.pass(1);
  await settle();
  assert.ok(state.used > before);
  await working.stop();
});

test('to stop gives up what is being fetched, and begins nothing any more', async () => {
  const failed = new FederationError('SOURCE_UNAVAILABLE', 'stopped');
  const { working, tried, doubts } = world(
    (_, signal) =>
      new Promise((_resolve, reject) =>
        signal.addEventListener('abort', () => reject(failed), { once: true }),
      ),
  );
  working.begin();
  await settle();
  await working.stop();
  working.begin();
  await settle();
  assert.deepEqual([tried.length, doubts], [3, []]);
});
