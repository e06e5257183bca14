import assert from 'node:assert/strict';
import { test } from 'node:test';
import { edamFile, rowsOf, stateIn } from '../../scripts/edam-formats.ts';

const TITLES = [
  'Class ID',
  'Definitions',
  'Obsolete',
  'Parents',
  'File extension',
  'notRecommendedForAnnotation',
];
const iri = (id: string) => `http://edamontology.org/${id}`;
const line = (
  id: string,
  parents: readonly string[],
  more: Partial<Record<'text' | 'obsolete' | 'ending' | 'not', string>> = {},
) =>
  [
    iri(id),
    more.text ?? '',
    more.obsolete ?? 'FALSE',
    parents.map(iri).join('|'),
    more.ending ?? '',
    more.not ?? '',
  ].join('\t');

const TABLE = `${[
  TITLES.join('\t'),
  line('format_1915', []),
  line('format_2330', ['format_1915']),
  line('format_2332', ['format_1915'], { ending: 'xml' }),
  line('format_2333', ['format_1915']),
  line('format_2350', ['format_1915']),
  line('format_3547', ['format_2350']),
  line('format_3590', ['format_2333'], { text: '"a tab\t, a ""word"" and\na line"' }),
  line('format_3591', ['format_2333', 'format_3547']),
  line('format_3913', ['format_3590', 'format_2332', 'format_2330']),
  line('format_1000', ['format_3547'], { obsolete: 'TRUE' }),
  line('format_1001', ['format_2333'], { not: 'true' }),
].join('\n')}\n`;

test('a cell in quotes may have tabs, line feeds and quotes', () => {
  const rows = rowsOf(TABLE);
  assert.equal(rows.length, 11);
  assert.equal(rows[6]?.Definitions, 'a tab\t, a "word" and\na line');
  assert.equal(rows[6]?.Parents, iri('format_2333'));
});

test('a format is concrete although it has narrower ones, a class of formats is not', () => {
  const state = stateIn(rowsOf(TABLE));
  for (const id of ['format_3590', 'format_3591', 'format_3913', 'format_2332'])
    assert.equal(state(id), 'concrete', id);
  for (const id of ['format_1915', 'format_2330', 'format_3547', 'format_1001'])
    assert.equal(state(id), 'abstract', id);
});

test('an id that was given up is obsolete, and one that never was is missing', () => {
  const state = stateIn(rowsOf(TABLE));
  assert.equal(state('format_1000'), 'obsolete');
  assert.equal(state('format_4024'), 'missing');
});

test('the file has the states of the ids that are asked for, and nothing else of EDAM', () => {
  const { about, formats } = JSON.parse(edamFile(TABLE, '1.25.3', ['format_3590', 'format_2330']));
  assert.equal(about.version, '1.25.3');
  assert.deepEqual(formats, { format_2330: 'abstract', format_3590: 'concrete' });
});
