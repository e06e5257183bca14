import assert from 'node:assert/strict';
import { test } from 'node:test';
import { delayBefore } from '../../src/network/retry.ts';
import fc from '../support/fast-check.ts';

const backoff = { retries: 3, first: 100, max: 1_000, random: () => 1 };

test('delays double up to the maximum, and end after the last retry', () => {
  assert.deepEqual(
    [0, 1, 2, 3].map((retry) => delayBefore(retry, 0, backoff)),
    [100, 200, 400, null],
  );
  assert.equal(delayBefore(9, 0, { ...backoff, retries: 10 }), 1_000);
});

test('a failure that asking again does not mend is not retried', () => {
  assert.equal(delayBefore(0, null, backoff), null);
});

test('a server that asks for a wait gets it, or is not asked again', () => {
  assert.equal(delayBefore(0, 1_000, { ...backoff, random: () => 0 }), 1_000);
  assert.equal(delayBefore(0, 1_001, backoff), null);
});

test('jitter is within the bound and never before the wait that was asked for', () => {
  const number = fc.integer({ min: 0, max: 2_000 });
  fc.assert(
    fc.property(fc.nat(2), number, fc.double({ min: 0, max: 1, noNaN: true }), (retry, asked, chance) => {
      const delay = delayBefore(retry, asked, { ...backoff, random: () => chance });
      if (asked > backoff.max) assert.equal(delay, null);
      else assert.ok(delay !== null && delay >= asked && delay <= asked + backoff.max);
    }),
  );
});
