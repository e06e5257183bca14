// What every store does, whichever its engine: the same tests over SQLite and over PostgreSQL.
import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { describe, type TestContext, test } from 'node:test';
import { type Kysely, sql } from 'kysely';
import type { FederationError } from '../../src/model/errors.ts';
import { removeDamaged } from '../../src/store/crawls/node-rows.ts';
import { batchOf, MAX_BODY_BYTES } from '../../src/store/crawls/node-text.ts';
import { MAX_DOCUMENT_BYTES } from '../../src/store/documents.ts';
import type { StorePlace } from '../../src/store/engine/engine.ts';
import { openEngine } from '../../src/store/engine/open-engine.ts';
import { openStore } from '../../src/store/open.ts';
import { migrate } from '../../src/store/schema/migrate.ts';
import { MIGRATIONS } from '../../src/store/schema/migrations.ts';
import type { Schema } from '../../src/store/schema/schema.ts';
import type { CrawlFacts, Store } from '../../src/store/store.ts';
import { textUpTo, upTo } from '../../src/store/up-to.ts';
import { describeInPostgres, type MakePlace, makeSqlitePlace } from '../support/engines.ts';
import { allOf, FACTS, KEY, stored, tampered } from '../support/stored-crawls.ts';
import { forgedHistory } from './forged-history-suite.ts';
import { registryBound } from './registry-bound-suite.ts';
import { type OpenHistory, tagHistory } from './tag-history-suite.ts';

const SECRET = Buffer.alloc(32, 7);
const HOUR = 3_600_000;
/** The digest of `foo`. */
const FOO = 'sha256:2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae';

interface Opened {
  readonly place: StorePlace;
  readonly store: Store;
  /** Time of the store, in milliseconds, which a test may set. */
  readonly clock: { now: number };
  open(secret?: Buffer): Promise<Store>;
  /** Changes the tables behind the store's back. */
  tamper(change: (db: Kysely<Schema>) => Promise<unknown>): Promise<void>;
}

