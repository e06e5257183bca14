// What a registry withdrew after its last whole crawl stays withdrawn when the gateway is restarted, until the next one.

import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import { createDeadline } from '../../src/catalog/deadline.ts';
import { createRecorders } from '../../src/catalog/recorder.ts';
import { type CheckedSnapshot, createRefresh } from '../../src/catalog/refresh.ts';
import { createWithdrawn } from '../../src/catalog/withdrawn.ts';
import { createPace } from '../../src/model/pace.ts';
import type { Source } from '../../src/sources/source.ts';
import { openStore } from '../../src/store/open.ts';
import type { RegistryKey, StateStore, Store } from '../../src/store/store.ts';
import { node, PLACE, SMALL_VOCABULARY } from '../support/catalog.ts';
import { fakeClock } from '../support/clock.ts';
import { describeInPostgres, type MakePlace, makeSqlitePlace } from '../support/engines.ts';
import { digestOf } from '../support/records.ts';
import { UNTRUSTING } from '../support/untrusting.ts';

const KEY: RegistryKey = {
  facility: PLACE.facility,
  registry: PLACE.registry,
  kind: 'oci',
  address: 'https://registry.esrf.example',
  mapping: 1,
};

const image = (repository: string, at: number) =>
  node({ id: null, repository, digest: digestOf(at), tags: [`${at}`] });

/** A gateway over a registry whose images a test changes. */
function gateway(
  store: Store,
  images: { now: readonly Record<string, unknown>[]; unfinished?: boolean },
  clock = fakeClock(),
) {
  const source: Source = {
    ...{ facility: KEY.facility, registry: KEY.registry, kind: KEY.kind, stored: KEY },
    resumes: { deadline: 60_000 },
    info: async () => ({ generation: null }),
    async *crawl({ notified }) {
      const names = notified?.alone ? notified.names : null;
      const nodes = images.now.filter(({ repository }) => names?.has(String(repository)) ?? true);
      yield { nodes, generation: null, ...(images.unfinished && { unfinished: { resumeAt: null } }) };
    },
    close: async () => {},
  };
  const refresh = createRefresh({
    ...{ source, place: PLACE, rules: [], vocabulary: SMALL_VOCABULARY, maxRecords: 100, clock },
    trust: UNTRUSTING,
    recorder: createRecorders(store.crawls)(source),
    withdrawn: createWithdrawn(store.state, KEY),
    ...{ usableFor: 86_400_000, fullCrawl: 86_400, pace: createPace() },
    onCrawling: () => undefined,
    onCrawlResult: () => undefined,
    onStoredAs: () => undefined,
    facilityName: (id) => id,
    onSnapshot: () => undefined,
  });
  const deadline = () => createDeadline(60_000, clock);
  return {
    clock,
    async crawl(known: CheckedSnapshot | null = null) {
      const checked = await refresh.check(known, deadline());
      await refresh.settled();
      return checked;
    },
    async notified(known: Awaited<ReturnType<typeof refresh.check>>, ...names: string[]) {
      const notified = { names: new Set(names), alone: true };
      const checked = await refresh.check(known, deadline(), {
        enough: new AbortController().signal,
        notified,
      });
      await refresh.settled();
      return checked;
    },
    restore: async () => (await refresh.restore?.(deadline())) ?? null,
  };
}

const tagsOf = (checked: Awaited<ReturnType<ReturnType<typeof gateway>['restore']>>) =>
  checked?.hashed.snapshot.records.map(({ repository, tags }) => `${repository}:${tags[0]}`);

