// Repositories that notifications named, in the cache of their registry: beside its refreshes, and without a part in how
// the registry is.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import type { Check, CheckedSnapshot, Refresh } from '../../src/catalog/refresh.ts';
import { createRegistryCache } from '../../src/catalog/registry-cache.ts';
import type { Source, UnfinishedCrawl } from '../../src/sources/source.ts';
import { fakeClock } from '../support/clock.ts';
import { UNTRUSTING_CACHE } from '../support/untrusting.ts';

const SOURCE = { facility: 'esrf', registry: 'main', kind: 'oci', resumes: { deadline: 3_600_000 } };

async function settle(): Promise<void> {
  for (let turns = 0; turns < 10; turns += 1) await turn();
}

/** A question to the registry, which a test answers. */
interface Asked {
  /** null: the whole registry. */
  readonly repositories: readonly string[] | null;
  /** Those whose referrers are asked for again. */
  readonly names: readonly string[];
  end(serial: number, unfinished?: UnfinishedCrawl | null): Promise<void>;
  fail(error: Error): Promise<void>;
}

function world() {
  const clock = fakeClock();
  const asked: Asked[] = [];
  const failures: unknown[] = [];

  const question: Check = (known, deadline, steering) =>
    deadline.awaiting(
      new Promise<CheckedSnapshot>((resolve, reject) => {
        const now = { wall: clock.wall(), monotonic: clock.monotonic() };
        const names = [...(steering?.notified.names ?? [])].sort();
        const repositories = steering?.notified.alone ? names : null;
        asked.push({
          ...{ repositories, names },
          async end(serial, unfinished = null) {
            const records = [{ repository: 'em/relion' }, { repository: 'mx/xds' }];
            const snapshot = { serial, records, quarantined: [] };
            const times = known === null ? { crawledAt: now, checkedAt: now } : known;
            resolve({
              ...{ generation: null, unmatchedRules: [] },
              ...(repositories === null ? { crawledAt: now, checkedAt: now } : times),
              hashed: { snapshot, content: String(serial) },
              index: { snapshot, repositories: new Set(['em/relion', 'mx/xds']) },
              unfinished,
            } as never);
            await settle();
          },
          async fail(error) {
            reject(error);
            await settle();
          },
        });
      }),
    );

  const by: Refresh = {
    restore: null,
    check: question,
    trusted: async () => null,
    settled: async () => {},
  };
  const cache = createRegistryCache({
    ...{ source: SOURCE as unknown as Source, by, clock },
    ...{ freshFor: 300_000, usableFor: 86_400_000, deadline: 1_000, isBudgeted: true, random: () => 0 },
    ...UNTRUSTING_CACHE,
    onNotRestored: () => {},
    onDone: () => {},
    onRepositories: (_count, error) => void failures.push(error),
  });
  const notify = (...repositories: string[]): number =>
    cache.notify({ repositories: new Set(repositories), project: null });
  const serial = (): number | undefined => cache.state().snapshot?.serial;
  return {
    ...{ cache, clock, asked, failures, notify, serial },
    /** Crawled once. */
    async start() {
      void cache.refresh(null);
      await settle();
      await asked[0]?.end(1);
    },
    async pass(milliseconds: number) {
      clock.pass(milliseconds);
      await settle();
    },
  };
}

describe('repositories that a notification named', () => {
  test('are asked again alone, and the registry keeps its age', async () => {
    const { cache, asked, notify, serial, start, pass, failures } = world();
    await start();
    const { checkedAt } = cache.state();
    assert.equal(notify('em/relion', 'em/unknown'), 1);
    await pass(2_000);
    assert.deepEqual(asked[1]?.repositories, ['em/relion']);
    await asked[1]?.end(2);
    assert.equal(serial(), 2);
    assert.equal(cache.state().checkedAt, checkedAt);
    assert.deepEqual([cache.state().status, failures], ['OK', [undefined]]);
  });

  test('are none where there is no snapshot', async () => {
    const { cache, asked, notify, pass } = world();
    assert.equal(notify('em/relion'), 0);
    await pass(600_000);
    assert.deepEqual([asked.length, cache.state().status], [0, 'ERROR']);
  });

  test('that cannot be asked stay as they were, and so does how the registry is', async () => {
    const { cache, asked, notify, serial, start, pass, failures } = world();
    await start();
    const before = cache.state();
    notify('em/relion');
    await pass(2_000);
    await asked[1]?.fail(new Error('down'));
    assert.deepEqual([serial(), failures.length, cache.state()], [1, 1, before]);
    await pass(600_000);
    assert.equal(asked.length, 2, 'they wait for the next crawl');
    void cache.refresh(null);
    await settle();
    assert.deepEqual([asked[2]?.repositories, asked[2]?.names], [null, ['em/relion']]);
    await asked[2]?.fail(new Error('down'));
    await pass(600_000);
    void cache.refresh(null);
    await settle();
    assert.deepEqual(asked[3]?.names, ['em/relion'], 'and for the one after that, where that fails');
  });

  test('wait for a refresh under way, which may have listed them before they changed', async () => {
    const { cache, clock, asked, notify, serial, start, pass } = world();
    await start();
    clock.pass(300_001);
    void cache.refresh(null);
    await settle();
    notify('em/relion');
    await pass(2_000);
    assert.deepEqual(
      asked.map(({ repositories }) => repositories),
      [null, null],
    );
    await asked[1]?.end(2);
    assert.deepEqual(asked[2]?.repositories, ['em/relion']);
    await asked[2]?.end(3);
    assert.equal(serial(), 3);
  });

  test('are given up for a refresh, which asks for what refers to their images', async () => {
    const { cache, clock, asked, notify, serial, start, pass, failures } = world();
    await start();
    clock.pass(298_001);
    notify('em/relion');
    await pass(2_000);
    void cache.refresh(null);
    await settle();
    assert.deepEqual([asked[2]?.repositories, asked[2]?.names], [null, ['em/relion']]);
    await asked[2]?.end(3);
    assert.deepEqual([serial(), failures], [3, []]);
    await pass(600_000);
    assert.equal(asked.length, 3);
  });

  test('keep nobody waiting for longer than the deadline of the registry', async () => {
    const { cache, clock, notify, start, pass } = world();
    await start();
    clock.pass(298_001);
    notify('em/relion');
    await pass(2_000);
    clock.pass(86_400_001);
    let waited = false;
    void cache.refresh(null)?.then(() => {
      waited = true;
    });
    await settle();
    await pass(1_000);
    assert.equal(waited, true);
  });

  test('that could not be read to the end make the registry PARTIAL, until a crawl goes on', async () => {
    const { cache, asked, notify, start, pass } = world();
    await start();
    notify('em/relion');
    await pass(2_000);
    await asked[1]?.end(2, { resumeAt: null });
    assert.deepEqual([cache.state().status, cache.state().failure?.code], ['PARTIAL', 'CRAWL_UNFINISHED']);
    await pass(1_000);
    assert.deepEqual(asked[2]?.repositories, null);
    await asked[2]?.end(3);
    assert.equal(cache.state().status, 'OK');
  });

  test('are given up when the gateway stops', async () => {
    const { cache, asked, notify, start, pass, failures } = world();
    await start();
    notify('em/relion');
    await pass(2_000);
    const closing = cache.close();
    await closing;
    assert.deepEqual([asked.length, notify('mx/xds'), failures], [2, 0, []]);
  });
});
