import assert from 'node:assert/strict';
import { test } from 'node:test';
import { backoff } from '../../src/model/backoff.ts';
import fc from '../support/fast-check.ts';

const RANGE = { first: 5_000, max: 300_000 };

test('it doubles from 5 seconds to 5 minutes', () => {
  assert.deepEqual(
    [1, 2, 3, 7, 8, 2_000].map((failures) => backoff(failures, RANGE, 1)),
    [5_000, 10_000, 20_000, 300_000, 300_000, 300_000],
  );
});

test('the random part is at most half', () => {
  fc.assert(
    fc.property(fc.nat(100), fc.double({ min: 0, max: 1, noNaN: true }), (failures, random) => {
      const whole = backoff(failures, RANGE, 1);
      const some = backoff(failures, RANGE, random);
      assert.ok(some >= whole / 2 && some <= whole);
    }),
  );
});
