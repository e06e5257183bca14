import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import { configuredSource, crawledFrom } from '../../support/oci/configured.ts';
import { testImage } from '../../support/oci/images.ts';
import { startZotServer } from '../../support/zot/zot-server.ts';

async function zot(context: TestContext, search?: Parameters<typeof startZotServer>[0]) {
  const server = await startZotServer(search);
  context.after(() => server.close());
  const crawled = async () =>
    crawledFrom(await configuredSource(context, { kind: 'zot', url: server.origin }));
  const count = (what: string) => server.asked.filter((each) => each.startsWith(what)).length;
  return { ...server, crawled, count };
}

const image = (content: string) => testImage({ content });

describe('a registry of kind zot', () => {
  test('has the digests of its search, and needs no HEAD', async (context) => {
    const { push, crawled, count } = await zot(context);
    const [relion, tofu] = [image('a'), image('b')];
    push('em/relion', '5.0', relion, { isSigned: true });
    push('tomography/tofu', '1', tofu);
    const { nodes, malformed } = await crawled();
    assert.deepEqual(malformed, []);
    assert.deepEqual(
      nodes.map(({ repository, digest, attested }) => ({ repository, digest, attested })),
      [
        { repository: 'em/relion', digest: relion.digest, attested: true },
        { repository: 'tomography/tofu', digest: tofu.digest, attested: false },
      ],
    );
    assert.equal(count('HEAD'), 0);
  });

  test('is asked for each page of its search', async (context) => {
    const { push, crawled, count } = await zot(context);
    const one = image('a');
    for (let index = 0; index < 2_001; index += 1) push('em/relion', `v${index}`, one);
    const { nodes } = await crawled();
    assert.equal(new Set(nodes.flatMap(({ tags }) => tags)).size, 2_001);
    assert.equal(count('GET /v2/_zot/ext/search'), 3);
    assert.equal(count('HEAD'), 0);
  });

  test('is asked where a tag leads that its search does not know', async (context) => {
    const { push, crawled, count } = await zot(context);
    push('em/relion', '1', image('a'));
    push('em/relion', '2', image('b'), { isKnown: false });
    const { nodes } = await crawled();
    assert.deepEqual(nodes.map(({ tags }) => tags.join()).sort(), ['1', '2']);
    assert.equal(count('HEAD /v2/em/relion/manifests/2'), 1);
    assert.equal(count('HEAD'), 1);
  });

  for (const search of ['none', 'older'] as const) {
    test(`is read as any other where its search is ${search}`, async (context) => {
      const { push, crawled, count } = await zot(context, search);
      push('em/relion', '1', image('a'));
      const { nodes, malformed } = await crawled();
      assert.deepEqual(malformed, []);
      assert.equal(nodes.length, 1);
      assert.equal(count('HEAD'), 1);
    });
  }
});
