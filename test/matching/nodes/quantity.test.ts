import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { parseQuantity } from '../../../src/matching/nodes/quantity.ts';

describe('a quantity of Kubernetes', () => {
  for (const [text, value] of [
    ['64', 64],
    ['500m', 0.5],
    ['512Gi', 512 * 1_024 ** 3],
    ['1.5G', 1_500_000_000],
    ['1e3', 1_000],
    ['1E', 1e18],
    ['12E2', 1_200],
    ['0', 0],
    ['.5', 0.5],
  ] as const) {
    test(`${text} is ${value}`, () => assert.equal(parseQuantity(text), value));
  }

  for (const text of ['4x', '', 'Gi', '-1', '1 Gi', '1gi', '1e', '0x10', '1e999']) {
    test(`${JSON.stringify(text)} is none`, () => assert.equal(parseQuantity(text), null));
  }
});
