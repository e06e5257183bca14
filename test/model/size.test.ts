import assert from 'node:assert/strict';
import { test } from 'node:test';
import { limitText, parseSize, sizeText } from '../../src/model/size.ts';

test('a size is in the unit that people write', () => {
  const texts = [0, 1_023, 1_024, 2 * 1_024 ** 3, 1_234_567_890, 5 * 1_024 ** 5].map(sizeText);
  assert.deepEqual(texts, ['0 B', '1023 B', '1 KiB', '2 GiB', '1.1 GiB', '5120 TiB']);
});

test('a limit is written exactly: in a unit if it is a whole number of them, else in bytes', () => {
  const texts = [512, 1_024, 67_108_864, 67_108_865, 100_000_000, 1_536].map(limitText);
  assert.deepEqual(texts, [
    '512 bytes',
    '1 KiB',
    '64 MiB',
    '67108865 bytes',
    '100000000 bytes',
    '1536 bytes',
  ]);
});

test('a size with a unit is read as it is written', () => {
  const sizes = ['512 GiB', '1.5 kB', '40GB', '2 tib', '1.2 KiB'].map(parseSize);
  assert.deepEqual(sizes, [512 * 1_024 ** 3, 1_500, 40_000_000_000, 2 * 1_024 ** 4, 1_228]);
});

test('what has no unit, or is too much, is no size', () => {
  for (const text of ['512', '512 G', '-1 GiB', '0 GiB', '1 PiB', '9999999 TiB', '', 'GiB']) {
    assert.equal(parseSize(text), null, text);
  }
});
