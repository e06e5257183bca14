// A PostgreSQL that is not there, stops, hangs, refuses or is damaged: the gateway goes on, and the store with it as soon as
// it can be used again; what was acknowledged is there.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, beforeEach, describe, test } from 'node:test';
import { sql } from 'kysely';
import pg from 'pg';
import { ENDING_MS } from '../../../src/store/call-queue.ts';
import type { StoreClient } from '../../../src/store/client.ts';
import { openEngine } from '../../../src/store/engine/open-engine.ts';
import { inspectStore, readBack } from '../../../src/store/upkeep/inspect.ts';
import { fakeClock } from '../../support/clock.ts';
import { textsOf as allTextsOf, factsOf, imagesOf } from '../../support/numbered-crawls.ts';
import { needsPostgres, startPostgres, type TestPostgres } from '../../support/postgres.ts';
import { startStallingProxy } from '../../support/stalling-proxy.ts';
import { clientOf, SECRET } from '../../support/store-client.ts';
import { allOf, KEY, stored } from '../../support/stored-crawls.ts';

/** Some of a crawl's nodes: they are to be had soon. */
const textsOf = (number: number): string[] => allTextsOf(number).slice(0, 400);

const OTHER = { ...KEY, facility: 'desy', registry: 'main' };

describe('a store in PostgreSQL', needsPostgres, () => {
  let postgres: TestPostgres;
  before(async () => {
    postgres = await startPostgres();
  });
  // A test that fails may leave it stopped.
  beforeEach(() => postgres.start());
  after(() => postgres.close());

  const newPlace = async () => ({ kind: 'postgres', url: await postgres.database() }) as const;

  const write = (client: StoreClient, number: number) =>
    stored(client, textsOf(number), factsOf(number), KEY, imagesOf(number));

  /** A session that has a lock, until the test ends it. */
  async function lock(url: string, tables: string): Promise<() => Promise<void>> {
    const session = new pg.Client({ connectionString: url });
    await session.connect();
    await session.query(`BEGIN; LOCK TABLE ${tables} IN ACCESS EXCLUSIVE MODE`);
    return () => session.end();
  }

  test('that is not there at the start keeps no gateway from starting, and is used as soon as it is', async (context) => {
    const place = await newPlace();
    await postgres.stop();
    const { client, log } = await clientOf(context, place);
    for (const _ of ['once', 'again']) {
      await assert.rejects(client.crawls.find(KEY), {
        code: 'STORE_UNAVAILABLE',
        message: /PostgreSQL cannot be reached \(ECONNREFUSED\)/,
        at: place.url,
        hint: /Check that its server runs/,
      });
    }
    assert.equal(client.health().status, 'FAILING');
    await postgres.start();
    await write(client, 1);
    assert.deepEqual(client.health(), { status: 'OK' });
    assert.deepEqual(
      log.map(({ level }) => level),
      [50, 30],
    );
  });

  test('that stops while crawls are written has the last acknowledged one or the next, whole', async (context) => {
    const { client, log } = await clientOf(context, await newPlace());
    await write(client, 1);
    let acknowledged = 1;
    for (let time = 0; time < 2; time += 1) {
      const crawling = (async () => {
        for (;;) {
          await write(client, acknowledged + 1);
          acknowledged += 1;
        }
      })();
      const failed = assert.rejects(crawling, { code: 'STORE_UNAVAILABLE', message: /cannot be reached/ });
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 200));
      await postgres.stop();
      await failed;
      assert.equal(client.health().status, 'FAILING');
      await postgres.start();
      const found = (await client.crawls.find(KEY))?.crawledAt ?? 0;
      assert.ok(found === acknowledged || found === acknowledged + 1, `${acknowledged}, then ${found}`);
      assert.deepEqual(await allOf(client), textsOf(found));
      await write(client, found + 1);
      acknowledged = found + 1;
      assert.deepEqual(client.health(), { status: 'OK' });
    }
    assert.deepEqual(
      log.map(({ level }) => level),
      [50, 30, 50, 30],
    );
  });

  test('that was restarted meanwhile is used as if nothing had been', async (context) => {
    const { client, log } = await clientOf(context, await newPlace());
    await write(client, 1);
    await postgres.stop();
    await postgres.start();
    await write(client, 2);
    assert.deepEqual(await allOf(client), textsOf(2));
    assert.deepEqual(client.health(), { status: 'OK' });
    assert.deepEqual(log, []);
  });

  test('that another session locks is given up by readers after ten seconds, and read as soon as it is free', async (context) => {
    const place = await newPlace();
    const clock = fakeClock();
    const { client } = await clientOf(context, place, clock);
    await write(client, 1);
    const unlock = await lock(place.url, 'registry');
    const late = assert.rejects(client.crawls.find(KEY), {
      code: 'STORE_UNAVAILABLE',
      message: /did not answer within 10000 ms/,
      hint: /another session that locks it/,
    });
    clock.pass(10_000);
    await late;
    assert.equal(client.health().status, 'FAILING');
    await unlock();
    assert.deepEqual(await allOf(client), textsOf(1));
    assert.deepEqual(client.health(), { status: 'OK' });
  });

  test('that another session locks keeps nobody from closing it, nor those who wait for what they write', async (context) => {
    const place = await newPlace();
    const clock = fakeClock();
    const { client } = await clientOf(context, place, clock);
    await write(client, 1);
    const unlock = await lock(place.url, 'registry');
    context.after(unlock);
    const given = assert.rejects(write(client, 2), { code: 'STORE_UNAVAILABLE', message: /has ended/ });
    const closed = client.close();
    clock.pass(ENDING_MS);
    await Promise.all([given, closed]);
  });

  test('that another session locks for too long fails who writes, and is written as soon as it is free', async (context) => {
    const place = await newPlace();
    await postgres.query(place.url, `ALTER DATABASE ${nameOf(place.url)} SET lock_timeout = '200ms'`);
    const { client } = await clientOf(context, place);
    await write(client, 1);
    const unlock = await lock(place.url, 'tag');
    await assert.rejects(write(client, 2), {
      code: 'STORE_UNAVAILABLE',
      message: /somebody else holds it for too long, or it is too slow \(55P03\)/,
      hint: /another process or session/,
    });
    assert.deepEqual(await allOf(client), textsOf(1));
    assert.equal(
      client.health().status,
      'FAILING',
      'that it can be read does not say that it can be written',
    );
    await unlock();
    await write(client, 2);
    assert.deepEqual(client.health(), { status: 'OK' });
  });

  test('whose session is ended in a transaction says that, not that there is nothing to roll back', async (context) => {
    const place = await newPlace();
    const { client } = await clientOf(context, place);
    await write(client, 1);
    const unlock = await lock(place.url, 'tag');
    const failed = assert.rejects(write(client, 2), { message: /PostgreSQL cannot be reached \(57P01\)/ });
    const waiting = `FROM pg_stat_activity WHERE application_name = 'panfed' AND wait_event_type = 'Lock' AND datname = '${nameOf(place.url)}'`;
    while ((await postgres.query(place.url, `SELECT pg_terminate_backend(pid) ${waiting}`)).length === 0);
    await failed;
    await unlock();
    assert.deepEqual(await allOf(client), textsOf(1));
    await write(client, 2);
  });

  test('to which nothing gets through for a while is used as soon as something does', async (context) => {
    const place = await newPlace();
    const url = new URL(place.url);
    const proxy = await startStallingProxy(Number(url.port));
    context.after(() => proxy.close());
    url.port = String(proxy.port);
    const clock = fakeClock();
    const { client } = await clientOf(context, { kind: 'postgres', url: url.href }, clock);
    await write(client, 1);
    proxy.stall();
    const late = assert.rejects(client.crawls.find(KEY), { code: 'STORE_UNAVAILABLE' });
    const writing = write(client, 2);
    clock.pass(10_000);
    await late;
    assert.equal(client.health().status, 'FAILING');
    proxy.resume();
    await writing;
    assert.deepEqual(await allOf(client), textsOf(2));
    assert.deepEqual(client.health(), { status: 'OK' });
  });

  test('whose role or database need not wait for the disk waits for it, and reads what is committed', async (context) => {
    const place = await newPlace();
    const database = new URL(place.url).pathname.slice(1);
    const setting = async (name: string): Promise<string> => {
      const engine = await openEngine(place);
      context.after(() => engine.close());
      const { rows } = await sql<{ value: string }>`SELECT current_setting(${name}) AS value`.execute(
        engine.db,
      );
      return rows[0]?.value ?? '';
    };
    await postgres.query(place.url, `ALTER DATABASE ${database} SET synchronous_commit = off`);
    await postgres.query(
      place.url,
      `ALTER DATABASE ${database} SET default_transaction_isolation = 'serializable'`,
    );
    assert.equal(await setting('synchronous_commit'), 'on');
    assert.equal(await setting('transaction_isolation'), 'read committed');
    await postgres.query(place.url, `ALTER DATABASE ${database} SET synchronous_commit = remote_apply`);
    assert.equal(await setting('synchronous_commit'), 'remote_apply', 'what is stronger stays');
  });

  test('that is read-only can be read, and is written as soon as it can be', async (context) => {
    const place = await newPlace();
    const { client } = await clientOf(context, place);
    await write(client, 1);
    const set = async (value: string) => {
      const { href } = new URL('/postgres', place.url);
      await postgres.query(
        href,
        `ALTER DATABASE ${nameOf(place.url)} SET default_transaction_read_only = ${value}`,
      );
      // For sessions that begin from now on.
      await postgres.query(
        href,
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '${nameOf(place.url)}'`,
      );
      // The store's thread hears of it when it has its turn; whatever it asks before fails.
      while (
        !(await client.info().then(
          () => true,
          () => false,
        ))
      ) {
        // It is asked again.
      }
    };
    await set('on');
    await assert.rejects(write(client, 2), {
      code: 'STORE_UNAVAILABLE',
      message: /it is read-only \(25006\)/,
    });
    assert.deepEqual(await allOf(client), textsOf(1));
    await set('off');
    await write(client, 2);
    assert.deepEqual(client.health(), { status: 'OK' });
  });

  test('is the same one whatever PostgreSQL’s own variables say to a command beside the gateway', async (context) => {
    const place = await newPlace();
    const { client } = await clientOf(context, place);
    await write(client, 1);
    context.after(() => {
      delete process.env.PGOPTIONS;
    });
    process.env.PGOPTIONS = '-c search_path=elsewhere';
    assert.deepEqual(await inspectStore(place), await client.info());
  });

  test('that refuses the gateway’s user says which user and where, without the password', async (context) => {
    const url = new URL((await newPlace()).url);
    url.username = 'somebody';
    url.password = 'a-password';
    const { client, log } = await clientOf(context, { kind: 'postgres', url: url.href });
    await assert.rejects(client.info(), {
      code: 'STORE_UNAVAILABLE',
      message: /PostgreSQL refuses the gateway’s user, its password or its database \(28000\)/,
      at: `postgres://somebody@127.0.0.1:${url.port}${url.pathname}`,
    });
    assert.ok(!JSON.stringify(log).includes('a-password'));
  });

  test('with damaged pages is said to have them, and a check finds them', async (context) => {
    const place = await newPlace();
    const { client } = await clientOf(context, place);
    await stored(client, allTextsOf(1), factsOf(1));
    await stored(client, ['{"other":1}'], factsOf(1), OTHER);
    const [row] = await postgres.query(place.url, `SELECT pg_relation_filepath('node') AS path`);
    await postgres.query(place.url, 'CHECKPOINT');
    await postgres.stop();
    const file = join(postgres.data, String(row?.path));
    const bytes = readFileSync(file);
    bytes.fill(0x5a, 8_192, 5 * 8_192);
    writeFileSync(file, bytes);
    await postgres.start();
    await assert.rejects(allOf(client), {
      code: 'STORE_DAMAGED',
      message: /its tables are damaged \(XX001\)/,
      hint: /restore its database or give the gateway an empty one/,
    });
    assert.equal((client.health() as { code?: string }).code, 'STORE_DAMAGED');
    const { findings } = await readBack(place, SECRET);
    assert.deepEqual(
      findings.map(({ at }) => at),
      ['database'],
    );
  });
});

const nameOf = (url: string): string => new URL(url).pathname.slice(1);
