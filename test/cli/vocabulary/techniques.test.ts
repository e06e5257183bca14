import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, type TestContext, test } from 'node:test';
import { buildSchema, parse, validate } from 'graphql';
import { techniquesCommand } from '../../../src/cli/vocabulary/techniques.ts';
import { TechniquesDocument } from '../../../src/graphql/generated/operations.ts';
import { runAsking } from '../collect.ts';

const sense = (overrides: object = {}) => ({
  ...{ choice: 'electron microscopy', isGeneral: true, imageCount: 7, facilities: [] },
  technique: { id: 'PaNET01145', label: 'electron microscopy', synonyms: ['EM'], definition: null },
  broader: [
    { imageCount: 7, technique: { id: 'a', label: 'microscopy' } },
    { imageCount: 9, technique: { id: 'b', label: 'imaging' } },
  ],
  narrower: Array.from({ length: 12 }, (_, at) => ({
    imageCount: 0,
    technique: { id: `n${at}`, label: `n${at}` },
  })),
  ...overrides,
});
const KIT = sense({
  ...{ choice: 'term:em', isGeneral: false, imageCount: 1, facilities: [{ id: 'kit', name: 'KIT' }] },
  technique: {
    id: 'term:em',
    label: 'expectation \u001b[2Jmaximization',
    synonyms: [],
    definition: 'By likelihood.',
  },
  ...{ broader: [], narrower: [] },
});

const run = (context: TestContext, words: readonly string[], techniques: object) =>
  runAsking(context, (output) => techniquesCommand(output, {}), words, {
    data: { techniques: { isAmbiguous: false, suggestions: [], complete: true, senses: [], ...techniques } },
  });

describe('panfed techniques', () => {
  test('asks what the gateway’s schema can answer', () => {
    const schema = readFileSync(new URL('../../../src/graphql/schema.graphql', import.meta.url), 'utf8');
    assert.deepEqual(validate(buildSchema(schema), parse(TechniquesDocument.toString())), []);
  });

  test('shows each sense, with what is near and its images, and what to choose', async (context) => {
    const { output, asked, failure } = await run(context, ['EM'], {
      isAmbiguous: true,
      senses: [sense(), KIT],
    });
    assert.equal(failure, null);
    assert.deepEqual(asked[0]?.variables, { term: 'EM' });
    assert.equal(
      output.stdout(),
      [
        'electron microscopy  PaNET01145',
        '  also     EM',
        '  images   7',
        '  broader  imaging (9), microscopy (7)',
        '  narrower n0, n1, n2, n3, n4, n5, n6, n7, n8, n9, and 2 more',
        '',
        'expectation  [2Jmaximization  term:em',
        '  means    so at kit',
        '  is       By likelihood.',
        '  images   1',
        '  choose   term:em',
        '',
      ].join('\n'),
    );
    assert.equal(
      output.stderr(),
      'EM has several senses: choose one of electron microscopy, term:em, or one facility\n',
    );
  });

  test('gives all of it as JSON', async (context) => {
    const { output } = await run(context, ['EM', '--format', 'json'], { senses: [sense()] });
    assert.equal(JSON.parse(output.stdout()).senses[0].imageCount, 7);
    assert.equal(output.stderr(), '');
  });

  test('says what is near where nothing has the name, and that not all was counted', async (context) => {
    const { failure } = await run(context, ['tomografy'], { suggestions: ['tomography'] });
    assert.deepEqual([failure?.code, failure?.hint], ['NOT_FOUND', 'Did you mean tomography?']);
    const { output } = await run(context, ['EM'], { complete: false, senses: [sense()] });
    assert.equal(output.stderr(), 'not every registry answered: some images are missing\n');
  });
});
