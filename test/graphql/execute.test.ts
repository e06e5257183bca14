// A document that comes again is compiled; its answer must not change by a byte.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { LocalPolicyEngine } from '../../src/policy/create-engine.ts';
import fc, { runs } from '../support/fast-check.ts';
import { arbitraryQuestion, FRAMEWORKS, IMAGES } from '../support/questions.ts';
import { arbitraryRecords, digestOf, imageRecord } from '../support/records.ts';
import { arbitrarySubject } from '../support/subjects.ts';
import { callerOf, createWorld, testEngine } from '../support/world.ts';

let engine: LocalPolicyEngine;
before(async () => {
  engine = await testEngine();
});
after(() => engine.close());

/** A document with a remark of its own is another text, so it is interpreted as one seen for the first time. */
let remarks = 0;
const afresh = (document: string): string => {
  remarks += 1;
  return `${document}\n# ${remarks}`;
};

describe('a compiled document', () => {
  test('answers as an interpreted one, errors included', async () => {
    await fc.assert(
      fc.asyncProperty(
        arbitraryRecords('esrf'),
        arbitrarySubject(),
        fc.array(arbitraryQuestion(), { minLength: 2, maxLength: 4 }),
        async (records, subject, questions) => {
          const world = await createWorld([{ facility: 'esrf', registry: 'main', records }], engine);
          const caller = callerOf(subject);
          for (const document of [IMAGES, FRAMEWORKS]) {
            await world.ask(document, { first: 1 }, caller);
            for (const question of questions) {
              const variables = { ...question };
              assert.equal(
                await world.ask(document, variables, caller),
                await world.ask(afresh(document), variables, caller),
              );
            }
          }
        },
      ),
      { numRuns: runs(8) },
    );
  });

  for (const [what, document, variables] of [
    [
      'skips and includes as asked',
      'query ($yes: Boolean!) { images(first: 1) { totalCount @skip(if: $yes) complete @include(if: $yes) } }',
      { yes: true },
    ],
    [
      'knows which nodes are of which type',
      '{ node(id: "esrf") { __typename ... on Facility { name } ... on Image { title } } }',
      {},
    ],
    [
      'refuses a variable of the wrong type',
      'query ($n: Int) { images(first: $n) { totalCount } }',
      { n: 'many' },
    ],
    ['refuses a page that is too large', '{ images(first: 101) { totalCount } }', {}],
    ['nulls a nullable field that fails', '{ image { id } viewer { authenticated } }', {}],
    [
      'knows aliases and fragments',
      '{ a: images(first: 1) { ...F } b: images(first: 2) { ...F } } fragment F on ImageConnection { nodes { n: title } }',
      {},
    ],
  ] as const) {
    test(what, async () => {
      const records = [imageRecord(), imageRecord({ digest: digestOf(2), title: null })];
      const world = await createWorld([{ facility: 'esrf', registry: 'main', records }], engine);
      const answers = [];
      for (let time = 0; time < 3; time++) answers.push(await world.ask(document, variables));
      assert.equal(answers[1], answers[0]);
      assert.equal(answers[2], answers[0]);
    });
  }

  test('reports errors in the order of their fields, whichever fails first', async () => {
    const world = await createWorld(
      [{ facility: 'esrf', registry: 'main', records: [imageRecord()] }],
      engine,
    );
    const document = `query ($reference: String!, $past: DateTime!) {
      late: image(reference: $reference, asOf: $past) { id }
      soon: image { id }
      images(first: 1) { nodes { tagHistory(first: 0) { digest } } }
    }`;
    const variables = { reference: 'registry.esrf.example/relion:5.0.1', past: '2026-01-01T00:00:00Z' };
    for (let time = 0; time < 3; time++) {
      const { errors } = JSON.parse(await world.ask(document, variables));
      assert.deepEqual(
        errors.map(({ path }: { path: (string | number)[] }) => path[0]),
        ['late', 'soon', 'images'],
      );
    }
  });
});
