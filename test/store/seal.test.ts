// The short MAC of a row: every value counts, with its type and its bounds, whatever a row has in its columns.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createSeal, type RowValue } from '../../src/store/seal.ts';

const seal = createSeal(Buffer.alloc(32, 7));

test('the MAC of a row is that of its values in their order, of its purpose and of the secret', () => {
  const mac = seal.rowMac('tag', ['a', 1, null]);
  assert.match(mac, /^[\w-]{22}$/);
  assert.ok(seal.isValidRow('tag', ['a', 1, null], mac));
  assert.ok(!seal.isValidRow('image', ['a', 1, null], mac));
  assert.ok(!createSeal(Buffer.alloc(32, 8)).isValidRow('tag', ['a', 1, null], mac));
  const others: RowValue[][] = [
    ['a', 1],
    ['a', null, 1],
    ['a', 1, 'null'],
    ['a', 1, 'n'],
    ['a', 1, ''],
    ['a', 1, 0],
    ['a', 1, Number.POSITIVE_INFINITY],
    ['a', '1', null],
    ['a2:d1', null],
    ['a', 1, null, null],
  ];
  for (const values of others) assert.ok(!seal.isValidRow('tag', values, mac), JSON.stringify(values));
});

test('what is no MAC of a row is valid for none', () => {
  const mac = seal.rowMac('tag', ['a']);
  const changed = `${mac.startsWith('A') ? 'B' : 'A'}${mac.slice(1)}`;
  for (const given of [
    '',
    `${mac} `,
    mac.slice(1),
    changed,
    null,
    7,
    Buffer.from(mac),
    new ArrayBuffer(22),
  ]) {
    assert.ok(!seal.isValidRow('tag', ['a'], given));
  }
});
