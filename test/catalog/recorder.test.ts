// What a registry said comes back from the store as it was crawled, whatever it is: through a real engine, by the real
// parser of pages, into the same snapshot and index.

import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import { createDeadline } from '../../src/catalog/deadline.ts';
import { createRecorders } from '../../src/catalog/recorder.ts';
import {
  type CheckedSnapshot,
  createRefresh,
  type Refresh,
  type RefreshOptions,
} from '../../src/catalog/refresh.ts';
import { createPace } from '../../src/model/pace.ts';
import { readPageAside } from '../../src/sources/parse-aside.ts';
import type { Source } from '../../src/sources/source.ts';
import { openStore } from '../../src/store/open.ts';
import type { CrawlStore, Store } from '../../src/store/store.ts';
import { labels, node, PLACE, rule, SMALL_VOCABULARY } from '../support/catalog.ts';
import { fakeClock } from '../support/clock.ts';
import { describeInPostgres, type MakePlace, makeSqlitePlace } from '../support/engines.ts';
import fc, { runs } from '../support/fast-check.ts';
import { digestOf } from '../support/records.ts';
import { UNTRUSTING } from '../support/untrusting.ts';

/** What a registry answers: a body for each page, of one generation. */
interface World {
  readonly generation: string;
  readonly bodies: readonly string[];
}

/** Any UTF-16: lone surrogates, NUL, and what no Unicode version assigns. */
const oddText = fc
  .array(
    fc.oneof(
      fc.constantFrom('\u0000', '\ud800', '\udfff', '\ud83d\ude00', 'e\u0301', '\u202e', 'İ', '\uffff'),
      fc.string({ maxLength: 5 }),
      fc.integer({ min: 0, max: 0xffff }).map((unit) => String.fromCharCode(unit)),
    ),
    { maxLength: 6 },
  )
  .map((pieces) => pieces.join(''));

const oddNumber = fc.oneof(
  fc.constantFrom(0, -0, 2 ** 53, 2 ** 64, 1e308, 5e-324, -1),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.maxSafeInteger(),
);

/** As deep as a page may be, and no deeper: that one would not be used at all. */
const deep = fc.integer({ min: 1, max: 55 }).map((levels) => {
  let value: unknown = 'bottom';
  for (let level = 0; level < levels; level += 1) value = level % 2 === 0 ? [value] : { value };
  return value;
});

/** Few names, so that there are duplicates and twins that differ. */
const image = fc
  .record(
    {
      repository: fc.constantFrom('em/relion', 'em/ctffind'),
      digest: fc.constantFrom(digestOf(1), digestOf(2), digestOf(3), null, 'none'),
      tags: fc.subarray(['1.0', '2.0', 'latest']),
      title: fc.oneof(oddText, fc.constant('RELION')),
      description: oddText,
      size: oddNumber,
      labels: fc.array(oddText, { maxLength: 2 }).map((values) => labels({ 'org.label': values.join(' ') })),
      license: fc.constantFrom('MIT', 'XDS', 'ask Bob'),
      sharing: fc.constantFrom('open', 'none', 'opne'),
      unheard: fc.oneof(deep, oddText, oddNumber),
    },
    { requiredKeys: ['repository', 'digest', 'tags'] },
  )
  .map((fields) => node(fields));

const worlds: fc.Arbitrary<World> = fc
  .record({
    generation: fc.oneof(fc.constantFrom('g1', '\u0000', '\ud800 and after', 'null'), oddText),
    pages: fc.array(
      fc.array(
        fc.record({
          node: fc.oneof(
            { weight: 5, arbitrary: image },
            { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 3 }) },
          ),
          isFaulty: fc.oneof(
            { weight: 6, arbitrary: fc.constant(false) },
            { weight: 1, arbitrary: fc.constant(true) },
          ),
        }),
        { maxLength: 8 },
      ),
      { minLength: 1, maxLength: 3 },
    ),
  })
  .filter(({ generation }) => generation !== '')
  .map(({ generation, pages }) => ({ generation, bodies: pages.map((page) => bodyOf(page, generation)) }));

function bodyOf(
  page: readonly { readonly node: unknown; readonly isFaulty: boolean }[],
  generation: string,
): string {
  const images = { nodes: page.map(({ node }) => node), generation, hasNextPage: false, endCursor: null };
  const errors = page.flatMap(({ isFaulty }, index) =>
    isFaulty ? [{ message: 'it cannot be said', path: ['images', 'nodes', index, 'groups'] }] : [],
  );
  return JSON.stringify({ data: { images }, ...(errors.length > 0 && { errors }) });
}

/** A registry that answers so, parsed as a registry of kind graphql is; `null`: it is down. */
function sourceOf(world: World | null, address: string): Source {
  return {
    facility: PLACE.facility,
    registry: PLACE.registry,
    kind: 'graphql',
    stored: { address, mapping: 1 },
    info: async () => ({ generation: world?.generation ?? assert.fail('it is down') }),
    async *crawl(context) {
      for (const body of world?.bodies ?? assert.fail('it is down')) {
        const { nodes, generation, packed } = await readPageAside(Buffer.from(body), {
          ...context,
          facility: PLACE.facility,
        });
        yield { nodes, generation, packed };
      }
    },
    close: async () => {},
  };
}

const CLOCK = fakeClock();

