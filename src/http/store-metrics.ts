// What the operator watches of the store: whether it can be used, how large it is, and which of its calls failed.
import { Counter, Gauge, type Registry } from 'prom-client';
import { type Clock, SYSTEM_CLOCK } from '../model/clock.ts';
import type { ErrorCode } from '../model/errors.ts';
import type { StoreHealth } from '../store/health.ts';

/** The store as far as its metrics need it. */
export interface ObservedStore {
  /** What is known now, from memory; the store is not asked. */
  health(): StoreHealth;
  /** Bytes on the disk. */
  size(): Promise<number>;
}

export interface StoreMetrics {
  /** Counts a call of the store that failed. */
  failed(code: ErrorCode): void;
}

/** Milliseconds for which a scrape waits for the size: a store that hangs takes no other metric with it. */
const SIZE_MS = 1_000;

/**
 * Adds the store's metrics (Prometheus) to a registry. `observed` is called at each scrape; null: there is no
 * store. Its size, in bytes, is waited for one second at most, by the system's clock by default. A size that
 * is not said in time, or fails, is the last one, or left out where there is none: no scrape fails for it.
 */
export function createStoreMetrics(
  registry: Registry,
  observed: () => ObservedStore | null,
  clock: Pick<Clock, 'after'> = SYSTEM_CLOCK,
): StoreMetrics {
  const failures = new Counter({
    name: 'panfed_store_failures_total',
    help: 'Calls of the store that failed, by code.',
    labelNames: ['code'],
    registers: [registry],
  });
  new Gauge({
    name: 'panfed_store_up',
    help: '1 if the store can be used.',
    registers: [registry],
    collect() {
      const store = observed();
      if (store === null) this.remove();
      else this.set(store.health().status === 'OK' ? 1 : 0);
    },
  });
  const sizeOf = lastSize(clock);
  new Gauge({
    name: 'panfed_store_bytes',
    help: 'Bytes of the store on the disk, as it last said.',
    registers: [registry],
    async collect() {
      const store = observed();
      const bytes = store === null ? null : await sizeOf(store);
      if (bytes === null) this.remove();
      else this.set(bytes);
    },
  });
  return { failed: (code) => failures.inc({ code }) };
}

/** Asks one store for its size, once at a time; gives the last one where it does not say so now. null: it never did. */
function lastSize(clock: Pick<Clock, 'after'>): (store: ObservedStore) => Promise<number | null> {
  let last: number | null = null;
  let asking: Promise<void> | null = null;

  async function ask(store: ObservedStore): Promise<void> {
    // Its failure is counted and logged where it happens.
    last = await store.size().catch(() => last);
    asking = null;
  }

  return async (store) => {
    asking ??= ask(store);
    let callOff = (): void => {};
    const late = new Promise<void>((resolve) => {
      callOff = clock.after(SIZE_MS, resolve);
    });
    await Promise.race([asking, late]);
    callOff();
    return last;
  };
}
