// Statements of a license, of every family of labels.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { BOUNDS } from '../../../src/model/bounds.ts';
import { loadVocabulary } from '../../../src/vocabulary/load.ts';
import { readLabels, textsOf } from '../../support/labels.ts';

describe('every label that states a license is heard', () => {
  const licensesOf = (labels: Record<string, string>) => textsOf(readLabels(labels).described.licenses);

  test('of all families, and each text of a label once', () => {
    assert.deepEqual(
      licensesOf({
        'about.license': 'MIT',
        'org.opencontainers.image.licenses': 'Apache-2.0',
        'io.panfed.license': 'XDS',
        'io.panfed.image': '{"license": "MIT"}',
      }),
      ['XDS', 'MIT', 'Apache-2.0', 'MIT'],
    );
  });

  test('one that cannot be read is one that nobody recognizes', () => {
    assert.deepEqual(
      licensesOf({ 'io.panfed.image': '{"license": {"name": "XDS", "conditions": ["academic"]}}' }),
      ['{"name":"XDS","conditions":["academic"]}'],
    );
    const [cut = ''] = licensesOf({
      'org.opencontainers.image.licenses': `MIT${' '.repeat(BOUNDS.license)}for us`,
    });
    assert.equal(cut.length, BOUNDS.license);
    assert.equal(loadVocabulary().license(cut).state, 'declared');
    assert.deepEqual(licensesOf({ 'io.panfed.image': '{"license": null}' }), []);
  });

  for (const name of [
    'io.panfed.licence',
    'io.panfed.licenses',
    'io.panfed.License',
    'io.panfed.image.license',
  ]) {
    test(`also under a misspelt name, which is a problem: ${name}`, () => {
      const facts = readLabels({ [name]: 'XDS', 'org.opencontainers.image.licenses': 'MIT' });
      assert.deepEqual(textsOf(facts.described.licenses), ['XDS', 'MIT']);
      assert.deepEqual(
        facts.problems.map(({ label }) => label),
        [name],
      );
      assert.deepEqual(facts.restrictions, { conditions: [], listed: true, sharing: null });
    });
  }
});
