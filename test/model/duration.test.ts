import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { durationText, parseSeconds } from '../../src/model/duration.ts';
import fc from '../support/fast-check.ts';

describe('a duration', () => {
  for (const [text, seconds] of [
    ['12:00:00', 43_200],
    ['7-00:00:00', 604_800],
    ['1-02:03:04', 93_784],
    ['0:00:01', 1],
    ['100:00:00', 360_000],
  ] as const) {
    test(`${text} is ${seconds} seconds`, () => assert.equal(parseSeconds(text), seconds));
  }

  for (const text of ['90', '90:00', '1-12', '0:00:00', '1:60:00', 'infinite', '', '1:00:00:00']) {
    test(`${JSON.stringify(text)} is none`, () => assert.equal(parseSeconds(text), null));
  }

  test('is read as it is written', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 8_000_000_000 }), (seconds) => {
        assert.equal(parseSeconds(durationText(seconds)), seconds);
      }),
    );
  });
});
