import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { digestOf, imageRecord } from '../support/records.ts';
import { createWorld, testEngine, type World } from '../support/world.ts';

describe('an answer', () => {
  let world: World;
  before(async () => {
    const labels = Object.fromEntries(
      Array.from({ length: 100 }, (_, n) => [`label.${n}`, 'x'.repeat(8_000)]),
    );
    const records = Array.from({ length: 20 }, (_, n) =>
      imageRecord({ facility: 'kit', repository: `r/heavy${n}`, digest: digestOf(n), labels }),
    );
    world = await createWorld([{ facility: 'kit', registry: 'main', records }], await testEngine());
  });

  test('with labels of maximum size is given while it is within the bound', async () => {
    const answer = JSON.parse(await world.ask('{ images(first: 5) { nodes { labels { name value } } } }'));
    assert.equal(answer.data.images.nodes.length, 5);
    assert.equal(answer.data.images.nodes[0].labels.length, 100);
  });

  test('that a small document makes many times as large is refused before it is made', async () => {
    const aliases = Array.from({ length: 30 }, (_, n) => `a${n}: labels { value }`).join(' ');
    const answer = await world.ask(`{ images(first: 20) { nodes { ${aliases} } } }`);
    const { data, errors } = JSON.parse(answer) as {
      data: unknown;
      errors: { extensions: { code: string } }[];
    };
    assert.equal(data, null);
    assert.deepEqual(
      errors.map(({ extensions }) => extensions.code),
      ['LIMIT_EXCEEDED'],
    );
    assert.ok(answer.length < 10_000, `${answer.length} characters`);
  });
});
