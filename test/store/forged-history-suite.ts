// What every store does with a history of tags that somebody else has written, whichever its engine.
import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import { sql } from 'kysely';
import { HISTORY_BOUNDS } from '../../src/store/history/history-bounds.ts';
import type { RegistryKey, Store } from '../../src/store/store.ts';
import fc, { runs } from '../support/fast-check.ts';
import { changeImage, changeOpen, FORGERIES, imageOf, OTHER, REPOSITORY } from '../support/forged-history.ts';
import { KEY } from '../support/stored-crawls.ts';
import {
  arbitraryCrawls,
  crawled,
  imagesOf,
  type OpenHistory,
  read,
  rowsOf,
  TAGS,
} from './tag-history-suite.ts';

const REGISTRIES: readonly RegistryKey[] = [KEY, { ...KEY, registry: 'other' }, { ...KEY, facility: 'desy' }];

/** The same image in each registry, and in another repository; each image has one time of one tag. */
async function fill(store: Store): Promise<void> {
  for (const key of REGISTRIES.slice(1)) await crawled(store, 10, imagesOf({ b: ['x'] }), key);
  const other = [{ repository: OTHER, digest: 'b', tags: ['x'] }];
  await crawled(store, 10, [...imagesOf({ a: ['latest'], b: [], c: ['3'] }), ...other]);
  await crawled(store, 20, [...imagesOf({ a: [], b: ['latest'] }), ...other]);
}

/** All that is read, by tag and by digest alike. */
async function everything({ history }: Store): Promise<string[]> {
  const all: string[] = [];
  for (const key of REGISTRIES) {
    for (const repository of [REPOSITORY, OTHER]) {
      const tags = ['latest', 'x', '3', '4'];
      const spans = (await history.tags(key, repository, tags, null)) ?? [];
      const same = (await history.tags(key, repository, tags, ['a', 'b', 'c', 'd'])) ?? [];
      const [texts, others] = [spans, same].map((some) =>
        some.map(({ tag, digest, since, until }) =>
          [key.facility, key.registry, repository, tag, digest, since, until].join(' '),
        ),
      ) as [string[], string[]];
      assert.deepEqual(texts.toSorted(), others.toSorted());
      all.push(...texts);
    }
  }
  return all;
}

