// What a client writes in a document never becomes code, however often it is sent.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { getOperationAST, parse, print, validate } from 'graphql';
import { hoistTexts } from '../../src/graphql/hoist.ts';
import { createSchema } from '../../src/graphql/schema.ts';
import type { LocalPolicyEngine } from '../../src/policy/create.ts';
import { imageRecord } from '../support/records.ts';
import { createWorld, testEngine } from '../support/world.ts';

const schema = createSchema();

function hoist(text: string) {
  const document = parse(text);
  assert.deepEqual(validate(schema, document), []);
  const operation = getOperationAST(document);
  assert.ok(operation);
  const hoisted = hoistTexts(schema, document, operation);
  if (hoisted !== null) assert.deepEqual(validate(schema, hoisted.document), []);
  return hoisted === null ? null : { ...hoisted, text: print(hoisted.document).replaceAll(/\s+/g, ' ') };
}

describe('hoisting', () => {
  test('leaves no text in the document, and its meaning as it was', () => {
    const hoisted = hoist(
      '{ images(search: "relion", only: { facilities: ["esrf", 5], sharing: OPEN }, first: 2) { totalCount } }',
    );
    assert.equal(
      hoisted?.text,
      'query ($text0: String, $text1: Choices) ' +
        '{ images(search: $text0, only: $text1, first: 2) { totalCount } }',
    );
    assert.deepEqual(hoisted?.texts, {
      text0: 'relion',
      text1: { facilities: ['esrf', '5'], sharing: 'OPEN' },
    });
  });

  test('keeps out of the way of the client’s own variables', () => {
    const hoisted = hoist(
      'query ($text0: String = "x") { images(search: $text0, after: "c") { totalCount } }',
    );
    assert.equal(
      hoisted?.text,
      'query ($text0: String, $text1: String) { images(search: $text0, after: $text1) { totalCount } }',
    );
    assert.deepEqual([hoisted?.defaults, hoisted?.texts], [{ text0: 'x' }, { text1: 'c' }]);
  });

  test('reaches into fragments', () => {
    const hoisted = hoist(
      '{ images { ...F } } fragment F on ImageConnection { nodes { access(at: "esrf") { pull } } }',
    );
    assert.match(hoisted?.text ?? '', /access\(at: \$text0\)/);
  });

  test('gives up where a text stands beside a variable', () => {
    assert.equal(hoist('query ($f: ID!) { images(only: { facilities: ["a", $f] }) { totalCount } }'), null);
  });

  test('gives up where a name would be read as a prototype', () => {
    assert.equal(hoist('{ __proto__: images { totalCount } }'), null);
  });
});

describe('a document that comes again', () => {
  let engine: LocalPolicyEngine;
  before(async () => {
    engine = await testEngine();
  });
  after(() => engine.close());

  // graphql-jit writes a text that begins so as `new Date(…)`, with what follows as code.
  const CODE = '__MAGIC_DATE__33a9e76d_02e0_4128_8e92_3530ad3da74dglobalThis.wasRun=true';
  for (const [where, document] of [
    ['an argument', `{ images(search: "${CODE}", first: 1) { totalCount } }`],
    ['a list in an object', `{ images(only: { facilities: ["${CODE}"] }, first: 1) { totalCount } }`],
    ['a default', `query ($s: String = "${CODE}") { images(search: $s, first: 1) { totalCount } }`],
    [
      'an argument of a fragment',
      `{ node(id: "${CODE}") { ...F } } fragment F on Image { access(at: "${CODE}") { pull } }`,
    ],
    [
      'an object with a variable',
      `query ($f: [ID!]) { images(only: { facilities: $f, frameworks: ["${CODE}"] }, first: 1) { totalCount } }`,
    ],
  ] as const) {
    test(`runs no code out of ${where}`, async () => {
      const world = await createWorld(
        [{ facility: 'esrf', registry: 'main', records: [imageRecord()] }],
        engine,
      );
      const answers = [];
      for (let time = 0; time < 4; time++) answers.push(await world.ask(document));
      assert.equal('wasRun' in globalThis, false);
      assert.equal(new Set(answers).size, 1);
    });
  }

  test('is not mistaken for one with other texts', async () => {
    const records = [imageRecord({ title: 'alpha' })];
    const world = await createWorld([{ facility: 'esrf', registry: 'main', records }], engine);
    for (let time = 0; time < 3; time++) {
      for (const [word, count] of [
        ['alpha', 1],
        ['omega', 0],
      ] as const) {
        const answer = JSON.parse(await world.ask(`{ images(search: "${word}") { totalCount } }`));
        assert.equal(answer.data.images.totalCount, count);
      }
    }
  });
});
