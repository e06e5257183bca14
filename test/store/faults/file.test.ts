// What befalls the file of a SQLite store: pages that were overwritten, an end that is missing, another file in its place,
// none at all. The store goes on, or says what is to be done; what it gives is what was written.
import assert from 'node:assert/strict';
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { describe, type TestContext, test } from 'node:test';
import Database from 'libsql';
import { openStore } from '../../../src/store/open.ts';
import { copySqlite } from '../../../src/store/upkeep/copy.ts';
import { readBack } from '../../../src/store/upkeep/inspect.ts';
import { makeSqlitePlace, type SqlitePlace } from '../../support/engines.ts';
import { factsOf, imagesOf, textsOf } from '../../support/numbered-crawls.ts';
import { clientOf, type LogLine, SECRET } from '../../support/store-client.ts';
import { stateOf } from '../../support/store-state.ts';
import { allOf, KEY, stored } from '../../support/stored-crawls.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const OTHER = { ...KEY, facility: 'desy', registry: 'main' };
const PAGE = 4_096;

/** A store of two registries that is closed. */
async function closedStore(context: TestContext): Promise<SqlitePlace> {
  const place = await makeSqlitePlace(context);
  const store = await openStore({ place, secret: SECRET });
  await stored(store, ['{"other":1}'], factsOf(1), OTHER);
  await stored(store, textsOf(1), factsOf(1), KEY, imagesOf(1));
  await store.close();
  return place;
}

/** The middle of the file, where the nodes of the larger registry are. */
const middleOf = ({ path }: SqlitePlace): number => Math.floor(statSync(path).size / PAGE / 2) * PAGE;

function overwriteMiddle(place: SqlitePlace): void {
  const bytes = readFileSync(place.path);
  bytes.fill(0x5a, middleOf(place), middleOf(place) + 8 * PAGE);
  writeFileSync(place.path, bytes);
}

/** Somebody who began to read the file, and has not ended. */
function readerOf(context: TestContext, { path }: SqlitePlace): InstanceType<typeof Database> {
  const reader = new Database(path);
  context.after(() => reader.close());
  reader.exec('BEGIN; SELECT count(*) FROM node');
  return reader;
}

const messagesOf = (log: readonly LogLine[]): unknown[] =>
  log.map(({ level, code, msg }) => [level, code, msg.split(':')[0]]);

