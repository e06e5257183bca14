// What operators do with a store, whichever its engine: look at it, read it back, prune it.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { describe, type TestContext, test } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { type Kysely, sql } from 'kysely';
import pg from 'pg';
import type { StorePlace } from '../../src/store/engine/engine.ts';
import { openEngine } from '../../src/store/engine/open-engine.ts';
import { openStore } from '../../src/store/open.ts';
import { migrate } from '../../src/store/schema/migrate.ts';
import type { Schema } from '../../src/store/schema/schema.ts';
import type { Store } from '../../src/store/store.ts';
import { inspectStore, readBack } from '../../src/store/upkeep/inspect.ts';
import { pruneableOf, pruneStore } from '../../src/store/upkeep/prune.ts';
import { describeInPostgres, type MakePlace, makeSqlitePlace } from '../support/engines.ts';
import { FACTS, KEY, stored, tampered } from '../support/stored-crawls.ts';

const SECRET = Buffer.alloc(32, 7);
const NOW = 36_000_000;
const OTHER = { ...KEY, facility: 'desy', registry: 'main' };
const TEXTS = Array.from({ length: 1_200 }, (_, index) => JSON.stringify({ index }));
const IMAGE = { repository: 'em/relion', tags: ['5'], digest: `sha256:${'a'.repeat(64)}` };
const BYTES = Buffer.from('a document');
const DIGEST = `sha256:${createHash('sha256').update(BYTES).digest('hex')}`;

