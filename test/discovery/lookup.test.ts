import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { LocalPolicyEngine } from '../../src/policy/create-engine.ts';
import { digestOf, imageRecord } from '../support/records.ts';
import { createWorld, testEngine, type World } from '../support/world.ts';

const named = (facility: string, repository: string) =>
  imageRecord({ facility, repository, digest: digestOf(7), tags: [] });

describe('images of one digest', () => {
  let engine: LocalPolicyEngine;
  let world: World;
  before(async () => {
    engine = await testEngine();
    world = await createWorld(
      [
        { facility: 'esrf', registry: 'main', records: ['b', 'c', 'a'].map((name) => named('esrf', name)) },
        { facility: 'desy', registry: 'main', records: [named('desy', 'z')] },
      ],
      engine,
    );
  });
  after(() => engine.close());

  test('come by federation.yaml’s order of facilities, then by id, whatever their order in the registry', async () => {
    const query = `{ image(digest: "${digestOf(7)}") { repository sameDigest { repository } } }`;
    const { data } = JSON.parse(await world.ask(query));
    assert.equal(data.image.repository, 'z');
    assert.deepEqual(
      data.image.sameDigest.map(({ repository }: { repository: string }) => repository),
      ['a', 'b', 'c'],
    );
  });
});
