// The gateway's own documents, such as the page's, are bounded as any caller's.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { LocalPolicyEngine } from '../../src/policy/create-engine.ts';
import { imageRecord } from '../support/records.ts';
import { createWorld, testEngine, type World } from '../support/world.ts';

let engine: LocalPolicyEngine;
let world: World;
before(async () => {
  engine = await testEngine();
  world = await createWorld([{ facility: 'esrf', registry: 'main', records: [imageRecord()] }], engine);
});
after(() => engine.close());

describe('a document of the gateway’s own', () => {
  test('that is not valid is refused each time', async () => {
    for (let time = 0; time < 3; time++) {
      assert.match(await world.ask('{ images { nothing } }'), /refused/);
    }
  });

  test('that costs too much is refused each time', async () => {
    const costly = '{ frameworks(first: 100) { nodes { images(first: 100) { totalCount } } } }';
    for (let time = 0; time < 3; time++) assert.match(await world.ask(costly), /refused/);
  });
});
