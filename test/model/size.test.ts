import assert from 'node:assert/strict';
import { test } from 'node:test';
import { limitText, sizeText } from '../../src/model/size.ts';

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
