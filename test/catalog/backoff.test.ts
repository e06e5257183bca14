import assert from 'node:assert/strict';
import { test } from 'node:test';
import { backoff } from '../../src/catalog/backoff.ts';
import fc from '../support/fast-check.ts';

test('it doubles from 5 seconds to 5 minutes', () => {
  assert.deepEqual(
    [1, 2, 3, 7, 8, 2_000].map((failures) => backoff(failures, 1)),
    [5_000, 10_000, 20_000, 300_000, 300_000, 300_000],
  );
});

test('chance takes away a half at the most', () => {
  fc.assert(
    fc.property(fc.nat(100), fc.double({ min: 0, max: 1, noNaN: true }), (failures, random) => {
      const whole = backoff(failures, 1);
      const some = backoff(failures, random);
      assert.ok(some >= whole / 2 && some <= whole);
    }),
  );
});
