// The few least of many.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Least } from '../../src/matching/least.ts';
import fc from '../support/fast-check.ts';

test('the least keys are kept, and of equal ones those that were added first', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(9)), fc.integer({ min: 1, max: 12 }), (keys, most) => {
      const least = new Least(most);
      for (const [number, key] of keys.entries()) least.add(key, number);
      const sorted = [...keys.keys()].sort((a, b) => (keys[a] ?? 0) - (keys[b] ?? 0) || a - b);
      assert.deepEqual(least.numbers, sorted.slice(0, most));
    }),
  );
});
