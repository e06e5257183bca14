// What every store keeps of where tags pointed, whichever its engine.
import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import type { Kysely } from 'kysely';
import type { FederationError } from '../../src/model/errors.ts';
import { preparing } from '../../src/model/pace.ts';
import { HISTORY_BOUNDS, type HistoryBounds } from '../../src/store/history/history-bounds.ts';
import { writeTagged } from '../../src/store/history/tagged-images.ts';
import type { Schema } from '../../src/store/schema/schema.ts';
import type { RegistryKey, Store, TaggedImage, TagSpan } from '../../src/store/store.ts';
import fc, { runs } from '../support/fast-check.ts';
import { KEY } from '../support/stored-crawls.ts';

/** Opens a store with a time that a test may set, and gives it back with the test. */
export type OpenHistory = (context: TestContext, bounds: HistoryBounds) => Promise<OpenedHistory>;

export interface OpenedHistory {
  readonly store: Store;
  readonly clock: { now: number };
  /** What was found not to be what was written. */
  readonly found: readonly FederationError[];
  /** The same store, closed and opened again. */
  reopened(): Promise<Store>;
  /** Changes the tables behind the store's back. */
  tamper(change: (db: Kysely<Schema>) => Promise<unknown>): Promise<void>;
}

/** The tags of an image by its digest, which has no `sha256:` here. */
type Tagged = Readonly<Record<string, readonly string[]>>;

const REPOSITORY = 'em/relion';

export const imagesOf = (tagged: Tagged): TaggedImage[] =>
  Object.entries(tagged).map(([digest, tags]) => ({ repository: REPOSITORY, digest, tags }));

export async function crawled(
  { crawls }: Store,
  at: number,
  images: readonly TaggedImage[],
  key: RegistryKey = KEY,
): Promise<void> {
  const facts = { generation: `g${at}`, crawledAt: at, checkedAt: at };
  await crawls.commit(key, facts, Buffer.alloc(0), await writeTagged(images, preparing));
}

export type Row = [digest: string, since: number, until: number | null];

export const rowsOf = (spans: readonly TagSpan[] | null): Row[] =>
  (spans ?? [])
    .map(({ digest, since, until }): Row => [digest, since, until])
    .sort(([a, since], [b, other]) => since - other || (a < b ? -1 : 1));

export const read = async ({ history }: Store, tag: string, digests: readonly string[] | null = null) =>
  rowsOf(await history.tags(KEY, REPOSITORY, [tag], digests));

