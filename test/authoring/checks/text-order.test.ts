import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { needsOpa } from '../opa.ts';
import { found, restricting } from './found.ts';

const usable = (body: string) => restricting(`default usable := false\n\nusable if {\n\t${body}\n}`);

describe('text-order', needsOpa, () => {
  test('finds versions that are compared letter by letter', async (context) => {
    const rules = usable('some f in input.record.frameworks\n\tf.version >= "9.0"');
    assert.deepEqual(await found(context, rules), ['text-order 9:12']);
  });

  test('finds a label beside a number', async (context) => {
    const rules = usable('input.record.labels["org.example.level"] > 2');
    assert.deepEqual(await found(context, rules), ['text-order 8:43']);
  });

  const right = [
    'input.record.created > "2026-01-01T00:00:00Z"',
    'input.record.size > 1000',
    'count(input.record.title) > 3',
  ];
  for (const body of right) {
    test(`leaves alone ${body}`, async (context) => assert.deepEqual(await found(context, usable(body)), []));
  }
});
