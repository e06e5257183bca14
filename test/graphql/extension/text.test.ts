import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inertValue } from '../../../src/graphql/extension/text.ts';
import fc, { runs } from '../../support/fast-check.ts';

const LARGE = 1_000_000;

test('texts are made inert wherever they stand, and breaks between lines are kept', () => {
  const told = inertValue(
    {
      contact: 'a\u001b[31mred\u202eder\u200b\ud800',
      notes: ['one\r\ntwo\u2028three\u0007'],
      raw: { 'na\u0000me': { deep: '\u{e0041}tag' } },
      count: 3,
      none: null,
      good: 'Žluť and π',
    },
    LARGE,
  );
  assert.deepEqual(told?.value, {
    contact: 'a [31mredder\ufffd',
    notes: ['one\ntwo\nthree '],
    raw: { 'na me': { deep: 'tag' } },
    count: 3,
    none: null,
    good: 'Žluť and π',
  });
});

test('nothing that is active is left of any JSON, and its shape stays', () => {
  fc.assert(
    fc.property(fc.json({ stringUnit: 'binary' }), (json) => {
      const told = inertValue(JSON.parse(json), LARGE);
      assert.ok(told !== null);
      const text = JSON.stringify(told.value);
      assert.doesNotMatch(text, /[\p{Cf}\p{Cs}\p{Co}\u2028\u2029]/u);
      assert.doesNotMatch(text.replaceAll('\\n', '').replaceAll('\\\\', ''), /\\u00[01]|\\[bfrt]/);
    }),
    { numRuns: runs(200) },
  );
});

test('what is larger than it may be is not used at all', () => {
  assert.equal(inertValue({ text: 'x'.repeat(600) }, 1_000), null);
  assert.equal(inertValue(Array(100).fill(null), 1_000), null);
  assert.ok(inertValue({ text: 'x'.repeat(400) }, 1_000));
});
