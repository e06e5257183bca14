// The order of images by their versions, which is the one of choices too.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compareVersionsDescending } from '../../../src/catalog/index/order.ts';

test('a beta is behind its release, however many zeros both have, and what is no version behind all', () => {
  const right = ['5.0.1', '5.0', '5.0.0-rc1', '4.0', '4.0.0-beta', '0.0', 'abc1234', 'latest', null];
  assert.deepEqual([...right].reverse().sort(compareVersionsDescending), right);
});
