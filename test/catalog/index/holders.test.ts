// Holders are the same records, whether they are stored as numbers or as a set.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bitsOf, emptyBits, indexesOf } from '../../../src/catalog/bitset.ts';
import { addHolders, countHolders, holdersOf, unionOf } from '../../../src/catalog/index/holders.ts';
import fc from '../../support/fast-check.ts';

const SIZE = 200;
const records = fc.uniqueArray(fc.nat(SIZE - 1)).map((numbers) => Uint32Array.from(numbers).sort());

test('few records are kept only as numbers, and many also as a set', () => {
  assert.equal(holdersOf(SIZE, Uint32Array.of(1, 2, 3)).bits, null);
  const many = Uint32Array.from({ length: 50 }, (_, number) => number * 4);
  assert.deepEqual([...indexesOf(holdersOf(SIZE, many).bits ?? emptyBits(SIZE))], [...many]);
});

test('they are counted in a set as one would count them one by one', () => {
  fc.assert(
    fc.property(records, records, (documents, others) => {
      const expected = documents.filter((document) => others.includes(document)).length;
      assert.equal(countHolders(holdersOf(SIZE, documents), bitsOf(SIZE, others)), expected);
    }),
  );
});

test('they are added to a set, and those in it stay', () => {
  fc.assert(
    fc.property(records, records, (documents, others) => {
      const set = bitsOf(SIZE, others);
      addHolders(set, holdersOf(SIZE, documents));
      assert.deepEqual(set, bitsOf(SIZE, [...documents, ...others]));
    }),
  );
});

test('a union has the records of each, once', () => {
  fc.assert(
    fc.property(fc.array(records, { maxLength: 4 }), (lists) => {
      const union = unionOf(
        SIZE,
        lists.map((documents) => holdersOf(SIZE, documents)),
      );
      const expected = [...new Set(lists.flatMap((list) => [...list]))].sort((a, b) => a - b);
      assert.deepEqual([...union.documents], expected);
    }),
  );
});
