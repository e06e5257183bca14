// Lists of names as no honest registry sends them.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { parseJson } from '../../../src/network/body.ts';
import { list } from '../../../src/sources/oci/list.ts';
import { readNamesPage } from '../../../src/sources/oci/names-page.ts';
import { readNamesAside } from '../../../src/sources/parse-aside.ts';
import { heldBy } from '../../support/main-thread.ts';
import { answeringRegistry } from '../../support/oci/answering-registry.ts';

const WANTED = { path: '/v2/em/relion/tags/list', scope: null, member: 'tags', max: 20_000 } as const;
const listed = (names: readonly unknown[]) =>
  list(answeringRegistry(Buffer.from(JSON.stringify({ tags: names }))), WANTED);

describe('a list of names', () => {
  test('has each once, and is doubtful where one is no text', async () => {
    assert.deepEqual(await listed(['b', 'a', 'b']), { names: ['b', 'a'], isDoubtful: false });
    assert.deepEqual(await listed(['b', 7]), { names: ['b'], isDoubtful: true });
  });

  test('is the same where another thread reads it', async () => {
    const names = Array.from({ length: 20_000 }, (_, n) => `v${n % 19_000}`);
    assert.deepEqual(await listed(names), { names: [...new Set(names)], isDoubtful: false });
  });

  test('is refused beyond the maximum of names, of which no more are read', async () => {
    const tags = Array.from({ length: 30_000 }, (_, n) => `v${n}`);
    const page = readNamesPage({ tags }, { member: 'tags', max: 100 });
    assert.deepEqual(page, { names: tags.slice(0, 101), count: 30_000, unread: 0 });
    await assert.rejects(listed(tags), { message: 'it has more than 20000 tags' });
  });

  test('of a million names does not hold the event loop', async () => {
    const bytes = Buffer.from(
      JSON.stringify({ tags: Array.from({ length: 1_000_000 }, (_, n) => n.toString(36)) }),
    );
    const wanted = { member: 'tags', max: 20_000 };
    const context = { facility: 'esrf', signal: AbortSignal.timeout(60_000) };
    const read = () => readNamesAside(bytes, wanted, context);
    assert.equal((await read()).names.length, 20_001);
    const here = await heldBy(async () => readNamesPage(parseJson(bytes), wanted));
    const aside = await heldBy(read);
    assert.ok(aside.held < here.held / 5, `${aside.held.toFixed()} of ${here.held.toFixed()} ms`);
  });
});
