// A registry whose crawl takes longer than anybody waits: it is read in rounds, and never seen as whole before it is.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import type { CheckedSnapshot, Refresh } from '../../src/catalog/refresh.ts';
import { createRegistryCache } from '../../src/catalog/registry-cache.ts';
import type { Source, UnfinishedCrawl } from '../../src/sources/source.ts';
import { type FakeClock, fakeClock } from '../support/clock.ts';
import { UNTRUSTING_CACHE } from '../support/untrusting.ts';

const DEADLINE = 10_000;
const SOURCE = {
  facility: 'esrf',
  registry: 'hub',
  kind: 'oci',
  resumes: { deadline: 3_600_000 },
} as unknown as Source;

async function settle(): Promise<void> {
  for (let turns = 0; turns < 10; turns += 1) await turn();
}

/** A registry whose rounds end as they are told to. */
function world(clock: FakeClock = fakeClock()) {
  const rounds: {
    readonly enough: AbortSignal;
    readonly end: (with_: UnfinishedCrawl | null | Error) => void;
  }[] = [];
  const by: Refresh = {
    restore: null,
    check: (_known, deadline, steering) =>
      deadline.awaiting(
        new Promise((resolve, reject) => {
          rounds.push({
            enough: steering?.enough as AbortSignal,
            end: (result) => {
              if (result instanceof Error) reject(result);
              else resolve(snapshotAt(clock, result));
            },
          });
        }),
      ),
    trusted: async () => null,
    settled: async () => {},
  };
  const cache = createRegistryCache({
    isBudgeted: false,
    ...{ source: SOURCE, by, clock, freshFor: 60_000, usableFor: 86_400_000, deadline: DEADLINE },
    random: () => 0,
    ...UNTRUSTING_CACHE,
    onNotRestored: () => {},
    onDone: () => {},
    onRepositories: () => {},
  });
  return { cache, rounds, clock };
}

function snapshotAt(clock: FakeClock, unfinished: UnfinishedCrawl | null): CheckedSnapshot {
  const now = { wall: clock.wall(), monotonic: clock.monotonic() };
  const hashed = { snapshot: { records: [] }, content: '' };
  return {
    ...{ hashed, index: {}, generation: null, unmatchedRules: [] },
    crawledAt: now,
    checkedAt: now,
    unfinished,
  } as never;
}

const NOW: UnfinishedCrawl = { resumeAt: null };

describe('a crawl that resumes', () => {
  test('is PARTIAL until a round has read the rest', async () => {
    const { cache, rounds, clock } = world();
    void cache.refresh(null);
    rounds[0]?.end(NOW);
    await settle();
    assert.equal(cache.state().status, 'PARTIAL');
    assert.equal(cache.state().failure?.code, 'CRAWL_UNFINISHED');
    assert.notEqual(cache.state().snapshot, null);
    clock.pass(1_000);
    rounds[1]?.end(null);
    await settle();
    assert.deepEqual([cache.state().status, cache.state().failure], ['OK', null]);
    clock.pass(3_600_000);
    assert.equal(rounds.length, 2);
  });

  test('goes on when the registry allows it, and not a second before', async () => {
    const { cache, rounds, clock } = world();
    void cache.refresh(null);
    rounds[0]?.end({ resumeAt: clock.wall() + 21_600_000 });
    await settle();
    clock.pass(21_599_000);
    assert.equal(rounds.length, 1);
    clock.pass(1_000);
    assert.equal(rounds.length, 2);
  });

  test('stays PARTIAL where a later round fails, and is tried again', async () => {
    const { cache, rounds, clock } = world();
    void cache.refresh(null);
    rounds[0]?.end(NOW);
    await settle();
    clock.pass(1_000);
    rounds[1]?.end(new Error('down'));
    await settle();
    assert.equal(cache.state().status, 'PARTIAL');
    assert.equal(cache.state().failure?.code, 'INTERNAL');
    clock.pass(600_000);
    assert.equal(rounds.length, 3);
  });

  test('has longer rounds the longer it takes, of ten minutes at most, and longer rests between them', async () => {
    const { cache, rounds, clock } = world();
    void cache.refresh(null);
    const lengths: number[] = [];
    const rests: number[] = [];
    for (let round = 0; round < 10; round += 1) {
      let length = 0;
      for (; rounds[round]?.enough.aborted === false; length += 1) clock.pass(1_000);
      lengths.push(length);
      rounds[round]?.end(NOW);
      await settle();
      let rest = 0;
      for (; rounds.length === round + 1; rest += 1) clock.pass(1_000);
      rests.push(rest);
    }
    assert.deepEqual(lengths, [5, 10, 20, 40, 80, 160, 320, 600, 600, 600]);
    assert.deepEqual(rests, [1, 2, 4, 8, 16, 32, 64, 128, 256, 300]);
  });

  test('is waited for until the deadline of the registry, and goes on behind', async () => {
    const { cache, rounds, clock } = world();
    let waited = false;
    void cache.refresh(null)?.then(() => {
      waited = true;
    });
    clock.pass(DEADLINE - 1);
    await settle();
    assert.equal(waited, false);
    clock.pass(1);
    await settle();
    assert.equal(waited, true);
    const { status, failure } = cache.state();
    assert.deepEqual([status, failure?.code], ['ERROR', 'CRAWL_UNFINISHED']);
    rounds[0]?.end(null);
    await settle();
    assert.equal(cache.state().status, 'OK');
    assert.equal(rounds.length, 1);
  });

  test('that is late is a failure for those who waited, and for all until it ends', async () => {
    const { cache, rounds, clock } = world();
    void cache.refresh(null);
    rounds[0]?.end(null);
    await settle();
    clock.pass(60_001);
    void cache.refresh(null);
    clock.pass(DEADLINE);
    assert.equal(cache.state().status, 'OK', 'nobody waited');
    rounds[1]?.end(null);
    await settle();
    clock.pass(10_000);
    void cache.refresh(0);
    clock.pass(DEADLINE);
    await settle();
    assert.deepEqual([cache.state().status, cache.state().failure?.code], ['STALE', 'SOURCE_TIMEOUT']);
    rounds[2]?.end(null);
    await settle();
    assert.equal(cache.state().status, 'OK');
  });

  test('begins no round once it is closed', async () => {
    const { cache, rounds, clock } = world();
    void cache.refresh(null);
    rounds[0]?.end(NOW);
    await settle();
    await cache.close();
    clock.pass(3_600_000);
    assert.equal(rounds.length, 1);
  });
});
