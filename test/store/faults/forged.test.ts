// A history of tags that somebody else has written: answers go on with the rest, and the log says so once.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sql } from 'kysely';
import { preparing } from '../../../src/model/pace.ts';
import { writeTagged } from '../../../src/store/history/tagged-images.ts';
import { makeSqlitePlace } from '../../support/engines.ts';
import { clientOf } from '../../support/store-client.ts';
import { allOf, FACTS, KEY, stored, tampered } from '../../support/stored-crawls.ts';

test('a forged row of tag history is reported once, and all else is used', async (context) => {
  const place = await makeSqlitePlace(context);
  const failures: string[] = [];
  const { client, log } = await clientOf(context, place, undefined, (code) => failures.push(code));
  const images = await writeTagged(
    ['a', 'b'].map((digest) => ({ repository: 'em/relion', digest, tags: ['latest'] })),
    preparing,
  );
  await client.crawls.commit(KEY, FACTS, Buffer.alloc(0), images);
  await tampered(place, (db) =>
    db
      .updateTable('tag')
      .set({ since: 5 })
      .where('image_id', '=', (query) => query.selectFrom('image').select('id').where('digest', '=', 'a'))
      .execute(),
  );
  for (let times = 1; times <= 2; times += 1) {
    const spans = await client.history.tags(KEY, 'em/relion', ['latest'], null);
    assert.deepEqual(spans, [{ tag: 'latest', digest: 'b', since: FACTS.crawledAt, until: null }]);
    assert.deepEqual(failures, Array(times).fill('STORE_INVALID'));
  }
  assert.deepEqual(
    log.map(({ msg, code }) => [msg, code]),
    [['a part of the store is not used', 'STORE_INVALID']],
  );
  assert.equal(client.health().status, 'OK');
});

test('a value of another type than its column’s cannot be put into a store', async (context) => {
  const place = await makeSqlitePlace(context);
  await clientOf(context, place);
  for (const statement of [
    `INSERT INTO state (key, value, mac) VALUES ('a', 'b', 'text')`,
    `INSERT INTO document (registry_id, repository, digest, source, body, named_at, mac) VALUES (1, 'a', 'b', 'c', x'00', 'today', 'd')`,
  ]) {
    await assert.rejects(
      tampered(place, (db) => sql.raw(statement).execute(db)),
      /cannot store TEXT value in (?:BLOB|INTEGER) column/,
    );
  }
});

test('a value of another type, as a page that somebody wrote has, is not used, and is damage where it is in the way', async (context) => {
  const place = await makeSqlitePlace(context);
  const { client } = await clientOf(context, place);
  await stored(client, ['{"a":1}', '{"b":2}']);
  await tampered(place, async (db) => {
    await sql`PRAGMA writable_schema = ON`.execute(db);
    await sql`UPDATE sqlite_schema SET sql = replace(sql, ') STRICT', ')') WHERE type = 'table'`.execute(db);
  });
  await tampered(place, async (db) => {
    await sql`UPDATE node SET body = 'text' WHERE rowid = 1`.execute(db);
    await sql`INSERT INTO node SELECT registry_id, 'text', body, 0 FROM node WHERE rowid = 2`.execute(db);
  });
  await assert.rejects(allOf(client), { code: 'STORE_INVALID' });
  await stored(client, ['{"a":1}', '{"b":2}']);
  assert.deepEqual(await allOf(client), ['{"a":1}', '{"b":2}']);
  await tampered(place, (db) => sql`UPDATE registry SET mac = 'text', parts = 5`.execute(db));
  await assert.rejects(client.crawls.find(KEY), { code: 'STORE_INVALID' });
  await assert.rejects(stored(client, ['{"a":1}'], { ...FACTS, crawledAt: 2_000 }), {
    code: 'STORE_DAMAGED',
    message: /its file is damaged/,
  });
});
