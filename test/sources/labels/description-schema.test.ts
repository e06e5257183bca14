import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { jsonText } from '../../../src/cli/terminal/output.ts';
import { descriptionSchema } from '../../../src/sources/labels/description-schema.ts';
import { IMAGE_LABEL, PANFED_FIELDS } from '../../../src/sources/labels.ts';
import { description, INVALID } from '../../support/descriptions.ts';
import fc from '../../support/fast-check.ts';
import { readLabels } from '../../support/labels.ts';

const ajv = new Ajv2020({ strict: true, strictTypes: false, allErrors: true });
addFormats.default(ajv);
const isValid = ajv.compile(descriptionSchema());
const problemsOf = (value: unknown) => readLabels({ [IMAGE_LABEL]: JSON.stringify(value) }).problems;

describe('the schema of descriptions', () => {
  test('is published as it is: panfed labels schema --output docs/labels.schema.json', () => {
    const published = readFileSync(new URL('../../../docs/labels.schema.json', import.meta.url), 'utf8');
    assert.ok(published === jsonText(descriptionSchema()), 'write it anew, and commit it');
  });

  test('has each field that the reader reads, but for groups, which no label can set', () => {
    const fields = PANFED_FIELDS.filter((field) => field !== 'image' && field !== 'groups');
    assert.deepEqual(
      Object.keys(descriptionSchema().properties ?? {}).toSorted(),
      ['$schema', 'license', ...fields].toSorted(),
    );
  });

  test('takes nothing that the reader does not read', () => {
    fc.assert(
      fc.property(description, (value) => {
        assert.ok(isValid(value), JSON.stringify(isValid.errors));
        assert.deepEqual(problemsOf(value), []);
      }),
    );
  });

  for (const [field, values] of Object.entries(INVALID)) {
    test(`refuses of ${field} what the reader cannot read`, () => {
      for (const value of values) {
        assert.equal(isValid({ [field]: value }), false, JSON.stringify(value));
        const problems = problemsOf({ [field]: value });
        assert.equal(problems.length, 1, JSON.stringify(value).slice(0, 100));
      }
    });
  }

  test('refuses a field that the reader does not know, also within another', () => {
    for (const value of [
      { reds: [] },
      { requires: { cpu: 1 } },
      { conditions: [{ kind: 'site', site: [] }] },
    ])
      assert.equal(isValid(value), false, JSON.stringify(value));
  });
});
