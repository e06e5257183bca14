// A history of tags that somebody else has written: answers go on with the rest, and the log says so once.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { preparing } from '../../../src/model/pace.ts';
import { writeTagged } from '../../../src/store/history/tagged-images.ts';
import { makeSqlitePlace } from '../../support/engines.ts';
import { clientOf } from '../../support/store-client.ts';
import { FACTS, KEY, tampered } from '../../support/stored-crawls.ts';

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