function contract(makePlace: MakePlace): void {
  async function opened(context: TestContext): Promise<Opened> {
    const place = await makePlace(context);
    const clock = { now: 10 * HOUR };
    const open = (secret = SECRET) => openStore({ place, secret, now: () => clock.now });
    const store = await open();
    context.after(() => store.close());
    return { place, store, clock, open, tamper: (change) => tampered(place, change) };
  }

  describe('crawls', () => {
    test('come back whole: every node in its order, duplicates and malformed ones included', async (context) => {
      const { store } = await opened(context);
      const texts = ['{"a":1}', '{"b":"é"}', '{"a":1}', '!4:["x","y"]{"c":3}'.replace('4', '9')];
      await stored(store, texts);
      const crawl = await store.crawls.find(KEY);
      assert.deepEqual({ ...crawl, parts: null }, { ...FACTS, nodes: 4, parts: null });
      assert.deepEqual(await allOf(store), texts);
    });

    test('of some thousand nodes have parts, of which a change rewrites only its own', async (context) => {
      const { store, tamper } = await opened(context);
      const texts = manyTexts(2_500);
      await stored(store, texts);
      assert.deepEqual(await allOf(store), texts);
      const changed = [...texts.slice(0, 2_400), '{"new":1}', ...texts.slice(2_401)];
      await stored(store, changed, { ...FACTS, generation: 'g2' });
      assert.deepEqual(await allOf(store), changed);
      await tamper(async (db) => {
        const { count } = await db
          .selectFrom('node')
          .select(({ fn }) => fn.countAll<number>().as('count'))
          .executeTakeFirstOrThrow();
        assert.equal(Number(count), 2_501, 'nothing is written twice');
      });
    });

    test('that were not committed are not seen, and neither is half of the next one', async (context) => {
      const { store, open } = await opened(context);
      await store.crawls.append(KEY, batchOf([Buffer.from('{"half":1}')]));
      assert.equal(await store.crawls.find(KEY), null);
      await stored(store, ['{"whole":1}']);
      await store.crawls.append(KEY, batchOf([Buffer.from('{"half":2}')]));
      await store.close();
      const again = await open();
      context.after(() => again.close());
      assert.deepEqual(await allOf(again), ['{"whole":1}']);
    });

    test('have large nodes as well as small ones, each of which is read by itself', async (context) => {
      const { store } = await opened(context);
      const large = JSON.stringify(randomBytes(200_000).toString('base64'));
      await stored(store, ['{"a":1}', large, '{"b":2}']);
      assert.deepEqual(await allOf(store), ['{"a":1}', large, '{"b":2}']);
    });

    test('of no nodes are crawls, too', async (context) => {
      const { store } = await opened(context);
      await stored(store, []);
      assert.equal((await store.crawls.find(KEY))?.nodes, 0);
    });

    for (const [field, value] of Object.entries({
      kind: 'harbor',
      address: 'https://elsewhere.example/graphql',
      mapping: 2,
      facility: 'desy',
      registry: 'other',
    })) {
      test(`serve no registry of another ${field}`, async (context) => {
        const { store } = await opened(context);
        await stored(store, ['{"a":1}']);
        assert.equal(await store.crawls.find({ ...KEY, [field]: value }), null);
      });
    }

    test('of another address take the place of what was stored of the first', async (context) => {
      const { store } = await opened(context);
      await stored(store, ['{"a":1}']);
      const moved = { ...KEY, address: 'https://elsewhere.example/graphql' };
      await stored(store, ['{"b":1}'], FACTS, moved);
      assert.equal(await store.crawls.find(KEY), null);
      assert.deepEqual(await allOf(store, moved), ['{"b":1}']);
    });

    test('remember when they were checked', async (context) => {
      const { store } = await opened(context);
      await stored(store, ['{"a":1}']);
      assert.equal(await store.crawls.check(KEY, FACTS, 5_000), 'STORED');
      assert.equal((await store.crawls.find(KEY))?.checkedAt, 5_000);
    });

    test('of another gateway are checked as one’s own where they are later and of the same generation', async (context) => {
      const { store } = await opened(context);
      await stored(store, ['{"a":1}']);
      const check = (facts: Partial<CrawlFacts>, at: number) =>
        store.crawls.check(KEY, { ...FACTS, ...facts }, at);
      assert.equal(await check({ crawledAt: 999 }, 5_000), 'STORED');
      assert.equal(await check({ crawledAt: 1_001 }, 6_000), 'LACKING', 'of an older one');
      assert.equal(
        await check({ crawledAt: 999, generation: 'g0' }, 7_000),
        'LACKING',
        'of another generation',
      );
      assert.equal((await store.crawls.find(KEY))?.checkedAt, 5_000);
    });

    test('that are not there are missed by a check, which says whose are in their place', async (context) => {
      const { store } = await opened(context);
      assert.equal(await store.crawls.check(KEY, FACTS, 5_000), 'LACKING');
      await stored(store, ['{"a":1}'], FACTS, { ...KEY, mapping: 2 });
      const { kind, address } = KEY;
      assert.deepEqual(await store.crawls.check(KEY, FACTS, 5_000), { kind, address, mapping: 2 });
    });

    test('are not replaced by an older one that comes late, and neither is the history of their tags', async (context) => {
      const { store, clock } = await opened(context);
      const imageOf = (digit: string) => ({
        ...{ repository: 'em/relion', tags: ['5'], digest: `sha256:${digit.repeat(64)}` },
      });
      const commit = (text: string, crawledAt: number, digit: string, key = KEY) =>
        stored(store, [text], { generation: text, crawledAt, checkedAt: crawledAt }, key, [imageOf(digit)]);
      const spans = () => store.history.tags(KEY, 'em/relion', ['5'], null);
      await commit('{"n":1}', 1_000, 'a');
      await commit('{"n":3}', 3_000, 'b');
      const before = await spans();
      await commit('{"n":2}', 2_000, 'a');
      assert.deepEqual(await allOf(store), ['{"n":3}']);
      assert.deepEqual(await spans(), before);
      await commit('{"n":2}', 2_000, 'a', { ...KEY, mapping: 2 });
      assert.equal(await store.crawls.find(KEY), null, 'it is of this key alone');
      await commit('{"n":4}', clock.now + 1, 'a');
      await commit('{"n":5}', clock.now, 'a');
      assert.deepEqual(await allOf(store), ['{"n":5}'], 'a time that has not been yet is none');
    });

    test('that another one replaces while they are read are not taken for damaged', async (context) => {
      const { store, clock, tamper } = await opened(context);
      await stored(store, manyTexts(1_500));
      const crawl = await store.crawls.find(KEY);
      assert.ok(crawl);
      assert.ok(await store.crawls.read(KEY, crawl, 1));
      clock.now += 2 * HOUR;
      await stored(store, ['{"next":1}'], { generation: 'g2', crawledAt: 2_000, checkedAt: 2_000 });
      for (const part of [0, 1]) assert.equal(await store.crawls.read(KEY, crawl, part), null);
      await tamper((db) => db.deleteFrom('registry').execute());
      assert.equal(await store.crawls.read(KEY, crawl, 0), null);
    });

    test('lose only those nodes that are not what their hashes say', async (context) => {
      const { store, tamper } = await opened(context);
      await stored(store, ['{"a":1}', '{"b":2}']);
      await tamper(async (db) => {
        const { id } = await db.selectFrom('registry').select('id').executeTakeFirstOrThrow();
        await removeDamaged(db, id, [hash('{"a":1}'), hash('{"b":2}'), hash('{"c":3}')]);
      });
      assert.deepEqual(await allOf(store), ['{"a":1}', '{"b":2}']);
    });

    test('keep what no crawl names for an hour, for another gateway may be about to', async (context) => {
      const { store, clock } = await opened(context);
      const hashes = await store.crawls.append(KEY, batchOf([Buffer.from('{"theirs":1}')]));
      await stored(store, ['{"ours":1}']);
      await store.crawls.commit(KEY, { ...FACTS, generation: 'g2' }, hashes, '');
      assert.deepEqual(await allOf(store), ['{"theirs":1}']);
      clock.now += 2 * HOUR;
      const late = await store.crawls.append(KEY, batchOf([Buffer.from('{"theirs":1}')]));
      await stored(store, ['{"ours":2}'], { ...FACTS, generation: 'g3' });
      await assert.rejects(store.crawls.commit(KEY, { ...FACTS, generation: 'g4' }, late, ''), {
        code: 'STORE_UNAVAILABLE',
      });
      assert.deepEqual(await allOf(store), ['{"ours":2}']);
    });
  });

  describe('what was changed behind its back is not used', () => {
    const changes: Record<string, (db: Kysely<Schema>) => Promise<unknown>> = {
      'a renewed time of check': (db) => db.updateTable('registry').set({ checked_at: 9_999 }).execute(),
      'a renewed time of crawl': (db) => db.updateTable('registry').set({ crawled_at: 9_999 }).execute(),
      'another generation': (db) => db.updateTable('registry').set({ generation: 'g9' }).execute(),
      'another registry’s name': (db) => db.updateTable('registry').set({ registry: 'open' }).execute(),
      'a deleted node': (db) => db.deleteFrom('node').where('hash', '=', hash('{"a":1}')).execute(),
      'a node with another’s text': async (db) => {
        const other = await db
          .selectFrom('node')
          .select('body')
          .where('hash', '=', hash('{"b":2}'))
          .executeTakeFirstOrThrow();
        const body = Buffer.from(other.body as Uint8Array);
        await db.updateTable('node').set({ body }).where('hash', '=', hash('{"a":1}')).execute();
      },
      'a node that cannot be decompressed': (db) =>
        db
          .updateTable('node')
          .set({ body: Buffer.from([1, 255, 255]) })
          .execute(),
      'a deleted part': (db) => db.deleteFrom('registry_part').execute(),
      'a part without its last node': (db) =>
        db
          .updateTable('registry_part')
          .set({ hashes: hash('{"a":1}') })
          .execute(),
    };
    for (const [name, change] of Object.entries(changes)) {
      test(name, async (context) => {
        const { store, open, tamper } = await opened(context);
        await stored(store, ['{"a":1}', '{"b":2}']);
        await store.close();
        await tamper(change);
        const again = await open();
        context.after(() => again.close());
        const key = name.includes('name') ? { ...KEY, registry: 'open' } : KEY;
        await assert.rejects(allOf(again, key), { code: 'STORE_INVALID' });
      });
    }

    test('and is stored anew by the next crawl, although its nodes have not changed', async (context) => {
      const { store, tamper } = await opened(context);
      await stored(store, ['{"a":1}', '{"b":2}']);
      await tamper((db) =>
        db
          .updateTable('node')
          .set({ body: Buffer.from([1, 255, 255]) })
          .where('hash', '=', hash('{"a":1}'))
          .execute(),
      );
      await assert.rejects(allOf(store), { code: 'STORE_INVALID' });
      await stored(store, ['{"a":1}', '{"b":2}']);
      assert.deepEqual(await allOf(store), ['{"a":1}', '{"b":2}']);
    });

    test('and of a size that nothing of panfed has is not loaded', async (context) => {
      const { store, tamper } = await opened(context);
      const large = Buffer.alloc(MAX_DOCUMENT_BYTES + 1);
      const digest = `sha256:${createHash('sha256').update(large).digest('hex')}`;
      await assert.rejects(store.documents.write(KEY, 'em/relion', [{ digest, bytes: large }]), {
        code: 'STORE_INVALID',
      });
      await stored(store, ['{"a":1}', '{"b":2}']);
      await store.documents.write(KEY, 'em/relion', [{ digest: FOO, bytes: Buffer.from('foo') }]);
      await tamper(async (db) => {
        await db.updateTable('document').set({ digest, body: large }).execute();
        const body = large.subarray(0, MAX_BODY_BYTES + 1);
        await db.updateTable('node').set({ body }).where('hash', '=', hash('{"a":1}')).execute();
        const select = db.selectFrom('node').select(upTo('body', MAX_BODY_BYTES).as('body'));
        const bodies = await select.execute();
        assert.deepEqual(bodies.map(({ body }) => body === null).sort(), [false, true]);
      });
      assert.deepEqual(await store.documents.read(KEY, 'em/relion', [digest]), []);
      await assert.rejects(allOf(store), { code: 'STORE_INVALID' });
      await stored(store, ['{"a":1}', '{"b":2}']);
      assert.deepEqual(await allOf(store), ['{"a":1}', '{"b":2}']);
      await tamper((db) =>
        db
          .updateTable('registry')
          .set({ parts: large.subarray(0, 1_048_577) })
          .execute(),
      );
      await assert.rejects(store.crawls.find(KEY), { code: 'STORE_INVALID' });
    });

    test('and text of a size that nothing of panfed has is not loaded, nor believed', async (context) => {
      const { store, tamper } = await opened(context);
      const digest = `sha256:${createHash('sha256').update('a').digest('hex')}`;
      await store.documents.write(KEY, 'em/relion', [{ digest, bytes: Buffer.from('a') }]);
      await store.state.write([{ key: 'highest', value: { esrf: 5 } }]);
      await stored(store, ['{"a":1}'], FACTS, KEY, TAGGED);
      const large = 'x'.repeat(1_048_577);
      await tamper(async (db) => {
        await db.updateTable('document').set({ mac: large }).execute();
        await db.updateTable('state').set({ value: large }).execute();
        await db.updateTable('tag').set({ mac: large }).execute();
        await db.updateTable('registry').set({ generation: large }).execute();
        const text = await db.selectFrom('tag').select(textUpTo('mac', 4_096).as('mac')).execute();
        assert.deepEqual(text, [{ mac: '' }]);
      });
      assert.deepEqual(await store.documents.read(KEY, 'em/relion', [digest]), []);
      assert.deepEqual(await store.state.read(['highest']), []);
      assert.deepEqual(await store.history.tags(KEY, 'em/relion', ['latest'], null), []);
      assert.deepEqual(await store.history.tags(KEY, 'em/relion', ['latest'], ['a']), []);
      await assert.rejects(store.crawls.find(KEY), { code: 'STORE_INVALID' });
      assert.ok(Buffer.byteLength(JSON.stringify(await store.info())) < 1_000);
      const later = { ...FACTS, crawledAt: 2_000 };
      await stored(store, ['{"a":1}'], later, KEY, TAGGED);
      assert.deepEqual(await allOf(store), ['{"a":1}']);
      assert.deepEqual(await store.history.tags(KEY, 'em/relion', ['latest'], null), [
        { tag: 'latest', digest: 'a', since: 2_000, until: null },
      ]);
    });

    test('more rows than panfed writes of an image are not loaded for who asks by its digest', async (context) => {
      const place = await makePlace(context);
      const bounds = { ended: 2, keptMs: HOUR, read: 1 };
      const found: string[] = [];
      const store = await openStore({
        ...{ place, secret: SECRET, bounds, now: () => HOUR },
        onInvalid: ({ message }) => void found.push(message),
      });
      context.after(() => store.close());
      await stored(store, [], FACTS, KEY, TAGGED);
      const forged = Array.from({ length: 50 }, (_, index) => ({
        repository: 'em/relion',
        ...{ tag: 'latest', since: index, until: index + 1, mac: 'forged' },
      }));
      await tampered(place, async (db) => {
        const { id, registry_id } = await db
          .selectFrom('image')
          .select(['id', 'registry_id'])
          .executeTakeFirstOrThrow();
        const rows = forged.map((row) => ({ ...row, registry_id, image_id: id }));
        await db.insertInto('tag').values(rows).execute();
      });
      await store.history.tags(KEY, 'em/relion', ['latest'], ['a']);
      assert.equal(found.length, 1);
      assert.ok(Number.parseInt(found[0] ?? '', 10) <= 3, found[0]);
    });

    test('all of a store that another secret sealed', async (context) => {
      const { store, open } = await opened(context);
      await stored(store, ['{"a":1}']);
      await store.state.write([{ key: 'seen', value: { at: 1 } }]);
      await store.close();
      const other = await open(Buffer.alloc(32, 8));
      context.after(() => other.close());
      await assert.rejects(other.crawls.find(KEY), { code: 'STORE_INVALID' });
      assert.deepEqual(await other.state.read(['seen']), []);
    });
  });

  describe('documents', () => {
    const ofSha512 = Buffer.from('{"schemaVersion":2}');
    const sha512 = `sha512:${createHash('sha512').update(ofSha512).digest('hex')}`;
    const DOCUMENTS = [
      { digest: FOO, bytes: Buffer.from('foo') },
      { digest: sha512, bytes: ofSha512 },
    ];
    const REPOSITORY = 'em/relion';
    const read = async ({ documents }: Store, key = KEY, repository = REPOSITORY, digests = [FOO, sha512]) =>
      (await documents.read(key, repository, digests))
        .map(({ digest, bytes }) => ({ digest, bytes: Buffer.from(bytes) }))
        .sort((one, other) => (one.digest < other.digest ? -1 : 1));

    test('are read by the digests that they have', async (context) => {
      const { store } = await opened(context);
      assert.deepEqual(await read(store), []);
      await store.documents.write(KEY, REPOSITORY, DOCUMENTS);
      await store.documents.write(KEY, REPOSITORY, DOCUMENTS);
      assert.deepEqual(await read(store), DOCUMENTS);
      assert.deepEqual(await read(store, KEY, REPOSITORY, [FOO, FOO]), DOCUMENTS.slice(0, 1));
    });

    test('are those of the repository alone that served them, of the registry at its address', async (context) => {
      const { store, tamper } = await opened(context);
      await store.documents.write(KEY, REPOSITORY, DOCUMENTS);
      const hostile = { ...KEY, facility: 'hostile' };
      await store.documents.write(hostile, REPOSITORY, []);
      assert.deepEqual(await read(store, hostile), []);
      assert.deepEqual(await read(store, { ...KEY, registry: 'other' }), []);
      assert.deepEqual(await read(store, KEY, 'em/other'), []);
      assert.deepEqual(await read(store, { ...KEY, address: 'https://other.example' }), []);
      assert.deepEqual(await read(store, { ...KEY, kind: 'harbor' }), []);
      assert.deepEqual(await read(store, { ...KEY, mapping: 2 }), DOCUMENTS);
      // Whoever can write the file cannot give them to another.
      await tamper((db) => db.updateTable('document').set({ repository: 'em/other' }).execute());
      assert.deepEqual(await read(store, KEY, 'em/other'), []);
    });

    test('are not written under another digest, nor read where they were changed', async (context) => {
      const { store, tamper } = await opened(context);
      const other = `sha256:${'0'.repeat(64)}`;
      const wrong = [...DOCUMENTS, { digest: other, bytes: Buffer.from('foo') }];
      await assert.rejects(store.documents.write(KEY, REPOSITORY, wrong), { code: 'STORE_INVALID' });
      assert.deepEqual(await read(store), []);
      await store.documents.write(KEY, REPOSITORY, DOCUMENTS);
      await tamper((db) =>
        db
          .updateTable('document')
          .set({ body: Buffer.from('{}') })
          .where('digest', '=', FOO)
          .execute(),
      );
      assert.deepEqual(await read(store), DOCUMENTS.slice(1));
      await store.documents.write(KEY, REPOSITORY, DOCUMENTS);
      assert.deepEqual(await read(store), DOCUMENTS);
    });

    test('are pruned when nothing has named them for long enough', async (context) => {
      const { store, clock } = await opened(context);
      await store.documents.write(KEY, REPOSITORY, DOCUMENTS);
      clock.now += 2 * HOUR;
      await read(store);
      assert.equal(await store.documents.prune(clock.now - HOUR), 0);
      clock.now += 2 * HOUR;
      assert.equal(await store.documents.prune(clock.now - HOUR), 2);
      assert.deepEqual(await read(store), []);
    });
  });

  describe('state', () => {
    test('is read as it was written last', async (context) => {
      const { store } = await opened(context);
      assert.deepEqual(await store.state.read(['seen']), []);
      await store.state.write([{ key: 'seen', value: { at: 1 } }]);
      await store.state.write([{ key: 'seen', value: { at: 2 } }]);
      assert.deepEqual(await store.state.read(['seen']), [{ key: 'seen', value: { at: 2 } }]);
    });

    test('cannot stand for another, nor be changed', async (context) => {
      const { store, tamper } = await opened(context);
      await store.state.write([{ key: 'a', value: true }]);
      await tamper((db) => db.updateTable('state').set({ key: 'b' }).execute());
      assert.deepEqual(await store.state.read(['b']), []);
      await store.state.write([{ key: 'c', value: true }]);
      await tamper((db) => db.updateTable('state').set({ value: 'false' }).execute());
      assert.deepEqual(await store.state.read(['c']), []);
    });

    test('is written together or not at all, listed by the beginning of its names, and removed', async (context) => {
      const { store } = await opened(context);
      const keys = Array.from({ length: 300 }, (_, index) => `a ${String(index).padStart(3, '0')}`);
      const entries = [...keys, 'A 000', 'a', 'b %'].map((key) => ({ key, value: key }));
      await assert.rejects(store.state.write([...entries, { key: 'c', value: 'x'.repeat(1_048_576) }]), {
        code: 'STORE_INVALID',
      });
      assert.deepEqual(await store.state.keys('', { after: '', limit: 9 }), []);
      await store.state.write(entries);
      const page = await store.state.keys('a ', { after: '', limit: 200 });
      assert.deepEqual(page, keys.slice(0, 200));
      assert.deepEqual(
        await store.state.keys('a ', { after: page.at(-1) ?? '', limit: 200 }),
        keys.slice(200),
      );
      assert.deepEqual(await store.state.keys('%', { after: '', limit: 9 }), []);
      assert.equal((await store.state.read(keys)).length, 300);
      await store.state.remove(keys);
      assert.deepEqual(await store.state.read(['a 000', 'a']), [{ key: 'a', value: 'a' }]);
    });
  });

  const openHistory: OpenHistory = async (context, bounds) => {
    const place = await makePlace(context);
    const clock = { now: 1 };
    const found: FederationError[] = [];
    const open = () =>
      openStore({
        ...{ place, secret: SECRET, bounds, now: () => clock.now },
        onInvalid: (error) => found.push(error),
      });
    let store = await open();
    context.after(() => store.close());
    const reopened = async () => {
      await store.close();
      store = await open();
      return store;
    };
    return { store, clock, found, reopened, tamper: (change) => tampered(place, change) };
  };
  tagHistory(openHistory);
  forgedHistory(openHistory);
  registryBound(async (context, registryBytes) => {
    const place = await makePlace(context);
    const clock = { now: 10 * HOUR };
    const store = await openStore({ place, secret: SECRET, registryBytes, now: () => clock.now });
    context.after(() => store.close());
    return { store, clock, tamper: (change) => tampered(place, change) };
  });

  test('info counts what there is', async (context) => {
    const { store } = await opened(context);
    await stored(store, ['{"a":1}']);
    const { bytes, schema, ...info } = await store.info();
    assert.ok(bytes > 0);
    assert.ok(schema > 0);
    const { facility, registry } = KEY;
    assert.deepEqual(info.registries, [{ facility, registry, nodes: 1, ...FACTS }]);
    assert.deepEqual([info.documents, info.tags], [0, 0]);
  });

  test('a store of the first version is counted when it is opened, and keeps what it has', async (context) => {
    const place = await makePlace(context);
    const engine = await openEngine(place);
    await migrate(engine, MIGRATIONS.slice(0, 1));
    await sql`INSERT INTO registry VALUES (1, 'esrf', 'internal', 'graphql', 'a', 1, NULL, 0, 0, 0, ${Buffer.alloc(0)}, ${Buffer.alloc(0)})`.execute(
      engine.db,
    );
    for (const digest of ['a', 'b']) {
      await sql`INSERT INTO document (registry_id, repository, digest, source, named_at, mac, body)
        VALUES (1, 'em/relion', ${digest}, 'graphql a', 1, '', ${Buffer.alloc(1_000)})`.execute(engine.db);
    }
    await sql`INSERT INTO state VALUES ('seen', '1', ${Buffer.alloc(32)})`.execute(engine.db);
    await engine.close();
    const store = await openStore({ place, secret: SECRET });
    context.after(() => store.close());
    const usage = { registry_id: 1, kind: 'document', bytes: 2 * (1_000 + 1_024) };
    await tampered(place, async (db) => {
      // PostgreSQL's driver gives whole numbers of 64 bits as text.
      const rows = await db.selectFrom('registry_usage').selectAll().execute();
      assert.deepEqual(
        rows.map((row) => ({ ...row, bytes: Number(row.bytes) })),
        [usage],
      );
      assert.equal((await db.selectFrom('state').select('registry_id').execute())[0]?.registry_id, null);
    });
  });

  test('a store of a newer panfed is refused, and left as it is', async (context) => {
    const { store, open, tamper } = await opened(context);
    await store.close();
    await tamper((db) => db.updateTable('meta').set({ value: '99' }).execute());
    await assert.rejects(open(), { code: 'STORE_NEWER', message: /version 99 of its schema/ });
  });
}

describe('SQLite', () => {
  contract(makeSqlitePlace);
});

describeInPostgres('PostgreSQL', contract);

const TAGGED = [{ repository: 'em/relion', digest: 'a', tags: ['latest'] }];

const hash = (text: string): Buffer => createHash('sha256').update(text).digest();

const manyTexts = (count: number): string[] => Array.from({ length: count }, (_, n) => `{"n":${n}}`);
