// The preference module against the sentence that it implements: whole values, in any case.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PREFERENCE_FIELDS } from '../../src/model/choices.ts';
import fc, { runs } from '../support/fast-check.ts';
import { committedModule } from './module.ts';

const match = await committedModule('preference');
const fields = PREFERENCE_FIELDS;

const word = fc.oneof(
  fc.constantFrom(
    'relion',
    'RELION',
    'Relion',
    'relion-3',
    'esrf',
    'ESRF',
    'UNKNOWN',
    'unknown',
    'Ä',
    'ä',
    '',
  ),
  fc.string({ unit: 'grapheme-ascii', maxLength: 3 }),
);

test('the indexes, ascending, of the values that are some choice but for case', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...fields),
      fc.array(word, { maxLength: 5 }),
      fc.array(word, { maxLength: 20 }),
      (field, choice, values) => {
        const wanted = new Set(choice.map((one) => one.toLowerCase()));
        const expected = values.flatMap((value, index) => (wanted.has(value.toLowerCase()) ? [index] : []));
        assert.deepEqual(match({ field, choice, values }), expected);
      },
    ),
    { numRuns: runs(500) },
  );
});

test('a choice that it cannot judge is undefined, and never "nothing matches"', () => {
  const good = { field: 'frameworks', choice: ['relion'], values: ['relion'] };
  assert.deepEqual(match(good), [0]);
  for (const bad of [
    { ...good, field: 'may' },
    { ...good, field: 'framework' },
    { ...good, field: null },
    { ...good, choice: 'relion' },
    { ...good, choice: [null] },
    { ...good, values: [1] },
    { ...good, values: null },
    {},
  ]) {
    assert.equal(match(bad), undefined, JSON.stringify(bad));
  }
});

test('a hundred choices over ten thousand values are judged at once', () => {
  const values = Array.from({ length: 10_000 }, (_, index) => `value-${index}`);
  const choice = values.filter((_, index) => index % 100 === 0);
  assert.equal((match({ field: 'frameworks', choice, values }) as number[]).length, 100);
});
