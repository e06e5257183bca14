import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { pino } from 'pino';
import { type CatalogOptions, createCatalog, type Progress } from '../../src/catalog/create-catalog.ts';
import type { Snapshot } from '../../src/catalog/snapshot.ts';
import { type FacilityConfig, facilitySchema } from '../../src/config/facility.ts';
import { cacheSchema, limitsSchema } from '../../src/config/limits.ts';
import { FederationError } from '../../src/model/errors.ts';
import { type FakeSource, fakeSource, node, SMALL_VOCABULARY } from '../support/catalog.ts';
import { fakeClock } from '../support/clock.ts';
import { digestOf } from '../support/records.ts';

const SECOND = 1_000;
const HOUR = 3_600 * SECOND;

function facility(id: string, registry: Record<string, unknown> = {}): FacilityConfig {
  const main = { key: 'main', kind: 'graphql', url: 'https://x.example', pull: `${id}.example`, ...registry };
  return facilitySchema.parse({ id, name: id, registries: [main] });
}

/** A catalog over registries in memory: ttl 300 s, stale if error for 24 h, full crawl after 24 h, deadline 10 s. */
function setUp(sources: FakeSource[] = [fakeSource('esrf')], options: Partial<CatalogOptions> = {}) {
  const clock = fakeClock();
  const catalog = createCatalog({
    config: {
      facilities: sources.map((source) => facility(source.facility)),
      limits: limitsSchema.parse({}),
      cache: cacheSchema.parse({}),
    },
    sources,
    vocabulary: SMALL_VOCABULARY,
    logger: pino({ level: 'silent' }),
    clock,
    random: () => 1,
    ...options,
  });
  const [source, second] = sources as [FakeSource, FakeSource];
  /** Gives refreshes in the background time to end: they take some turns of the event loop. */
  const settle = async () => {
    for (let turn = 0; turn < 50; turn += 1) await new Promise(setImmediate);
  };
  const state = () => catalog.states()[0]!;
  const ask = async (maxAge: number | null = null) => {
    const [first] = await catalog.refresh({ maxAge });
    await settle();
    return first!;
  };
  /** The requests to the source since the last call. */
  const asked = () => source.asked.splice(0);
  return { catalog, clock, source, second, state, ask, asked, settle };
}

const down = () => new FederationError('SOURCE_UNAVAILABLE', 'the server refused the connection');

/** A gate to close a source with, and to open it again. */
function closedGate() {
  let open: () => void = () => undefined;
  const gate = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { gate, open };
}

