import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isBindable, jobName } from '../../../src/matching/jobs/plan.ts';

test('a name keeps letters, digits, `_` and `-`, and begins with a letter', () => {
  for (const [text, name] of [
    ['relion', 'relion'],
    ['Crystal FEL 0.10', 'Crystal-FEL-0-10'],
    ['3dmod', 'dmod'],
    ['Jülich', 'Ju-lich'],
    ['--- ', 'job'],
    ['日本', 'job'],
    ['a\n#SBATCH -N 9', 'a-SBATCH--N-9'],
    ['x'.repeat(100), 'x'.repeat(48)],
  ] as const) {
    assert.equal(jobName(text), name);
  }
});

test('a path can be bound where it is absolute, whole, and without what engines separate by', () => {
  for (const path of ['/data', '/asap3/2024/raw data', "/data/it's $(x)", '/a/.hidden/b..c', '/é'])
    assert.equal(isBindable(path), true, path);
  for (const path of ['', '/', 'data', './data', '/a//b', '/a/', '/a/../b', '/a/.', '/a:b', '/a,b', '/a"b'])
    assert.equal(isBindable(path), false, path);
  for (const path of ['/a\\b', '/a\nb', '/a\0b', '/a\u202eb']) assert.equal(isBindable(path), false, path);
});