export function forgedHistory(open: OpenHistory): void {
  const opened = (context: TestContext) => open(context, HISTORY_BOUNDS);

  describe('a forged history of tags', () => {
    for (const [what, forge] of Object.entries(FORGERIES)) {
      test(`with ${what} is not used, and all else is`, async (context) => {
        const { store, found, tamper } = await opened(context);
        await fill(store);
        const before = await everything(store);
        assert.equal(before.length, 6);
        await tamper(forge);
        const after = await everything(store);
        assert.deepEqual(
          after.filter((row) => !before.includes(row)),
          [],
        );
        assert.equal(after.length, 5);
        assert.ok(found.length > 0);
        assert.ok(found.every(({ code, at }) => code === 'STORE_INVALID' && at?.startsWith('history ')));
      });
    }

    test('goes on with no crawl: its tag begins anew, and no other', async (context) => {
      const { store, found, tamper, reopened } = await opened(context);
      await crawled(store, 10, imagesOf({ a: ['latest', '1'], b: ['latest'] }));
      await tamper((db) => db.updateTable('tag').set({ since: 5 }).where('tag', '=', '1').execute());
      const again = await reopened();
      await crawled(again, 30, imagesOf({ a: ['latest', '1'], b: ['latest'] }));
      assert.equal(found.length, 1);
      assert.match(found[0]?.message ?? '', /^1 row of the tag history of esrf\/internal is not/);
      assert.deepEqual(await read(again, '1'), [['a', 30, null]]);
      assert.deepEqual(await read(again, 'latest'), [
        ['a', 10, null],
        ['b', 10, null],
      ]);
      assert.equal(found.length, 1, 'it is gone');
    });

    test('begins anew with the crawl after it was found by a reader', async (context) => {
      const { store, found, tamper } = await opened(context);
      const images = imagesOf({ a: ['latest'] });
      await crawled(store, 10, images);
      await crawled(store, 20, images);
      await tamper((db) => db.updateTable('tag').set({ since: 5 }).execute());
      await crawled(store, 30, images);
      assert.deepEqual(await read(store, 'latest'), []);
      assert.equal(found.length, 1);
      await crawled(store, 40, images);
      assert.deepEqual(await read(store, 'latest'), [['a', 40, null]]);
    });

    test('is not sealed where its tag moves', async (context) => {
      const { store, found, tamper } = await opened(context);
      await crawled(store, 10, imagesOf({ a: ['latest', '1'] }));
      await crawled(store, 20, imagesOf({ a: ['latest', '1'] }));
      await tamper((db) => changeOpen(db).set({ since: 5 }).execute());
      await crawled(store, 30, imagesOf({ a: ['1'], b: ['latest'] }));
      assert.deepEqual(await read(store, 'latest'), [['b', 30, null]]);
      assert.deepEqual(await read(store, '1'), [['a', 10, null]]);
      assert.equal(found.length, 1);
    });

    test('is not kept, nor sealed, where its image goes or comes back', async (context) => {
      const { store, found, tamper, clock } = await opened(context);
      await crawled(store, 100, imagesOf({ a: ['latest'], b: ['latest'] }));
      await tamper((db) => changeImage(db, 'a').set({ there_since: 1 }).execute());
      await crawled(store, 110, []);
      clock.now = 111;
      assert.deepEqual(await read(store, 'latest'), [['b', 100, 110]]);
      await tamper((db) => changeImage(db, 'b').set({ kept_until: 900 }).execute());
      await crawled(store, 200, imagesOf({ b: ['latest'] }));
      assert.deepEqual(await read(store, 'latest'), [['b', 200, null]]);
      assert.equal(found.length, 2);
    });

    test('with an image of another repository takes no tag from that', async (context) => {
      const { store, tamper, reopened } = await opened(context);
      await fill(store);
      await tamper((db) =>
        changeOpen(db)
          .set({ image_id: imageOf('esrf', 'internal', OTHER) })
          .execute(),
      );
      const again = await reopened();
      const other = { repository: OTHER, digest: 'b', tags: ['x', 'latest'] };
      await crawled(again, 30, [...imagesOf({ a: [], b: ['latest'] }), other]);
      assert.deepEqual(await read(again, 'latest'), [
        ['a', 10, 20],
        ['b', 30, null],
      ]);
      const spans = await again.history.tags(KEY, OTHER, ['latest', 'x'], null);
      assert.deepEqual(rowsOf(spans), [
        ['b', 10, null],
        ['b', 30, null],
      ]);
    });

    test('that was added for an image is as if it were not there', async (context) => {
      const { store, found, tamper, reopened } = await opened(context);
      await crawled(store, 10, imagesOf({ a: ['latest'], b: ['1'] }));
      await tamper((db) =>
        sql`
          INSERT INTO tag (registry_id, repository, tag, image_id, since, until, mac)
          SELECT registry_id, repository, 'latest', image_id, 5, until, mac FROM tag WHERE tag = '1'`.execute(
          db,
        ),
      );
      assert.deepEqual(await read(store, 'latest'), [['a', 10, null]]);
      const again = await reopened();
      await crawled(again, 20, imagesOf({ a: ['latest'], b: ['1'] }));
      await crawled(again, 30, imagesOf({ a: [], b: ['1', 'latest'] }));
      assert.deepEqual(await read(again, 'latest'), [
        ['a', 10, 30],
        ['b', 30, null],
      ]);
      assert.deepEqual(await read(again, '1'), [['b', 10, null]]);
      assert.equal(found.length, 2);
    });
  });

  test('a history is the same whether each crawl compares all of it with its MACs, or what changes alone', async (context) => {
    const bounds = { ended: 2, keptMs: 9, read: 100 };
    const { store: first, found, reopened } = await open(context, bounds);
    let store = first;
    let cases = 0;
    let spans = 0;
    await fc.assert(
      fc.asyncProperty(arbitraryCrawls(), async (crawls) => {
        cases += 1;
        const keys = ['whole', 'changed'].map((name) => ({ ...KEY, registry: `${name}-${cases}` }));
        const [whole, changed] = keys as [RegistryKey, RegistryKey];
        for (const { at, tagged } of crawls) await crawled(store, at, imagesOf(tagged), changed);
        for (const { at, tagged } of crawls) {
          store = await reopened();
          await crawled(store, at, imagesOf(tagged), whole);
        }
        for (const tag of TAGS) {
          const rows = rowsOf(await store.history.tags(whole, REPOSITORY, [tag], null));
          assert.deepEqual(rows, rowsOf(await store.history.tags(changed, REPOSITORY, [tag], null)));
          spans += rows.length;
        }
      }),
      { numRuns: runs(5) },
    );
    assert.ok(spans > 0);
    assert.deepEqual(found, []);
  });
}
