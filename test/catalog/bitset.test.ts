import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as bitset from '../../src/catalog/bitset.ts';
import fc from '../support/fast-check.ts';

const sizeAndTwo = fc
  .integer({ min: 0, max: 200 })
  .chain((size) =>
    fc.tuple(
      fc.constant(size),
      fc.uniqueArray(fc.integer({ min: 0, max: Math.max(0, size - 1) }), { maxLength: size }),
      fc.uniqueArray(fc.integer({ min: 0, max: Math.max(0, size - 1) }), { maxLength: size }),
    ),
  );
const ascending = (numbers: Iterable<number>) => [...numbers].sort((a, b) => a - b);

describe('sets of records as bits', () => {
  test('hold what sets of numbers hold', () => {
    fc.assert(
      fc.property(sizeAndTwo, ([size, left, right]) => {
        const a = bitset.bitsOf(size, left);
        const b = bitset.bitsOf(size, right);
        const inB = new Set(right);
        assert.deepEqual([...bitset.indexesOf(a)], ascending(left));
        assert.deepEqual([...bitset.indexesOf(bitset.and(a, b))], ascending(left.filter((i) => inB.has(i))));
        assert.deepEqual(
          [...bitset.indexesOf(bitset.andNot(a, b))],
          ascending(left.filter((i) => !inB.has(i))),
        );
        assert.deepEqual([...bitset.indexesOf(bitset.or(a, b))], ascending(new Set([...left, ...right])));
        assert.equal(bitset.count(a), left.length);
        assert.equal(bitset.countAnd(a, b), left.filter((i) => inB.has(i)).length);
        for (let i = 0; i < size; i++) assert.equal(bitset.has(b, i), inB.has(i));
      }),
    );
  });

  test('give the same indexes to a visitor as to an iterator', () => {
    const bits = bitset.bitsOf(100, [0, 31, 32, 63, 64, 99]);
    const visited: number[] = [];
    bitset.forEachBit(bits, (index) => visited.push(index));
    assert.deepEqual(visited, [0, 31, 32, 63, 64, 99]);
  });

  test('leave what they are made of as it was', () => {
    const a = bitset.bitsOf(40, [1, 39]);
    const b = bitset.bitsOf(40, [1]);
    bitset.and(a, b);
    bitset.or(a, b);
    bitset.andNot(a, b);
    assert.deepEqual([...bitset.indexesOf(a)], [1, 39]);
    assert.deepEqual([...bitset.indexesOf(b)], [1]);
  });

  test('of different sizes are not joined', () => {
    assert.throws(() => bitset.and(bitset.emptyBits(32), bitset.emptyBits(64)), RangeError);
  });
});