function upkeep(makePlace: MakePlace): void {
  /** A store with two registries, a document and a state, which a gateway has open. */
  async function filled(
    context: TestContext,
  ): Promise<{ readonly place: StorePlace; readonly store: Store }> {
    const place = await makePlace(context);
    const store = await openStore({ place, secret: SECRET, now: () => NOW });
    context.after(() => store.close());
    await stored(store, TEXTS, FACTS, KEY, [IMAGE]);
    await stored(store, ['{"other":1}'], FACTS, OTHER);
    await store.documents.write(KEY, IMAGE.repository, [{ digest: DIGEST, bytes: BYTES }]);
    await store.state.write([{ key: 'highest', value: { esrf: 7 } }]);
    return { place, store };
  }

  describe('looking at a store', () => {
    test('gives beside its gateway what the gateway itself gives', async (context) => {
      const { place, store } = await filled(context);
      assert.deepEqual(await inspectStore(place), await store.info());
    });

    test('of an older schema gives what it has, and changes nothing', async (context) => {
      const place = await makePlace(context);
      const engine = await openEngine(place);
      await migrate(engine, []);
      await engine.close();
      const before = contentOf(place);
      const { bytes: _, engine: kind, ...info } = await inspectStore(place);
      assert.deepEqual(info, { schema: 0, documents: 0, tags: 0, registries: [] });
      assert.equal(kind, place.kind);
      assert.deepEqual((await readBack(place, SECRET)).findings, []);
      const request = { registries: [], documentsBefore: NOW };
      assert.deepEqual((await pruneableOf(place, request)).registries, []);
      assert.deepEqual(contentOf(place), before);
      const again = await openEngine(place);
      assert.deepEqual([...(await again.tables())], ['meta']);
      await again.close();
    });

    test('of a newer schema is refused', async (context) => {
      const { place } = await filled(context);
      await tampered(place, (db) =>
        db.updateTable('meta').set({ value: '99' }).where('key', '=', 'schema').execute(),
      );
      await assert.rejects(inspectStore(place), { code: 'STORE_NEWER' });
      await assert.rejects(readBack(place, SECRET), { code: 'STORE_NEWER' });
    });
  });

  describe('reading a store back', () => {
    test('finds nothing where all is as it was written, and counts what it read', async (context) => {
      const { place } = await filled(context);
      assert.deepEqual(await readBack(place, SECRET), {
        ...{ registries: 2, nodes: TEXTS.length + 1, documents: 1, states: 1, tags: 1 },
        findings: [],
      });
    });

    test('finds all that was sealed with another secret', async (context) => {
      const { place } = await filled(context);
      const { findings } = await readBack(place, Buffer.alloc(32, 8));
      assert.deepEqual(
        findings.map(({ at }) => at),
        [
          'registry desy/main',
          'registry esrf/internal',
          'history esrf/internal',
          `document esrf/internal/em/relion@${DIGEST}`,
          'state highest',
        ],
      );
    });

    const changes: Record<string, [at: string, change: (db: Kysely<Schema>) => Promise<unknown>]> = {
      'a time': [
        'registry desy/main',
        (db) =>
          db.updateTable('registry').set({ checked_at: 9_999 }).where('facility', '=', 'desy').execute(),
      ],
      'a node of a later part': [
        'registry esrf/internal',
        (db) =>
          db
            .deleteFrom('node')
            .where('hash', '=', hash(TEXTS[1_100] ?? ''))
            .execute(),
      ],
      'a document': [
        `document esrf/internal/em/relion@${DIGEST}`,
        (db) =>
          db
            .updateTable('document')
            .set({ body: Buffer.from('another') })
            .execute(),
      ],
      'the repository of a document': [
        `document esrf/internal/em/other@${DIGEST}`,
        (db) => db.updateTable('document').set({ repository: 'em/other' }).execute(),
      ],
      'a time of a tag': ['history esrf/internal', (db) => db.updateTable('tag').set({ since: 1 }).execute()],
      'an image of a tag': [
        'history esrf/internal',
        (db) => db.updateTable('image').set({ kept_until: 9_999_999_999_999 }).execute(),
      ],
      'a state': ['state highest', (db) => db.updateTable('state').set({ value: '{"esrf":6}' }).execute()],
    };
    for (const [what, [at, change]] of Object.entries(changes)) {
      test(`finds ${what} that was changed, says what to do, and changes nothing itself`, async (context) => {
        const { place } = await filled(context);
        await tampered(place, change);
        for (const _ of ['first', 'again']) {
          const { findings } = await readBack(place, SECRET);
          assert.deepEqual(
            findings.map((finding) => finding.at),
            [at],
          );
          assert.ok(findings.every(({ message, hint }) => message.length > 10 && hint.length > 10));
        }
      });
    }

    test('finds what panfed did not make, which no store is used with, and reads no further', async (context) => {
      const { place, store } = await filled(context);
      await store.close();
      const plant = {
        sqlite: [
          'CREATE TRIGGER planted BEFORE UPDATE ON registry BEGIN SELECT RAISE(IGNORE); END',
          'ALTER TABLE node RENAME TO nodes',
          'CREATE VIEW node AS SELECT registry_id, hash, zeroblob(900000000) AS body, written_at FROM nodes',
        ],
        postgres: [
          'CREATE FUNCTION skip() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$',
          'CREATE TRIGGER planted BEFORE INSERT ON tag FOR EACH ROW EXECUTE FUNCTION skip()',
          'ALTER TABLE document SET UNLOGGED',
          'CREATE RULE ignored AS ON UPDATE TO registry DO INSTEAD NOTHING',
          'ALTER TABLE node RENAME TO nodes',
          "CREATE VIEW node AS SELECT registry_id, hash, repeat('x', 900000000)::bytea AS body, written_at FROM nodes",
        ],
      };
      await tampered(place, async (db) => {
        for (const statement of plant[place.kind]) await sql.raw(statement).execute(db);
      });
      const { findings, nodes } = await readBack(place, SECRET);
      assert.equal(nodes, 0);
      assert.deepEqual(
        findings.map(({ at }) => at),
        [place.kind === 'sqlite' ? 'file' : 'database'],
      );
      const postgresAlone = place.kind === 'postgres' ? [/rule ignored/, /unlogged table document/] : [];
      for (const name of [/trigger planted/, /(?:view|relation) node/, ...postgresAlone])
        assert.match(findings[0]?.message ?? '', name);
      await assert.rejects(openStore({ place, secret: SECRET }), {
        code: 'STORE_DAMAGED',
        message: /planted/,
      });
    });

    test('sees one moment while a gateway commits', async (context) => {
      const { place, store } = await filled(context);
      let isOver = false;
      const committing = (async () => {
        for (let turn = 0; !isOver; turn += 1) {
          await stored(store, [`{"turn":${turn}}`, ...TEXTS.slice(turn % 7)], FACTS, KEY);
          // SQLite in this thread takes no turn of the event loop, which the reader needs.
          await nextTurn();
        }
      })();
      for (let turn = 0; turn < 5; turn += 1) {
        assert.deepEqual((await readBack(place, SECRET)).findings, []);
      }
      isOver = true;
      await committing;
    });
  });

  describe('pruning a store', () => {
    const request = {
      registries: [{ facility: KEY.facility, registry: KEY.registry }],
      documentsBefore: NOW,
    };

    test('removes registries that are not to stay with all that is theirs, and no more', async (context) => {
      const { place, store } = await filled(context);
      await stored(store, ['{"other":1}'], FACTS, OTHER, [IMAGE]);
      await store.close();
      const pruned = await pruneStore(place, request);
      assert.deepEqual(pruned.registries, [{ facility: 'desy', registry: 'main' }]);
      assert.equal(pruned.documents, 0);
      assert.deepEqual(await readBack(place, SECRET), {
        ...{ registries: 1, nodes: TEXTS.length, documents: 1, states: 1, tags: 1 },
        findings: [],
      });
      assert.equal((await inspectStore(place)).tags, 1);
    });

    test('removes documents that nothing has named since a time, and gives their room back', async (context) => {
      const { place, store } = await filled(context);
      const bytes = Buffer.alloc(3_000_000, 'panfed');
      const digest = `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
      await store.documents.write(KEY, IMAGE.repository, [{ digest, bytes }]);
      await store.close();
      const pruned = await pruneStore(place, { ...request, documentsBefore: NOW + 1 });
      assert.equal(pruned.documents, 2);
      // PostgreSQL keeps free pages in its file for what comes; SQLite's shrinks.
      if (place.kind === 'sqlite')
        assert.ok(pruned.after < pruned.before - 2_000_000, JSON.stringify(pruned));
      assert.equal((await inspectStore(place)).documents, 0);
    });

    test('counts anew what each registry has of what is bounded, and has its values of state go with it', async (context) => {
      const { place, store } = await filled(context);
      await store.state.write([{ key: 'of esrf', value: 1 }], KEY);
      await stored(store, ['{"other":1}'], FACTS, OTHER);
      await store.state.write([{ key: 'of desy', value: 1 }], OTHER);
      await store.close();
      const usage = (change: (db: Kysely<Schema>) => Promise<unknown>) => tampered(place, change);
      let before: unknown;
      await usage(async (db) => {
        const ofRegistry = db.selectFrom('registry').select('id').where('facility', '=', KEY.facility);
        before = await db
          .selectFrom('registry_usage')
          .selectAll()
          .where('registry_id', '=', ofRegistry)
          .orderBy('kind')
          .execute();
        await db.updateTable('registry_usage').set({ bytes: 1 }).execute();
      });
      await pruneStore(place, request);
      await usage(async (db) => {
        const after = await db.selectFrom('registry_usage').selectAll().orderBy('kind').execute();
        assert.deepEqual(after, before);
        assert.equal(after.length, 2);
        const left = await db.selectFrom('state').select('key').where('key', 'like', 'of %').execute();
        assert.deepEqual(left, [{ key: 'of esrf' }]);
      });
    });

    test('is foreseen beside a gateway, without a change', async (context) => {
      const { place } = await filled(context);
      const foreseen = await pruneableOf(place, { ...request, documentsBefore: NOW + 1 });
      assert.deepEqual(foreseen.registries, [{ facility: 'desy', registry: 'main' }]);
      assert.equal(foreseen.documents, 1);
      assert.equal((await inspectStore(place)).registries.length, 2);
      assert.equal((await inspectStore(place)).documents, 1);
    });
  });
}

/** The bytes of a SQLite file; null: it is none. */
const contentOf = (place: StorePlace): Buffer | null =>
  place.kind === 'sqlite' ? readFileSync(place.path) : null;

const hash = (text: string): Buffer => createHash('sha256').update(text).digest();

describe('in SQLite', () => {
  const makePlace = makeSqlitePlace;
  upkeep(makePlace);

  test('a store that a gateway has is not pruned', async (context) => {
    const place = await makePlace(context);
    const store = await openStore({ place, secret: SECRET });
    context.after(() => store.close());
    await assert.rejects(pruneStore(place, { registries: [], documentsBefore: 0 }), { code: 'STORE_IN_USE' });
  });

  test('a store that is not there is not made by looking at it, nor by pruning it', async (context) => {
    const place = await makePlace(context);
    const request = { registries: [], documentsBefore: 0 };
    for (const use of [
      () => inspectStore(place),
      () => readBack(place, SECRET),
      () => pruneStore(place, request),
    ]) {
      await assert.rejects(use, { code: 'STORE_UNAVAILABLE', at: place.path });
    }
    assert.equal(existsSync(place.path), false);
  });

  test('pages that were overwritten are findings', async (context) => {
    const place = await makePlace(context);
    const store = await openStore({ place, secret: SECRET });
    await stored(store, TEXTS);
    await store.close();
    await pruneStore(place, { registries: [KEY], documentsBefore: 0 });
    const bytes = readFileSync(place.path);
    bytes.fill(0x5a, 4_096 * 3, 4_096 * 12);
    writeFileSync(place.path, bytes);
    const { findings } = await readBack(place, SECRET);
    assert.ok(findings.some(({ at, hint }) => at === 'file' && /begins anew/.test(hint)));
  });

  test('a file that is no store is a finding', async (context) => {
    const place = await makePlace(context);
    writeFileSync(place.path, 'something else '.repeat(1_000));
    await assert.rejects(inspectStore(place), { code: 'STORE_DAMAGED' });
    assert.deepEqual(
      (await readBack(place, SECRET)).findings.map(({ at }) => at),
      ['file'],
    );
  });
});

describeInPostgres('in PostgreSQL', (makePlace) => {
  upkeep(makePlace);

  test('what was pruned is said also where its room cannot be given back', async (context) => {
    const place = (await makePlace(context)) as Extract<StorePlace, { kind: 'postgres' }>;
    const store = await openStore({ place, secret: SECRET, now: () => NOW });
    await stored(store, ['{"other":1}'], FACTS, OTHER);
    await store.close();
    const session = new pg.Client({ connectionString: place.url });
    await session.connect();
    context.after(() => session.end());
    await session.query(`ALTER DATABASE ${new URL(place.url).pathname.slice(1)} SET lock_timeout = '200ms'`);
    await session.query('BEGIN; LOCK TABLE state IN SHARE UPDATE EXCLUSIVE MODE');
    const pruned = await pruneStore(place, { registries: [], documentsBefore: 0 });
    assert.deepEqual(pruned.registries, [{ facility: 'desy', registry: 'main' }]);
    assert.match(pruned.roomKept?.message ?? '', /\(55P03\)/);
    assert.match(pruned.roomKept?.hint ?? '', /run `panfed store prune` again/);
  });
});
