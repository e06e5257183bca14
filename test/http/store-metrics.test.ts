// What a scrape shows of the store, whatever state it is in.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Registry } from 'prom-client';
import { createStoreMetrics, type ObservedStore } from '../../src/http/store-metrics.ts';
import type { StoreHealth } from '../../src/store/health.ts';

const OK: StoreHealth = { status: 'OK' };
const FAILING: StoreHealth = { status: 'FAILING', code: 'STORE_UNAVAILABLE', since: 1_000 };

/** A store that a test changes between scrapes, and a clock that a test lets ring. */
function observed(size: () => Promise<number>) {
  const registry = new Registry();
  const state = { health: OK, size };
  let ring = (): void => {};
  const store: ObservedStore = { health: () => state.health, size: () => state.size() };
  const metrics = createStoreMetrics(registry, () => store, {
    after: (_, call) => {
      ring = call;
      return () => {};
    },
  });
  return { state, metrics, scrape: () => registry.metrics(), ring: () => ring() };
}

describe('metrics of the store show', () => {
  test('whether it can be used, and its bytes', async () => {
    const { state, scrape } = observed(async () => 4_096);
    const before = await scrape();
    assert.match(before, /^panfed_store_up 1$/m);
    assert.match(before, /^panfed_store_bytes 4096$/m);
    state.health = FAILING;
    assert.match(await scrape(), /^panfed_store_up 0$/m);
  });

  test('the bytes that it last said where it does not say them now', async () => {
    const { state, scrape } = observed(async () => 4_096);
    await scrape();
    state.size = () => Promise.reject(new Error('the disk is gone'));
    assert.match(await scrape(), /^panfed_store_bytes 4096$/m);
  });

  test('no bytes where it never said them', async () => {
    const { scrape } = observed(() => Promise.reject(new Error('the disk is gone')));
    assert.doesNotMatch(await scrape(), /^panfed_store_bytes/m);
  });

  test('all else where it does not answer, and asks it once', async () => {
    let asked = 0;
    const { scrape, ring } = observed(() => {
      asked += 1;
      return new Promise(() => {});
    });
    for (const _ of [1, 2]) {
      const scraping = scrape();
      ring();
      assert.match(await scraping, /^panfed_store_up 1$/m);
    }
    assert.equal(asked, 1);
  });

  test('which of its calls failed, by code', async () => {
    const { metrics, scrape } = observed(async () => 1);
    metrics.failed('STORE_UNAVAILABLE');
    metrics.failed('STORE_UNAVAILABLE');
    metrics.failed('STORE_INVALID');
    const text = await scrape();
    assert.match(text, /^panfed_store_failures_total\{code="STORE_UNAVAILABLE"\} 2$/m);
    assert.match(text, /^panfed_store_failures_total\{code="STORE_INVALID"\} 1$/m);
  });
});