export function tagHistory(open: OpenHistory): void {
  const opened = (context: TestContext, bounds: Partial<HistoryBounds> = {}) =>
    open(context, { ...HISTORY_BOUNDS, ...bounds });

  describe('tag history', () => {
    test('has each image from when to when, and nothing of the time in which the tag was gone', async (context) => {
      const { store } = await opened(context);
      await crawled(store, 1, imagesOf({ a: ['5.0', 'latest'] }));
      await crawled(store, 2, imagesOf({ a: ['5.0'], b: ['latest'] }));
      await crawled(store, 3, imagesOf({ a: ['5.0'], b: [] }));
      await crawled(store, 4, imagesOf({ a: ['5.0', 'latest'], b: [] }));
      assert.deepEqual(await read(store, '5.0'), [['a', 1, null]]);
      assert.deepEqual(await read(store, 'latest'), [
        ['a', 1, 2],
        ['b', 2, 3],
        ['a', 4, null],
      ]);
      assert.deepEqual(await read(store, 'none'), []);
      assert.deepEqual(await store.history.tags({ ...KEY, registry: 'none' }, REPOSITORY, ['5.0'], null), []);
      assert.deepEqual(await store.history.tags(KEY, 'em/other', ['5.0'], null), []);
    });

    test('has a span for each image that a tag points to at once, whatever the others are', async (context) => {
      const { store } = await opened(context);
      const both = { a: ['latest'], b: ['latest'] };
      await crawled(store, 1, imagesOf({ a: ['latest'] }));
      await crawled(store, 2, [...imagesOf(both), ...imagesOf(both)]);
      await crawled(store, 3, imagesOf(both).toReversed());
      await crawled(store, 4, imagesOf({ a: [], b: ['latest'] }));
      await crawled(store, 5, imagesOf({ a: [], b: [] }));
      assert.deepEqual(await read(store, 'latest'), [
        ['a', 1, 4],
        ['b', 2, 5],
      ]);
    });

    test('has all of very many images that a tag points to at once', async (context) => {
      const { store } = await opened(context);
      const many = Object.fromEntries(Array.from({ length: 700 }, (_, n) => [`${n}`, ['latest']]));
      await crawled(store, 1, imagesOf(many));
      await crawled(store, 2, imagesOf(many).toReversed());
      const spans = await read(store, 'latest');
      assert.equal(spans.length, 700);
      assert.ok(spans.every(([, since, until]) => since === 1 && until === null));
    });

    test('has no span that ends before it begins, although the clock was set back', async (context) => {
      const { store } = await opened(context);
      await crawled(store, 10, imagesOf({ a: ['latest'], b: [], c: [] }));
      await crawled(store, 5, imagesOf({ a: [], b: ['latest'], c: [] }));
      await crawled(store, 12, imagesOf({ a: [], b: [], c: ['latest'] }));
      assert.deepEqual(await read(store, 'latest'), [
        ['b', 5, 12],
        ['c', 12, null],
      ]);
    });

    test('keeps of each image the times that ended last, and what goes on', async (context) => {
      const { store } = await opened(context, { ended: 3 });
      for (let at = 1; at <= 12; at += 1) {
        const tags = at % 2 === 0 ? ['latest'] : [`t${at}`];
        await crawled(store, at, imagesOf({ a: [...tags, 'always'], b: at === 1 ? ['latest'] : [] }));
      }
      assert.deepEqual(await read(store, 'latest'), [
        ['b', 1, 2],
        ['a', 10, 11],
        ['a', 12, null],
      ]);
      assert.deepEqual(await read(store, 't11'), [['a', 11, 12]]);
      assert.deepEqual(await read(store, 't9'), [['a', 9, 10]]);
      assert.deepEqual(await read(store, 't7'), []);
      assert.deepEqual(await read(store, 'always'), [['a', 1, null]]);
    });

    describe('of an image that its registry has no more', () => {
      const THERE = imagesOf({ a: ['latest'] });
      const last = (spans: Row[]): number[] => spans.map(([, since]) => since);

      test('is kept for as long as the image was there', async (context) => {
        const { store } = await opened(context);
        await crawled(store, 100, THERE);
        await crawled(store, 130, []);
        await crawled(store, 159, THERE);
        assert.deepEqual(last(await read(store, 'latest')), [100, 159]);
        await crawled(store, 200, []);
        await crawled(store, 300, THERE);
        assert.deepEqual(last(await read(store, 'latest')), [300]);
      });

      test('is kept for no longer because it came back for a moment', async (context) => {
        const { store } = await opened(context);
        await crawled(store, 100, THERE);
        await crawled(store, 130, []);
        await crawled(store, 150, THERE);
        // It was there for 30 and for 1, and gone for 20.
        await crawled(store, 151, []);
        await crawled(store, 161, THERE);
        assert.deepEqual(last(await read(store, 'latest')), [100, 150, 161]);
        await crawled(store, 162, []);
        await crawled(store, 164, THERE);
        assert.deepEqual(last(await read(store, 'latest')), [164]);
      });

      test('is kept for so long at most, counted anew when the image comes back', async (context) => {
        const { store } = await opened(context, { keptMs: 10 });
        await crawled(store, 100, THERE);
        await crawled(store, 200, []);
        await crawled(store, 209, THERE);
        await crawled(store, 219, []);
        await crawled(store, 228, THERE);
        assert.deepEqual(last(await read(store, 'latest')), [100, 209, 228]);
        await crawled(store, 300, []);
        await crawled(store, 310, THERE);
        assert.deepEqual(last(await read(store, 'latest')), [310]);
      });

      test('is not read after that time, whether another crawl was made since or not', async (context) => {
        const { store, clock } = await opened(context);
        await crawled(store, 100, THERE);
        await crawled(store, 130, []);
        clock.now = 159;
        assert.deepEqual(await read(store, 'latest'), [['a', 100, 130]]);
        assert.deepEqual(await read(store, 'latest', ['a']), [['a', 100, 130]]);
        clock.now = 160;
        assert.deepEqual(await read(store, 'latest'), []);
        assert.deepEqual(await read(store, 'latest', ['a']), []);
        await crawled(store, 160, []);
        clock.now = 159;
        assert.deepEqual(await read(store, 'latest'), [], 'it is not there any more');
      });

      test('is kept where the image is there without a tag', async (context) => {
        const { store } = await opened(context);
        await crawled(store, 100, THERE);
        await crawled(store, 101, imagesOf({ a: [] }));
        for (const at of [200, 300]) await crawled(store, at, imagesOf({ a: [], [at]: ['latest'] }));
        assert.deepEqual(await read(store, 'latest', ['a']), [['a', 100, 101]]);
      });

      test('is soon forgotten where all images of a registry are others at each crawl', async (context) => {
        const { store } = await opened(context);
        for (let at = 1; at <= 30; at += 1) {
          const images = Object.fromEntries(Array.from({ length: 5 }, (_, n) => [`${at}-${n}`, ['latest']]));
          await crawled(store, at, imagesOf(images));
        }
        assert.equal((await store.info()).tags, 10, 'those of two crawls');
      });
    });

    test('is read by digests where a tag has more than is read at once', async (context) => {
      const { store } = await opened(context, { read: 4 });
      const all = { a: ['latest'], b: ['latest', '1'], c: ['latest'], d: ['latest'] };
      await crawled(store, 1, imagesOf(all));
      assert.equal((await read(store, 'latest')).length, 4);
      await crawled(store, 2, imagesOf({ ...all, a: [], e: ['latest'] }));
      assert.equal(await store.history.tags(KEY, REPOSITORY, ['latest'], null), null);
      assert.deepEqual(await read(store, 'latest', ['b', 'e', 'a', 'none']), [
        ['a', 1, 2],
        ['b', 1, null],
        ['e', 2, null],
      ]);
      assert.deepEqual(await read(store, '1', ['a']), []);
    });

    test('has of an image what it would have if there were no other, beyond all bounds', async (context) => {
      const bounds = { ended: 1, keptMs: 9, read: 3 };
      const { store, clock } = await opened(context, bounds);
      const known = ['a', 'b'];
      const seen = { cases: 0, spans: 0, tooMany: 0, beyond: 0, forgotten: 0 };
      await fc.assert(
        fc.asyncProperty(arbitraryCrawls(), fc.nat(12), async (crawls, later) => {
          seen.cases += 1;
          const [whole, less] = ['whole', 'less'].map((registry) => ({
            ...KEY,
            registry: `${registry}-${seen.cases}`,
          })) as [RegistryKey, RegistryKey];
          for (const { at, tagged } of crawls) {
            const some = Object.fromEntries(
              Object.entries(tagged).filter(([digest]) => known.includes(digest)),
            );
            await crawled(store, at, imagesOf(tagged), whole);
            await crawled(store, at, imagesOf(some), less);
          }
          clock.now = Math.max(...crawls.map(({ at }) => at)) + later;
          for (const tag of TAGS) {
            const expected = rowsOf(await store.history.tags(less, REPOSITORY, [tag], known));
            assert.deepEqual(rowsOf(await store.history.tags(whole, REPOSITORY, [tag], known)), expected);
            const all = await store.history.tags(whole, REPOSITORY, [tag], null);
            const those = all?.filter(({ digest }) => known.includes(digest)) ?? null;
            if (those !== null) assert.deepEqual(rowsOf(those), expected);
            seen.spans += expected.length;
            if (those === null) seen.tooMany += 1;
          }
          const would = known.map((digest) => timesOf(crawls, digest));
          if (would.some(({ ended }) => ended > bounds.ended)) seen.beyond += 1;
          if (would.some(({ isMissed }) => isMissed)) seen.forgotten += 1;
        }),
        { numRuns: runs(12) },
      );
      context.diagnostic(JSON.stringify(seen));
      for (const [what, times] of Object.entries(seen)) {
        assert.ok(times > 0, `${what} must occur, or nothing was tested`);
      }
    });
  });
}