function refreshOf(
  store: Store,
  world: World | null,
  address: string,
  over: Partial<RefreshOptions> = {},
): Refresh {
  const source = sourceOf(world, address);
  return createRefresh({
    source,
    place: PLACE,
    rules: [rule({ match: 'em/ctffind', sharing: 'conditional' }), rule({ match: 'none/**', listed: true })],
    vocabulary: SMALL_VOCABULARY,
    trust: UNTRUSTING,
    maxRecords: 10_000,
    recorder: createRecorders(store.crawls)(source),
    withdrawn: null,
    usableFor: 86_400_000,
    fullCrawl: 86_400,
    clock: CLOCK,
    pace: createPace(),
    onCrawling: () => undefined,
    onCrawlResult: () => undefined,
    onStoredAs: () => undefined,
    facilityName: (id) => id,
    onSnapshot: () => undefined,
    ...over,
  });
}

/** All that answers are made of: what is left out is new in each process. */
function known({ hashed, index, ...checked }: CheckedSnapshot) {
  const { serial: _, ...snapshot } = hashed.snapshot;
  const { snapshot: __, fields, text: ___, ...orders } = index;
  const facets = Object.entries(fields).map(([field, values]) => [
    field,
    [...values].map(([folded, { documents }]) => [folded, [...documents]]),
  ]);
  return { ...checked, content: hashed.content, snapshot, orders, facets };
}

let addresses = 0;

async function comesBack(store: Store, world: World): Promise<void> {
  addresses += 1;
  const address = `https://registry.esrf.example/${addresses}`;
  const deadline = () => createDeadline(60_000, CLOCK);
  const before = refreshOf(store, world, address);
  const crawled = await before.check(null, deadline());
  await before.settled();
  const restored = await refreshOf(store, null, address).restore?.(deadline());
  assert.ok(restored, 'it is stored, and read back');
  assert.deepEqual(known(restored), known(crawled));
  // What was restored is what the registry is compared with.
  const checked = await refreshOf(store, { ...world, bodies: [] }, address).check(restored, deadline());
  assert.equal(checked.hashed, restored.hashed);
}

const NO_IMAGES: World = {
  generation: 'g1',
  bodies: [bodyOf([], 'g1')],
};

/** One store for all worlds, each at an address of its own: what was there before is in the way as it is in reality. */
function suite(makePlace: MakePlace, usual: number): void {
  async function opened(context: TestContext): Promise<Store> {
    const place = await makePlace(context);
    const store = await openStore({ place, secret: Buffer.alloc(32, 7), now: CLOCK.wall });
    context.after(() => store.close());
    return store;
  }

  test('any crawl comes back as the same snapshot, with the same quarantine, order and facets', async (context) => {
    const store = await opened(context);
    await fc.assert(
      fc.asyncProperty(worlds, (world) => comesBack(store, world)),
      { numRuns: runs(usual) },
    );
  });

  test('gateways that read one registry at different addresses replace each other’s crawls once an hour, and say so', async (context) => {
    const store = await opened(context);
    const clock = fakeClock();
    const seen: string[] = [];
    let crawls = 0;
    const gatewayOf = (address: string) => {
      const source = sourceOf(NO_IMAGES, address);
      return refreshOf(store, NO_IMAGES, address, {
        clock,
        source: {
          ...source,
          crawl(context) {
            crawls += 1;
            return source.crawl(context);
          },
        },
        onStoredAs: (place) => void seen.push(place.address),
      });
    };
    const gateways = [gatewayOf('https://one.example'), gatewayOf('https://two.example')];
    const known: (CheckedSnapshot | null)[] = [null, null];
    const round = async () => {
      for (const [index, gateway] of gateways.entries()) {
        known[index] = await gateway.check(known[index] ?? null, createDeadline(60_000, clock));
        await gateway.settled();
        // Nobody waits for the store to say what it has.
        await store.info();
        await new Promise(setImmediate);
      }
    };
    await round();
    assert.equal(crawls, 2);
    for (let turn = 0; turn < 10; turn += 1) {
      clock.pass(300_000);
      await round();
    }
    assert.equal(crawls, 2, 'within an hour');
    assert.deepEqual(new Set(seen), new Set(['https://two.example']));
    for (let turn = 0; turn < 4; turn += 1) {
      clock.pass(300_000);
      await round();
    }
    assert.equal(crawls, 3, 'the one that is not stored, after an hour');
  });

  test('a crawl that another gateway replaces while it is restored is left for the later one', async (context) => {
    const store = await opened(context);
    const address = 'https://registry.esrf.example/replaced';
    const deadline = () => createDeadline(60_000, CLOCK);
    const crawled = refreshOf(store, NO_IMAGES, address);
    await crawled.check(null, deadline());
    await crawled.settled();
    let isFirst = true;
    const racing: CrawlStore = {
      ...store.crawls,
      async find(key) {
        const found = await store.crawls.find(key);
        if (!isFirst || found === null) return found;
        isFirst = false;
        return { ...found, generation: 'g0', parts: new Uint8Array(32), crawledAt: found.crawledAt - 1 };
      },
    };
    const restored = await refreshOf({ ...store, crawls: racing }, null, address).restore?.(deadline());
    assert.equal(restored?.generation, 'g1');
  });

  test('a node that is too large comes back as malformed, and so does what has its name', async (context) => {
    const large = node({ description: 'x'.repeat(1_100_000) });
    const page = [large, node({ tags: ['2.0'] }), node({ digest: digestOf(2) })];
    const body = bodyOf(
      page.map((one) => ({ node: one, isFaulty: false })),
      'g1',
    );
    await comesBack(await opened(context), { generation: 'g1', bodies: [body] });
  });
}

describe('through SQLite', () => suite(makeSqlitePlace, 60));

describeInPostgres('through PostgreSQL', (makePlace) => suite(makePlace, 10));
