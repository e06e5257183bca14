import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type Column, table } from '../../../src/cli/terminal/table.ts';
import { collect } from '../collect.ts';

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

  test('the widest column gives way first, down to the titles where it must', () => {
    const columns: readonly Column<Row>[] = [
      { title: 'ONE', cell: ({ name }) => name, wide: true },
      { title: 'TWO', cell: () => 'x'.repeat(20), wide: true },
    ];
    const [, first] = table(columns, rows.slice(0, 1), collect(50)).split('\n');
    assert.match(first ?? '', /^a-repository-with-a-rather-…\s+x{20}$/);
    const [, narrow] = table(columns, rows.slice(0, 1), collect(10)).split('\n');
    assert.match(narrow ?? '', /^a-r…\s+xxx…$/);
  });

  test('fits wherever its titles do: where wide columns are not enough the others give way as well', () => {
    const columns: readonly Column<Row>[] = ['ONE', 'A LONG TITLE', 'THREE', 'FOUR', 'FIVE'].map(
      (title, index) => ({ title, cell: ({ name }) => name.slice(0, 18), wide: index === 0 }),
    );
    for (const width of [98, 80, 60, 40]) {
      const lines = table(columns, rows, collect(width)).trimEnd().split('\n');
      assert.deepEqual(
        lines.filter((line) => line.length > width),
        [],
        `${width}`,
      );
    }
  });

  test('keeps names legible as long as other columns can give way', () => {
    const columns: readonly Column<Row>[] = [
      { title: 'NAME', cell: ({ name }) => name, wide: true },
      { title: 'TRUST', cell: () => 'unsigned' },
    ];
    const [, line] = table(columns, rows.slice(0, 1), collect(19)).split('\n');
    assert.equal(line, 'a-repositor…  unsi…');
  });

  test('is a block a row, with nothing cut, where not even its titles fit', () => {
    const { name } = rows[0] as Row;
    assert.equal(
      table(COLUMNS, [...rows, { name: '', count: 3 }], collect(10)),
      `NAME   ${name}\nCOUNT  1\n\nNAME   short\nCOUNT  22\n\nCOUNT  3\n`,
    );
  });

  test('is ASCII where the locale has no more', () => {
    const text = table(
      COLUMNS,
      [{ name: 'Jülich’s “Größe”, 日本 and on and on', count: 1 }],
      collect(24, true),
    );
    assert.equal(text.split('\n')[1], `Julich's "Grosse~  1`);
  });

  test('measures characters that take two columns, or none', () => {
    const wide = [
      { name: '日本語', count: 1 },
      { name: 'e\u0301', count: 2 },
      { name: 'x', count: 3 },
    ];
    const lines = table(COLUMNS, wide, collect(null)).split('\n');
    assert.equal(lines[1], '日本語  1');
    assert.equal(lines[2], 'e\u0301       2');
  });

  test('a cell is one line of inert text', () => {
    const text = table(COLUMNS, [{ name: 'one\ntwo\u001b[2J\u202e', count: 0 }], collect(null));
    assert.match(text, /one two \[2J/);
    assert.equal(text.split('\n').length, 3);
  });
});
