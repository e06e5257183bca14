import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { descriptionOf, descriptionText, labelsOf } from '../../../src/sources/labels/description.ts';
import { IMAGE_LABEL } from '../../../src/sources/labels.ts';
import { description } from '../../support/descriptions.ts';
import fc from '../../support/fast-check.ts';
import { plainFacts, readLabels } from '../../support/labels.ts';

const read = (value: object) => readLabels({ [IMAGE_LABEL]: JSON.stringify(value) });

describe('a description', () => {
  test('of facts reads as the same facts', () => {
    fc.assert(
      fc.property(description, (value) => {
        const facts = read(value);
        assert.deepEqual(plainFacts(read(descriptionOf(facts))), plainFacts(facts));
      }),
    );
  });

  test('has nothing that is not said', () => {
    const facts = read({
      title: '',
      reads: [],
      requires: { cpus: null, engines: [] },
      sharing: 'open',
      listed: true,
    });
    assert.deepEqual(descriptionOf(facts), {});
  });

  test('becomes labels that read as the same facts, with those of OCI for other tools', () => {
    fc.assert(
      fc.property(description, (value) => {
        const facts = read(value);
        assert.deepEqual(plainFacts(readLabels(labelsOf(descriptionOf(facts)))), plainFacts(facts));
      }),
    );
    assert.deepEqual(labelsOf({ title: 'RELION', license: 'MIT', reads: ['MRC'] }), {
      [IMAGE_LABEL]: '{"title":"RELION","license":"MIT","reads":["MRC"]}',
      'org.opencontainers.image.title': 'RELION',
      'org.opencontainers.image.licenses': 'MIT',
    });
  });

  test('is one line of text in which nothing is active', () => {
    fc.assert(
      fc.property(description, (value) => {
        assert.doesNotMatch(descriptionText(value), /[\p{Cc}\p{Cf}\u2028\u2029]/u);
        assert.deepEqual(JSON.parse(descriptionText(value)), JSON.parse(JSON.stringify(value)));
      }),
    );
  });
});
