// What a client writes in a document never becomes code, however often it is sent.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { parse } from 'graphql';
import { createCompile } from '../../src/graphql/compile.ts';
import { createSchema } from '../../src/graphql/schema.ts';
import type { LocalPolicyEngine } from '../../src/policy/create-engine.ts';
import { imageRecord } from '../support/records.ts';
import { createWorld, testEngine } from '../support/world.ts';

describe('compiling', () => {
  const compiles = (text: string, operation?: string): boolean => {
    const compile = createCompile(createSchema());
    const document = parse(text);
    assert.equal(compile(document, operation), null, 'a document that is sent once is interpreted');
    return compile(document, operation) !== null;
  };

  test('accepts names, numbers, keywords, and variables', () => {
    assert.ok(
      compiles(
        'query ($s: String) { images(search: $s, first: 2, orderBy: NAME) { nodes { id created digest source } } }',
      ),
    );
  });

  test('is done for each operation of a document', () => {
    const document = 'query A { viewer { name } } query B { viewer { issuer } }';
    assert.ok(compiles(document, 'A'));
    assert.ok(compiles(document, 'B'));
    assert.equal(compiles(document), false);
  });

  for (const [what, document] of [
    ['a text', '{ images(search: "relion") { totalCount } }'],
    ['a block of text', '{ images(search: """relion""") { totalCount } }'],
    ['a text deep in an object', '{ images(only: { frameworks: ["relion"] }) { totalCount } }'],
    ['a text as a default', 'query ($s: String = "x") { images(search: $s) { totalCount } }'],
    [
      'a text in a fragment',
      '{ images { ...F } } fragment F on ImageConnection { nodes { access(at: "esrf") { pull } } }',
    ],
    ['a name that is read as a prototype', '{ __proto__: images { totalCount } }'],
  ] as const) {
    test(`leaves ${what} to be interpreted`, () => assert.equal(compiles(document), false));
  }
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