describe('fresh, stale and unchanged', () => {
  test('before it is asked a registry has no snapshot, and says why', () => {
    const { state } = setUp();
    assert.equal(state().snapshot, null);
    assert.equal(state().checkedAt, null);
    assert.equal(state().failure?.code, 'SOURCE_UNAVAILABLE');
  });

  test('the first question waits for a crawl', async () => {
    const { ask, asked, clock } = setUp();
    const { status, snapshot, failure, checkedAt } = await ask();
    assert.equal(status, 'OK');
    assert.equal(failure, null);
    assert.equal(snapshot?.records.length, 1);
    assert.equal(checkedAt, clock.wall());
    assert.deepEqual(asked(), ['crawl']);
  });

  test('within its time to live nobody asks again', async () => {
    const { ask, asked, clock } = setUp();
    await ask();
    asked();
    clock.pass(300 * SECOND);
    await ask();
    assert.deepEqual(asked(), []);
  });

  test('a machine’s clock that is set changes what is shown, and nothing of what is asked', async () => {
    const { ask, asked, clock } = setUp();
    const { checkedAt } = await ask();
    asked();
    clock.set(-48 * HOUR);
    clock.pass(300 * SECOND);
    assert.equal((await ask()).checkedAt, checkedAt);
    assert.deepEqual(asked(), []);
    clock.set(96 * HOUR);
    await ask();
    assert.deepEqual(asked(), []);
    clock.pass(SECOND);
    await ask();
    assert.deepEqual(asked(), ['info']);
    assert.equal((await ask()).checkedAt, clock.wall());
  });

  test('after it the snapshot is used, and refreshed behind', async () => {
    const { catalog, ask, asked, clock, source, settle } = setUp();
    await ask();
    source.nodes = [node({ digest: digestOf(2) })];
    source.generation = 'g2';
    clock.pass(301 * SECOND);
    const [used] = await catalog.refresh({ maxAge: null });
    assert.equal(used?.snapshot?.records[0]?.digest, digestOf(1));
    await settle();
    assert.equal(catalog.states()[0]?.snapshot?.records[0]?.digest, digestOf(2));
    assert.deepEqual(asked(), ['crawl', 'info', 'crawl']);
  });

  test('an unchanged registry costs one small request', async () => {
    const { ask, asked, clock } = setUp();
    const before = await ask();
    asked();
    clock.pass(301 * SECOND);
    const after = await ask(0);
    assert.deepEqual(asked(), ['info']);
    assert.equal(after.snapshot, before.snapshot);
    assert.equal(after.checkedAt, clock.wall());
  });

  test('whatever the generation says, a full crawl is made in time', async () => {
    const { ask, asked, clock } = setUp();
    await ask();
    for (let hours = 0; hours < 24; hours += 1) {
      clock.pass(HOUR);
      await ask(0);
    }
    assert.equal(asked().filter((request) => request === 'crawl').length, 2);
  });

  test('a registry without generations is crawled each time', async () => {
    const { ask, asked, source } = setUp();
    source.generation = null;
    await ask();
    await ask(0);
    assert.deepEqual(asked(), ['crawl', 'crawl']);
  });

  test('the same content under another generation is the same snapshot', async () => {
    const { ask, asked, source } = setUp([fakeSource('esrf', [node(), node({ digest: digestOf(2) })])]);
    const before = await ask();
    source.generation = 'g2';
    source.nodes.reverse();
    const after = await ask(0);
    assert.equal(after.snapshot, before.snapshot);
    asked();
    await ask(0);
    assert.deepEqual(asked(), ['info'], 'and the new generation is the known one');
  });

  test('other content is a snapshot with a greater serial, and neither can be changed', async () => {
    const { ask, source } = setUp();
    const before = (await ask()).snapshot!;
    source.generation = 'g2';
    source.nodes = [node({ title: 'new' })];
    const after = (await ask(0)).snapshot!;
    assert.ok(after.serial > before.serial);
    for (const frozen of [after, after.records, after.quarantined, after.records[0]]) {
      assert.ok(Object.isFrozen(frozen));
    }
  });
});

describe('maxAge', () => {
  test('0 asks now, and waits', async () => {
    const { ask, asked } = setUp();
    await ask();
    asked();
    await ask(0);
    assert.deepEqual(asked(), ['info']);
  });

  test('a snapshot that is no older is used', async () => {
    const { ask, asked, clock } = setUp();
    await ask();
    clock.pass(10 * SECOND);
    asked();
    await ask(11);
    assert.deepEqual(asked(), []);
    await ask(9);
    assert.deepEqual(asked(), ['info']);
  });

  test('a registry that the question skips is not asked', async () => {
    const { catalog, asked, second } = setUp([fakeSource('esrf'), fakeSource('desy')]);
    await catalog.refresh({ maxAge: 0, skip: (id) => id === 'esrf' });
    assert.deepEqual(asked(), []);
    assert.deepEqual(second.asked, ['crawl']);
  });
});

