import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readPaths } from '../../../src/authoring/source/reads.ts';
import { literalPath } from '../../../src/authoring/source/syntax.ts';

test('a path that another covers is left out, and the rest is sorted', () => {
  const documents = [
    ['input', 'record', 'license', 'state'],
    ['input', 'record', 'license'],
    ['input', 'record', 'groups'],
    ['input', 'record', 'groups'],
    ['input', 'record', 'licensed'],
  ];
  assert.deepEqual(readPaths(documents), [
    ['record', 'groups'],
    ['record', 'license'],
    ['record', 'licensed'],
  ]);
});

test('a reference counts up to its first variable', () => {
  const string = (value: string) => ({ type: 'string', value });
  const head = { type: 'var', value: 'input' };
  assert.deepEqual(literalPath([head, string('a'), { type: 'var', value: 'x' }, string('b')]), [
    'input',
    'a',
  ]);
  assert.deepEqual(literalPath([head, string('a'), { type: 'number', value: 0 }]), ['input', 'a']);
  assert.deepEqual(literalPath([head]), ['input']);
});
