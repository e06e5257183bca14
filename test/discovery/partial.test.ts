// A registry of which some images have not been read yet: what is known is answered, and nothing is concluded from what is
// not.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { LocalPolicyEngine } from '../../src/policy/create-engine.ts';
import { digestOf, imageRecord } from '../support/records.ts';
import { createWorld, testEngine, type World } from '../support/world.ts';

const IMAGE = imageRecord({
  facility: 'esrf',
  registry: 'hub',
  repository: 'em/relion',
  digest: digestOf(1),
});

describe('a registry that is read in part', () => {
  let engine: LocalPolicyEngine;
  let world: World;
  before(async () => {
    engine = await testEngine();
    world = await createWorld(
      [
        { facility: 'esrf', registry: 'hub', records: [IMAGE], partial: true },
        { facility: 'desy', registry: 'main', records: [] },
      ],
      engine,
    );
  });
  after(() => engine.close());

  const ask = async (query: string) => JSON.parse(await world.ask(query));

  test('answers with the images that were read, and the answer is not complete', async () => {
    const { data } = await ask(
      '{ images { totalCount complete sources { facility { id } status error { code } } } }',
    );
    assert.equal(data.images.totalCount, 1);
    assert.equal(data.images.complete, false);
    assert.deepEqual(data.images.sources, [
      { facility: { id: 'desy' }, status: 'OK', error: null },
      { facility: { id: 'esrf' }, status: 'PARTIAL', error: { code: 'CRAWL_UNFINISHED' } },
    ]);
  });

  test('may have what an unknown choice means: the choice is noted and not refused', async () => {
    const { data, errors } = await ask(
      '{ images(only: { frameworks: ["nonesuch"] }) { totalCount notices { code } } }',
    );
    assert.deepEqual(errors, []);
    assert.deepEqual(data.images, { totalCount: 0, notices: [{ code: 'UNKNOWN_CHOICE' }] });
  });

  test('may have the image that is asked for: whether it exists is not known', async () => {
    for (const wanted of [
      `digest: "${digestOf(9)}"`,
      `reference: "${IMAGE.reference}"`,
      `id: "${IMAGE.id}"`,
    ]) {
      const { data, errors } = await ask(`{ image(${wanted}) { id } }`);
      assert.equal(data.image, null);
      assert.equal(errors[0].extensions.code, 'SOURCE_UNAVAILABLE', wanted);
    }
  });
});