describe('side by side', () => {
  test('a caller during a refresh joins it', async () => {
    const { catalog, source, asked } = setUp();
    const { gate, open } = closedGate();
    source.gate = gate;
    const both = [catalog.refresh({ maxAge: 0 }), catalog.refresh({ maxAge: null })];
    open();
    const [[one], [other]] = (await Promise.all(both)) as [[unknown], [unknown]];
    assert.deepEqual(one, other);
    assert.deepEqual(asked(), ['crawl']);
  });

  test('all registries are asked at once', async () => {
    const { catalog, source, second } = setUp([fakeSource('esrf'), fakeSource('desy')]);
    const { gate, open } = closedGate();
    source.gate = gate;
    const refreshing = catalog.refresh({ maxAge: null });
    assert.deepEqual(second.asked, ['crawl']);
    open();
    await refreshing;
  });

  test('a slow registry costs its own deadline, and only that one', async () => {
    const { catalog, clock, source, settle } = setUp([fakeSource('esrf'), fakeSource('desy')]);
    source.gate = new Promise(() => undefined);
    const refreshing = catalog.refresh({ maxAge: null });
    await settle();
    clock.pass(10 * SECOND);
    const [slow, quick] = await refreshing;
    assert.equal(slow?.status, 'TIMEOUT');
    assert.equal(slow?.failure?.code, 'SOURCE_TIMEOUT');
    assert.equal(slow?.tookMs, 10 * SECOND);
    assert.equal(quick?.status, 'OK');
  });

  test('a registry’s own deadline takes precedence over that of the limits', async () => {
    const source = fakeSource('esrf');
    source.gate = new Promise(() => undefined);
    const { catalog, clock } = setUp([source], {
      config: {
        facilities: [facility('esrf', { deadline: 500 })],
        limits: limitsSchema.parse({}),
        cache: cacheSchema.parse({}),
      },
    });
    const refreshing = catalog.refresh({ maxAge: null });
    clock.pass(500);
    assert.equal((await refreshing)[0]?.status, 'TIMEOUT');
  });

  test('a caller that stops waiting gets the present states, and ends no refresh', async () => {
    const { catalog, source, settle, state } = setUp();
    const { gate, open } = closedGate();
    source.gate = gate;
    const controller = new AbortController();
    const impatient = catalog.refresh({ maxAge: 0, signal: controller.signal });
    const patient = catalog.refresh({ maxAge: 0 });
    controller.abort();
    assert.equal((await impatient)[0]?.snapshot, null);
    open();
    assert.equal((await patient)[0]?.status, 'OK');
    await settle();
    assert.equal(state().status, 'OK');
  });
});

describe('a registry that fails', () => {
  test('is a state, never a rejection', async () => {
    const { ask, source } = setUp();
    source.failing = down();
    const { status, failure, snapshot } = await ask();
    assert.equal(status, 'ERROR');
    assert.deepEqual(failure, { code: 'SOURCE_UNAVAILABLE', message: 'the server refused the connection' });
    assert.equal(snapshot, null);
  });

  test('keeps what was known as STALE, and is OK again when it answers', async () => {
    const { ask, source, clock } = setUp();
    const known = (await ask()).snapshot;
    source.failing = down();
    clock.pass(HOUR);
    const stale = await ask(0);
    assert.equal(stale.status, 'STALE');
    assert.equal(stale.snapshot, known);
    assert.equal(clock.wall() - stale.checkedAt!, HOUR);
    source.failing = null;
    const again = await ask(0);
    assert.equal(again.status, 'OK');
    assert.equal(again.snapshot, known);
  });

  test('past staleIfError its records are dropped, and it is an ERROR', async () => {
    const { ask, asked, source, clock, state } = setUp();
    await ask();
    source.gate = Promise.reject(new DOMException('too late', 'TimeoutError'));
    clock.pass(24 * HOUR);
    assert.equal((await ask(0)).status, 'STALE');
    clock.pass(1);
    assert.equal(state().status, 'ERROR');
    assert.equal(state().snapshot, null);
    source.gate = Promise.resolve();
    asked();
    assert.equal((await ask(0)).status, 'OK');
    assert.deepEqual(asked(), ['crawl'], 'nothing is left to compare a generation with');
  });

  test('a snapshot that nobody asked for in all that time is fetched before it is used', async () => {
    const { ask, asked, clock, state } = setUp();
    await ask();
    asked();
    clock.pass(25 * HOUR);
    assert.equal(state().status, 'ERROR');
    assert.equal((await ask()).status, 'OK');
    assert.deepEqual(asked(), ['crawl']);
  });

  test('is not asked by every query: the pause grows each time', async () => {
    const { ask, asked, source, clock } = setUp();
    source.failing = down();
    const waits: number[] = [];
    let last = clock.wall();
    while (waits.length < 9) {
      await ask();
      if (asked().length > 0) {
        waits.push((clock.wall() - last) / SECOND);
        last = clock.wall();
      }
      clock.pass(SECOND);
    }
    assert.deepEqual(waits, [0, 5, 10, 20, 40, 80, 160, 300, 300]);
  });

  test('is not paused for longer because a caller forced a refresh during the pause', async () => {
    const { ask, asked, source, clock } = setUp();
    source.failing = down();
    await ask();
    for (let times = 0; times < 10; times += 1) await ask(0);
    asked();
    clock.pass(5 * SECOND);
    source.failing = null;
    assert.equal((await ask()).status, 'OK');
    assert.deepEqual(asked(), ['crawl']);
  });

  test('is asked for callers that want fresher answers, at most once within the age that they want', async () => {
    const { ask, asked, source, clock } = setUp();
    source.failing = down();
    await ask();
    asked();
    await ask(0);
    assert.deepEqual(asked(), ['crawl']);
    clock.pass(2 * SECOND);
    await ask(3);
    assert.deepEqual(asked(), []);
    clock.pass(SECOND);
    await ask(3);
    assert.deepEqual(asked(), ['crawl']);
  });

  test('that changes during each crawl is STALE with GENERATION_UNSTABLE', async () => {
    const { ask, source } = setUp();
    const known = (await ask()).snapshot;
    source.generation = 'g2';
    source.crawl = async function* () {
      yield { nodes: [], generation: 'g2' };
      yield { nodes: [], generation: 'g3' };
    };
    const { status, failure, snapshot } = await ask(0);
    assert.equal(status, 'STALE');
    assert.equal(failure?.code, 'GENERATION_UNSTABLE');
    assert.equal(snapshot, known);
  });

  test('by a fault of panfed is INTERNAL, and shows no more', async () => {
    const { ask, source } = setUp();
    source.failing = new TypeError('undefined is not a secret');
    const { failure } = await ask();
    assert.equal(failure?.code, 'INTERNAL');
    assert.doesNotMatch(failure?.message ?? '', /secret/);
  });
});

