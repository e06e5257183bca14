import assert from 'node:assert/strict';
import { test } from 'node:test';
import { narrowerIn } from '../../src/vocabulary/narrower.ts';

test('what is narrower is the term and all below it, each once and in the order of the terms', () => {
  const narrower = narrowerIn([
    { id: 'c', above: ['b', 'a'] },
    { id: 'a', above: [] },
    { id: 'b', above: ['a'] },
    { id: 'd', above: [] },
  ]);
  assert.deepEqual(narrower('a'), ['c', 'a', 'b']);
  assert.deepEqual(narrower('c'), ['c']);
  assert.deepEqual(narrower('nothing'), []);
});

test('terms that are above each other are narrower than each other', () => {
  const narrower = narrowerIn([
    { id: 'a', above: ['b'] },
    { id: 'b', above: ['a'] },
  ]);
  assert.deepEqual(narrower('a'), ['a', 'b']);
});