function suite(makePlace: MakePlace): void {
  async function opened(context: TestContext, clock: ReturnType<typeof fakeClock>): Promise<Store> {
    const store = await openStore({
      ...{ place: await makePlace(context), secret: Buffer.alloc(32, 7), now: clock.wall },
    });
    context.after(() => store.close());
    return store;
  }

  test('a restart shows no image that was withdrawn, nor one that came, until the next crawl', async (context) => {
    const clock = fakeClock();
    const store = await opened(context, clock);
    const images = { now: [image('em/a', 1), image('em/a', 2), image('em/b', 3), image('em/b', 4)] };
    const before = gateway(store, images, clock);
    const crawled = await before.crawl();
    clock.pass(1_000);
    images.now = [image('em/a', 1), image('em/a', 5), image('em/b', 3)];
    const first = await before.notified(crawled, 'em/a');
    assert.deepEqual(tagsOf(first), ['em/a:1', 'em/a:5', 'em/b:3', 'em/b:4']);
    clock.pass(60_000);
    assert.deepEqual(tagsOf(await before.notified(first, 'em/b')), ['em/a:1', 'em/a:5', 'em/b:3']);
    const after = gateway(store, images, clock);
    const restored = await after.restore();
    assert.deepEqual(tagsOf(restored), ['em/a:1', 'em/b:3']);
    assert.equal(restored?.crawledAt.wall, crawled.crawledAt.wall);
    clock.pass(1_000);
    await after.crawl();
    assert.deepEqual(tagsOf(await gateway(store, images, clock).restore()), ['em/a:1', 'em/a:5', 'em/b:3']);
  });

  test('what comes back is shown after a restart, too', async (context) => {
    const clock = fakeClock();
    const store = await opened(context, clock);
    const images = { now: [image('em/a', 1), image('em/a', 2)] };
    const before = gateway(store, images, clock);
    const crawled = await before.crawl();
    clock.pass(1_000);
    images.now = [image('em/a', 1)];
    const first = await before.notified(crawled, 'em/a');
    clock.pass(60_000);
    images.now = [image('em/a', 1), image('em/a', 2)];
    await before.notified(first, 'em/a');
    assert.deepEqual(tagsOf(await gateway(store, images, clock).restore()), ['em/a:1', 'em/a:2']);
  });

  test('what a crawl that is not stored no longer found is not shown after a restart', async (context) => {
    const clock = fakeClock();
    const store = await opened(context, clock);
    const images = { now: [image('em/a', 1), image('em/b', 2)], unfinished: false };
    const before = gateway(store, images, clock);
    const crawled = await before.crawl();
    clock.pass(1_000);
    images.now = [image('em/a', 1), image('em/c', 3)];
    images.unfinished = true;
    const later = await before.crawl(crawled);
    assert.deepEqual(tagsOf(later), ['em/a:1', 'em/c:3']);
    assert.deepEqual(tagsOf(await gateway(store, images, clock).restore()), ['em/a:1']);
  });

  test('nothing is restored of a crawl of which more was withdrawn than is kept', async (context) => {
    const clock = fakeClock();
    const store = await opened(context, clock);
    const images = { now: [image('em/a', 1)] };
    const before = gateway(store, images, clock);
    await before.crawl();
    clock.pass(1_000);
    const withdrawn = createWithdrawn(store.state, KEY);
    const ids = Array.from({ length: 3_000 }, (_, at) => `esrf/main/em/${'x'.repeat(200)}@${digestOf(at)}`);
    await withdrawn.note({ withdrawn: ids, has: () => false, at: clock.wall() });
    await withdrawn.note({ withdrawn: ['esrf/main/em/b@x'], has: () => false, at: clock.wall() });
    assert.equal(await gateway(store, images, clock).restore(), null);
  });
}

describe('through SQLite', () => suite(makeSqlitePlace));
describeInPostgres('through PostgreSQL', suite);

/** A store of one value, which fails while it is told to. */
function oneValue() {
  const world = { value: undefined as unknown, isDown: false };
  const answer = async <T>(work: () => T): Promise<T> => {
    if (world.isDown) throw new Error('down');
    return work();
  };
  const state = {
    read: () => answer(() => (world.value === undefined ? [] : [{ key: 'x', value: world.value }])),
    write: (entries: readonly { readonly value: unknown }[]) =>
      answer(() => {
        world.value = entries[0]?.value;
      }),
  } as unknown as StateStore;
  return { world, state };
}

const gone = (at: number, ...ids: string[]) => ({ withdrawn: ids, has: () => false, at });

test('a store that cannot be read has nothing restored, and what could not be written is written with the next', async () => {
  const { world, state } = oneValue();
  const withdrawn = createWithdrawn(state, KEY);
  world.isDown = true;
  await withdrawn.note(gone(1, 'x'));
  await assert.rejects(createWithdrawn(state, KEY).since(0), /down/);
  world.isDown = false;
  await withdrawn.note(gone(2, 'y'));
  assert.deepEqual([...((await createWithdrawn(state, KEY).since(0)) ?? [])], ['x', 'y']);
});

test('what another version wrote in another form is STORE_INVALID', async () => {
  const { world, state } = oneValue();
  for (const value of [null, [], { at: 'yesterday', ids: [] }, { at: 1 }]) {
    world.value = value;
    await assert.rejects(createWithdrawn(state, KEY).since(0), {
      code: 'STORE_INVALID',
      at: `withdrawals ${KEY.facility}/${KEY.registry}`,
    });
  }
});

test('what was withdrawn before a stored crawl is not kept with what comes after it', async () => {
  const { state } = oneValue();
  const withdrawn = createWithdrawn(state, KEY);
  await withdrawn.note(gone(100, 'x'));
  const noting = withdrawn.note(gone(300, 'y'));
  withdrawn.stored(200);
  await noting;
  assert.deepEqual([...((await createWithdrawn(state, KEY).since(200)) ?? [])].includes('y'), true);
  await withdrawn.note(gone(400, 'z'));
  assert.deepEqual([...((await createWithdrawn(state, KEY).since(200)) ?? [])], ['y', 'z']);
  assert.deepEqual([...((await createWithdrawn(state, KEY).since(400)) ?? [])], []);
});

test('what was noted before a restart stays noted after it', async () => {
  const { state } = oneValue();
  await createWithdrawn(state, KEY).note(gone(2, 'x'));
  const after = createWithdrawn(state, KEY);
  await after.since(1);
  await after.note(gone(3, 'y'));
  assert.deepEqual([...((await createWithdrawn(state, KEY).since(1)) ?? [])], ['x', 'y']);
});
