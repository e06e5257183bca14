import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type Column, table } from '../../src/cli/table.ts';
import { collect } from './collect.ts';

interface Row {
  readonly name: string;
  readonly count: number;
}

const COLUMNS: readonly Column<Row>[] = [
  { title: 'NAME', cell: ({ name }) => name, wide: true },
  { title: 'COUNT', cell: ({ count }) => String(count) },
];
const rows = [
  { name: 'a-repository-with-a-rather-long-name/and-more', count: 1 },
  { name: 'short', count: 22 },
];

describe('table', () => {
  test('cuts nothing where the data goes to a file or a pipe', () => {
    const lines = table(COLUMNS, rows, collect(null)).split('\n');
    assert.equal(lines[1], 'a-repository-with-a-rather-long-name/and-more  1');
    assert.equal(lines.length, 4);
  });

  test('fits a narrow terminal: wide columns give way', () => {
    const lines = table(COLUMNS, rows, collect(30)).trimEnd().split('\n');
    assert.ok(
      lines.every((line) => line.length <= 30),
      lines.join('\n'),
    );
    assert.match(lines[1] ?? '', /^a-repository.*…\s+1$/);
  });

  test('the widest column gives way first, and none below its least', () => {
    const columns: readonly Column<Row>[] = [
      { title: 'ONE', cell: ({ name }) => name, wide: true },
      { title: 'TWO', cell: () => 'x'.repeat(20), wide: true },
    ];
    const [, first] = table(columns, rows.slice(0, 1), collect(50)).split('\n');
    assert.match(first ?? '', /^a-repository-with-a-rather-…\s+x{20}$/);
    const [, narrow] = table(columns, rows.slice(0, 1), collect(10)).split('\n');
    assert.match(narrow ?? '', /^a-reposito\S…\s+x{11}…$/);
  });

  test('a cell is one line of inert text', () => {
    const text = table(COLUMNS, [{ name: 'one\ntwo\u001b[2J\u202e', count: 0 }], collect(null));
    assert.match(text, /one two \[2J/);
    assert.equal(text.split('\n').length, 3);
  });
});