describe('observers', () => {
  test('a new snapshot is ready for queries before they see it', async () => {
    const prepared: Snapshot[] = [];
    const { gate, open } = closedGate();
    const { catalog, ask, settle, state } = setUp([fakeSource('esrf')], {
      onSnapshot: async (snapshot) => {
        await gate;
        prepared.push(snapshot);
      },
    });
    const refreshing = catalog.refresh({ maxAge: null });
    await settle();
    assert.equal(state().snapshot, null);
    open();
    assert.deepEqual(prepared, [(await refreshing)[0]?.snapshot]);
    await ask(0);
    assert.equal(prepared.length, 1, 'an unchanged one is not new');
  });

  test('progress is reported page by page, and at the end', async () => {
    const progress: Progress[] = [];
    const source = fakeSource(
      'esrf',
      [1, 2, 3].map((seed) => node({ digest: digestOf(seed) })),
    );
    const { ask } = setUp([source], { onProgress: (step) => progress.push(step) });
    await ask();
    source.failing = down();
    await ask(0);
    assert.deepEqual(
      progress.map(({ phase, records, failure }) => [phase, records, failure?.code ?? null]),
      [
        ['crawling', 2, null],
        ['crawling', 3, null],
        ['done', 3, null],
        ['failed', 3, 'SOURCE_UNAVAILABLE'],
      ],
    );
  });

  test('an observer that fails does not end the refresh', async () => {
    const { ask } = setUp([fakeSource('esrf')], {
      onProgress: () => {
        throw new Error('the terminal is gone');
      },
    });
    assert.equal((await ask()).status, 'OK');
  });

  test('entries of federation.yaml that match nothing are in the state, for the admin', async () => {
    const { ask } = setUp([fakeSource('esrf')], {
      config: {
        facilities: [facility('esrf', { repositories: [{ match: 'mx/**', sharing: 'open' }] })],
        limits: limitsSchema.parse({}),
        cache: cacheSchema.parse({}),
      },
    });
    assert.deepEqual((await ask()).unmatchedRules, ['mx/**']);
  });
});

describe('the end', () => {
  test('closing ends what is in flight, closes the sources, and nobody is asked again', async () => {
    const { catalog, source, asked } = setUp();
    source.gate = new Promise(() => undefined);
    const refreshing = catalog.refresh({ maxAge: null });
    await catalog.close();
    assert.equal((await refreshing)[0]?.snapshot, null);
    assert.ok(source.closed);
    asked();
    await catalog.refresh({ maxAge: 0 });
    assert.deepEqual(asked(), []);
  });

  test('a registry of the configuration without a source is refused at once', () => {
    assert.throws(
      () =>
        setUp([], {
          config: {
            facilities: [facility('esrf')],
            limits: limitsSchema.parse({}),
            cache: cacheSchema.parse({}),
          },
        }),
      { code: 'CONFIG_INVALID' },
    );
  });
});