interface Crawl {
  readonly at: number;
  readonly tagged: Tagged;
}

export const TAGS = ['latest', '1'];

/** Some of five images at each of some times, which are seldom set back, each with some tags. */
export function arbitraryCrawls(): fc.Arbitrary<Crawl[]> {
  const tags = fc.subarray(TAGS);
  const tagged = fc.record({ a: tags, b: tags, c: tags, d: tags, e: tags }, { requiredKeys: [] });
  return fc
    .array(fc.record({ step: fc.constantFrom(1, 1, 2, 3, 5, 0, -2), tagged }), { minLength: 4, maxLength: 8 })
    .map((crawls) => {
      let at = 100;
      return crawls.map(({ step, tagged: some }) => {
        at += step;
        return { at, tagged: some };
      });
    });
}

/** How many times of an image have ended, and whether a crawl missed it. */
function timesOf(crawls: readonly Crawl[], digest: string): { ended: number; isMissed: boolean } {
  let before: readonly string[] | undefined;
  let ended = 0;
  let isMissed = false;
  for (const { tagged } of crawls) {
    const tags = tagged[digest];
    ended += (before ?? []).filter((tag) => !(tags ?? []).includes(tag)).length;
    isMissed ||= before !== undefined && tags === undefined;
    before = tags;
  }
  return { ended, isMissed };
}
