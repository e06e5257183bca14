// Texts, each once, outside of the heap.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { TextTable } from '../../src/components/text-table.ts';
import fc from '../support/fast-check.ts';

describe('a table of texts', () => {
  test('gives every text back, and each has one id', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'grapheme', maxLength: 300 })), (texts) => {
        const table = new TextTable();
        const ids = texts.map((text) => table.add(text));
        assert.deepEqual(
          ids.map((id) => table.get(id)),
          texts,
        );
        assert.deepEqual(
          texts.map((text) => table.find(text)),
          ids,
        );
        assert.equal(table.length, new Set(texts).size);
      }),
    );
  });

  test('has a hundred thousand texts, of many pages', () => {
    const table = new TextTable();
    for (let index = 0; index < 100_000; index += 1) table.add(`text ${index}`);
    for (let index = 0; index < 100_000; index += 997) assert.equal(table.get(index), `text ${index}`);
    assert.equal(table.find('text 100000'), -1);
    assert.ok(table.bytes < 4_000_000, `${table.bytes}`);
  });

  test('has texts of up to 65,535 bytes, and refuses longer ones', () => {
    const table = new TextTable();
    const long = Array.from({ length: 9 }, (_, index) => `${index}`.repeat(65_535));
    for (const text of long) table.add(text);
    assert.deepEqual(
      long.map((_, id) => table.get(id)),
      long,
    );
    assert.throws(() => table.add('é'.repeat(32_768)), RangeError);
    assert.equal(table.find('x'.repeat(1_000_000)), -1);
  });
});
