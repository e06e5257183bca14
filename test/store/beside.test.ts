// Reads beside a commit of very many tags: somebody waits for them, and they see all of it or nothing.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { preparing } from '../../src/model/pace.ts';
import { writeTagged } from '../../src/store/history/tagged-images.ts';
import { describeInPostgres, type MakePlace, makeSqlitePlace } from '../support/engines.ts';
import { clientOf } from '../support/store-client.ts';
import { FACTS, KEY } from '../support/stored-crawls.ts';

const TAGS = Array.from({ length: 128 }, (_, tag) => `v${tag}`);
const IMAGES = Array.from({ length: 200 }, (_, image) => ({
  ...{ repository: `em/${image}`, digest: 'a', tags: TAGS },
}));

function suite(makePlace: MakePlace): void {
  test('are answered while it goes on, by what was committed before', async (context) => {
    const { client } = await clientOf(context, await makePlace(context));
    const images = await writeTagged(IMAGES, preparing);
    let isCommitted = false;
    const commit = client.crawls.commit(KEY, FACTS, Buffer.alloc(0), images).then(() => {
      isCommitted = true;
    });
    const counts: number[] = [];
    while (!isCommitted) {
      const first = await client.history.tags(KEY, 'em/0', TAGS, null);
      const last = await client.history.tags(KEY, 'em/199', TAGS, null);
      counts.push(first?.length ?? -1, last?.length ?? -1);
    }
    await commit;
    // Some thousand statements long: two reads and the end of it are as many as one thread without turns would do.
    assert.ok(counts.length > 8, `${counts.length} reads`);
    assert.ok(counts.filter((count) => count === 0).length > 6);
    assert.deepEqual(
      [...new Set(counts)].filter((count) => count !== 0 && count !== TAGS.length),
      [],
    );
    assert.equal((await client.history.tags(KEY, 'em/199', TAGS, null))?.length, TAGS.length);
  });

  test('do not end a commit where they fail, and the store is opened again behind it', async (context) => {
    const { client } = await clientOf(context, await makePlace(context));
    // Nothing is read of a registry that is not known yet.
    await client.crawls.commit(KEY, FACTS, Buffer.alloc(0), await writeTagged(IMAGES.slice(0, 1), preparing));
    const images = await writeTagged(IMAGES, preparing);
    const commit = client.crawls.commit(KEY, FACTS, Buffer.alloc(0), images);
    // PostgreSQL has no text with a NUL, SQLite's binding takes no object.
    const asked = ['\0', {}] as unknown as string[];
    await assert.rejects(client.history.tags(KEY, 'em/0', asked, null), { code: 'STORE_UNAVAILABLE' });
    await commit;
    assert.equal((await client.history.tags(KEY, 'em/199', TAGS, null))?.length, TAGS.length);
  });

  test('that wait when the store is closed are answered', async (context) => {
    const { client } = await clientOf(context, await makePlace(context));
    await client.crawls.commit(KEY, FACTS, Buffer.alloc(0), await writeTagged(IMAGES.slice(0, 2), preparing));
    const reads = [0, 1].map((image) => client.history.tags(KEY, `em/${image}`, TAGS, null));
    await client.close();
    assert.deepEqual(
      (await Promise.all(reads)).map((spans) => spans?.length),
      [TAGS.length, TAGS.length],
    );
  });
}

describe('reads beside a long commit, in SQLite', () => {
  suite(makeSqlitePlace);
});

describeInPostgres('reads beside a long commit, in PostgreSQL', suite);
