import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { withDescriptiveFields } from '../../scripts/input-schema.ts';
import { withLabelRows } from '../../scripts/label-table.ts';

const read = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
const MEND = 'run `npm run generate`, and commit what it writes';

describe('what follows from the descriptive fields', () => {
  for (const kind of ['federation', 'facility']) {
    test(`stands in the schema of a ${kind}'s input`, () => {
      const schema = JSON.parse(read(`policies/schema/${kind}.json`));
      assert.deepEqual(schema, withDescriptiveFields(schema), MEND);
    });
  }

  test('stands in the table of labels', () => {
    const page = read('docs/joining.md');
    assert.equal(page, withLabelRows(page), MEND);
  });

  test('comes behind the platforms in a schema that has not got it, and is required there', () => {
    const schema = JSON.parse(read('policies/schema/facility.json'));
    const { title, ...properties } = schema.properties.record.properties;
    const required = schema.properties.record.required.filter((name: string) => name !== 'title');
    const { record } = withDescriptiveFields({
      ...schema,
      properties: { ...schema.properties, record: { ...schema.properties.record, properties, required } },
    }).properties;
    assert.deepEqual(record.properties.title, title);
    assert.equal(record.required.indexOf('title'), record.required.indexOf('platforms') + 1);
  });

  test('comes before the requirements in a table of labels that has not got it', () => {
    const page = read('docs/joining.md');
    const row = page.split('\n').find((line) => line.startsWith('| `io.panfed.title` |'));
    assert.ok(row);
    const lines = withLabelRows(page.replace(`${row}\n`, '')).split('\n');
    assert.match(lines[lines.indexOf(row) + 1] ?? '', /^\| `io\.panfed\.requires` /);
  });
});
