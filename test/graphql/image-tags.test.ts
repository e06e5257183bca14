import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { LocalPolicyEngine } from '../../src/policy/create-engine.ts';
import { digestOf, imageRecord } from '../support/records.ts';
import { createWorld, testEngine } from '../support/world.ts';

const TAGS = Array.from({ length: 10_000 }, (_, index) => `t${index}-${'x'.repeat(110)}`).sort();

describe('an image with ten thousand long tags', () => {
  let engine: LocalPolicyEngine;
  let ask: Awaited<ReturnType<typeof createWorld>>['ask'];
  before(async () => {
    engine = await testEngine();
    const manifests = [{ platform: 'linux/arm64', digest: digestOf(2), size: 10 }];
    const environment = [{ name: 'CUDA_VERSION', value: '12.4.1' }];
    const records = [imageRecord({ facility: 'kit', tags: TAGS, manifests, environment })];
    ask = (await createWorld([{ facility: 'kit', registry: 'main', records }], engine)).ask;
  });
  after(() => engine.close());

  const image = async (selection: string) =>
    JSON.parse(await ask(`{ images(first: 1) { nodes { ${selection} } } }`)).data.images.nodes[0];

  test('shows the first of them in order', async () => {
    assert.deepEqual((await image('tags')).tags, TAGS.slice(0, 128));
  });

  test('gives all of them in pages, each once', async () => {
    const seen: string[] = [];
    let after: string | null = null;
    do {
      const { allTags } = await image(
        `allTags(first: 1000, after: ${JSON.stringify(after)}) { nodes totalCount pageInfo { hasNextPage endCursor } }`,
      );
      assert.equal(allTags.totalCount, TAGS.length);
      seen.push(...allTags.nodes);
      after = allTags.pageInfo.hasNextPage ? allTags.pageInfo.endCursor : null;
    } while (after !== null);
    assert.deepEqual(seen, TAGS);
  });

  test('is found by any of them', async () => {
    const reference = `registry.kit.example/em/relion:${TAGS.at(-1)}`;
    const answer = JSON.parse(
      await ask('query ($r: String) { image(reference: $r) { digest } }', { r: reference }),
    );
    assert.equal(answer.data.image.digest, digestOf(1));
  });

  test('gives no page of more than a thousand, nor one behind the last', async () => {
    const answer = JSON.parse(await ask('{ images(first: 1) { nodes { allTags(first: 1001) { nodes } } } }'));
    assert.equal(answer.errors[0].extensions.code, 'BAD_INPUT');
    assert.deepEqual((await image('allTags(after: "zzz") { nodes pageInfo { endCursor } }')).allTags, {
      nodes: [],
      pageInfo: { endCursor: null },
    });
  });

  test('shows the manifests, and what is configured of CUDA', async () => {
    assert.deepEqual(await image('manifests { platform digest size } environment { name value }'), {
      manifests: [{ platform: 'linux/arm64', digest: digestOf(2), size: 10 }],
      environment: [{ name: 'CUDA_VERSION', value: '12.4.1' }],
    });
  });
});