describe('a file with damaged pages', () => {
  for (const [what, damage] of Object.entries({
    'were overwritten': overwriteMiddle,
    'are missing at its end': (place: SqlitePlace) => truncateSync(place.path, middleOf(place)),
  })) {
    test(`that ${what} is said once, with where and what to do, and the gateway goes on`, async (context) => {
      const place = await closedStore(context);
      damage(place);
      const { client, log } = await clientOf(context, place);
      for (const _ of ['once', 'again']) {
        await assert.rejects(allOf(client), {
          code: 'STORE_DAMAGED',
          message: /its file is damaged \(SQLITE_CORRUPT/,
          at: place.path,
          hint: /put an export in the file’s place or remove the file/,
        });
      }
      await assert.rejects(stored(client, textsOf(2), factsOf(2)), { code: 'STORE_DAMAGED' });
      assert.equal((client.health() as { code?: string }).code, 'STORE_DAMAGED');
      assert.deepEqual(messagesOf(log), [[50, 'STORE_DAMAGED', 'the store cannot be used']]);
      assert.match(log[0]?.cause ?? '', /disk image is malformed/);
    });
  }

  test('is used as far as they are not needed', async (context) => {
    const place = await closedStore(context);
    overwriteMiddle(place);
    const { client } = await clientOf(context, place);
    await assert.rejects(allOf(client), { code: 'STORE_DAMAGED' });
    assert.deepEqual(await allOf(client, OTHER), ['{"other":1}']);
    assert.equal(client.health().status, 'FAILING', 'what can be read does not say that the rest can');
  });

  test('is over as soon as another is in its place', async (context) => {
    const place = await closedStore(context);
    copySqlite(place.path, `${place.path}.export`);
    overwriteMiddle(place);
    const { client, log } = await clientOf(context, place);
    await assert.rejects(allOf(client), { code: 'STORE_DAMAGED' });
    renameSync(`${place.path}.export`, place.path);
    assert.deepEqual(await allOf(client), textsOf(1));
    assert.deepEqual(client.health(), { status: 'OK' });
    assert.equal(log.at(-1)?.msg, 'the store can be used again');
  });
});

describe('a file that is no database', () => {
  test('keeps no gateway from starting, which says so and uses the next one', async (context) => {
    const place = await makeSqlitePlace(context);
    const text = 'something else '.repeat(1_000);
    writeFileSync(place.path, text);
    const { client, log } = await clientOf(context, place);
    await assert.rejects(client.crawls.find(KEY), {
      code: 'STORE_DAMAGED',
      message: /not a database of SQLite.*\(SQLITE_NOTADB\)/,
      at: place.path,
      hint: /`store.sqlite` names the right file/,
    });
    assert.equal(client.health().status, 'FAILING');
    assert.equal(readFileSync(place.path, 'utf8'), text, 'it is left as it is');
    rmSync(place.path);
    await stored(client, textsOf(1), factsOf(1));
    assert.deepEqual(client.health(), { status: 'OK' });
    assert.deepEqual(
      messagesOf(log).map((line) => (line as unknown[])[1]),
      ['STORE_DAMAGED', 'STORE_DAMAGED'],
    );
  });
});

describe('a folder in the place of the file', () => {
  test('is said to be none, and left as it is', async (context) => {
    const place = await makeSqlitePlace(context);
    mkdirSync(place.path, { mode: 0o755 });
    const { client } = await clientOf(context, place);
    await assert.rejects(client.info(), {
      code: 'STORE_UNAVAILABLE',
      message: /there is a folder at its path/,
      at: place.path,
    });
    assert.equal(statSync(place.path).mode & 0o777, 0o755);
  });
});

describe('a file that others may read', () => {
  test('is closed to them where it is a store', async (context) => {
    const place = await makeSqlitePlace(context);
    await (await openStore({ place, secret: SECRET })).close();
    chmodSync(place.path, 0o644);
    await clientOf(context, place);
    assert.equal(statSync(place.path).mode & 0o777, 0o600);
  });

  test('is left as it is where it is none, as behind a symbolic link to a wrong one', async (context) => {
    const place = await makeSqlitePlace(context);
    const foreign = `${place.path}.conf`;
    writeFileSync(foreign, 'a configuration that others read\n');
    chmodSync(foreign, 0o644);
    symlinkSync(foreign, place.path);
    const { client } = await clientOf(context, place);
    await assert.rejects(client.info(), { code: 'STORE_DAMAGED' });
    assert.equal(statSync(foreign).mode & 0o777, 0o644);
    assert.equal(readFileSync(foreign, 'utf8'), 'a configuration that others read\n');
  });
});

describe('a file that goes while a gateway has it', () => {
  test('is made anew, and has all that is written from then on', async (context) => {
    const place = await closedStore(context);
    const { client, log } = await clientOf(context, place);
    await client.state.write([{ key: 'before', value: 1 }]);
    for (const end of ['', '-wal', '-shm', '-lock']) rmSync(place.path + end, { force: true });
    await stored(client, textsOf(2), factsOf(2));
    await client.state.write([{ key: 'after', value: 2 }]);
    await client.close();
    const store = await openStore({ place, secret: SECRET });
    context.after(() => store.close());
    assert.deepEqual(await allOf(store), textsOf(2));
    assert.deepEqual([await stateOf(store, 'before'), await stateOf(store, 'after')], [null, 2]);
    assert.deepEqual(log, []);
  });

  test('as its log does loses nothing that was acknowledged', async (context) => {
    const place = await closedStore(context);
    const { client, log } = await clientOf(context, place);
    await client.state.write([{ key: 'before', value: 1 }]);
    for (const end of ['-wal', '-shm']) rmSync(place.path + end);
    await client.state.write([{ key: 'after', value: 2 }]);
    // As one who is killed leaves them.
    const copy = { kind: 'sqlite', path: `${temporaryFolder(context)}/store.sqlite` } as const;
    for (const end of ['', '-wal']) copyFileSync(place.path + end, copy.path + end);
    const store = await openStore({ place: copy, secret: SECRET });
    context.after(() => store.close());
    assert.deepEqual([await stateOf(store, 'before'), await stateOf(store, 'after')], [1, 2]);
    assert.deepEqual(log, []);
  });

  test('gets nothing of what the one before it had in its log', async (context) => {
    const place = await closedStore(context);
    copySqlite(place.path, `${place.path}.export`);
    const { client } = await clientOf(context, place);
    await stored(client, textsOf(2), factsOf(2));
    await client.state.write([{ key: 'of the one before', value: 1 }]);
    renameSync(`${place.path}.export`, place.path);
    assert.deepEqual(await allOf(client), textsOf(1));
    assert.equal(await stateOf(client, 'of the one before'), null);
    await client.state.write([{ key: 'of this one', value: 2 }]);
    await client.close();
    assert.deepEqual(await readBack(place, SECRET), {
      ...{ registries: 2, nodes: textsOf(1).length + 1, documents: 0, states: 1, tags: 1 },
      findings: [],
    });
  });

  test('gets nothing of it either while somebody reads the one before', async (context) => {
    const place = await closedStore(context);
    copySqlite(place.path, `${place.path}.export`);
    const { client } = await clientOf(context, place);
    readerOf(context, place);
    await stored(client, textsOf(2), factsOf(2));
    renameSync(`${place.path}.export`, place.path);
    assert.deepEqual(await allOf(client), textsOf(1));
    await client.close();
    assert.deepEqual((await readBack(place, SECRET)).findings, []);
  });
});

describe('a log of which the end is missing, after a loss of power', () => {
  test('gives a whole crawl, never half of one', async (context) => {
    const place = await makeSqlitePlace(context);
    const store = await openStore({ place, secret: SECRET });
    context.after(() => store.close());
    for (const number of [1, 2, 3]) await stored(store, textsOf(number), factsOf(number));
    const log = readFileSync(`${place.path}-wal`);
    const found = new Set<number>();
    for (const part of [0.1, 0.4, 0.6, 0.8, 0.97]) {
      const copy = { kind: 'sqlite', path: `${temporaryFolder(context)}/store.sqlite` } as const;
      copyFileSync(place.path, copy.path);
      writeFileSync(`${copy.path}-wal`, log.subarray(0, log.length * part));
      const again = await openStore({ place: copy, secret: SECRET });
      const crawl = await again.crawls.find(KEY);
      if (crawl !== null) assert.deepEqual(await allOf(again), textsOf(crawl.crawledAt));
      found.add(crawl?.crawledAt ?? 0);
      await again.close();
    }
    assert.ok(found.size > 2, `some are older than others: ${[...found]}`);
  });
});

describe('a store that was closed', () => {
  test('is one file, which is whole without those beside it', async (context) => {
    const place = await closedStore(context);
    const copy = { kind: 'sqlite', path: `${temporaryFolder(context)}/store.sqlite` } as const;
    copyFileSync(place.path, copy.path);
    const { findings, nodes } = await readBack(copy, SECRET);
    assert.deepEqual([nodes, findings], [textsOf(1).length + 1, []]);
  });
});
