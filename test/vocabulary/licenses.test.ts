import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { loadVocabulary } from '../../src/vocabulary/load.ts';
import {
  isSpdxId,
  parseExpression,
  SPDX_DEPRECATED_IDS,
  SPDX_EXCEPTIONS,
} from '../../src/vocabulary/spdx.ts';
import fc, { runs } from '../support/fast-check.ts';
import { needsCase, needsShared, sharedCase, sharedData } from '../support/shared.ts';

const vocabulary = loadVocabulary();
/**
 * Every license text of the real images, of PyPI's classifiers and of recipes and addresses beside them, reviewed by hand:
 * its expression, null for one that is not read, and the reason.
 */
const golden: Readonly<Record<string, { readonly expression: string | null; readonly reason: string }>> =
  JSON.parse(readFileSync(new URL('licenses.golden.json', import.meta.url), 'utf8'));

describe('licenses', () => {
  test('a text that says nothing is unknown', () => {
    for (const text of ['', ' \t\n', 'NONE', 'noassertion', ' Unknown ', ' '.repeat(5_000)]) {
      assert.deepEqual(vocabulary.license(text), {
        state: 'unknown',
        expression: null,
        conditions: [],
        conditionsKnown: false,
      });
    }
  });

  test('a text that is not recognized is declared, and opens nothing', () => {
    for (const text of ['custom', 'Free for academic use', 'MIT '.repeat(500)]) {
      assert.deepEqual(vocabulary.license(text), {
        state: 'declared',
        expression: null,
        conditions: [],
        conditionsKnown: false,
      });
    }
  });

  test('terms of science software have their conditions', () => {
    const reading = vocabulary.license('XDS academic license');
    assert.equal(reading.expression, 'LicenseRef-XDS');
    assert.deepEqual(
      reading.conditions.map(({ kind }) => kind),
      ['academic', 'nonCommercial'],
    );
    assert.equal(reading.conditionsKnown, true);
  });

  test('what a license server or an agreement decides is not known, whatever the name', () => {
    for (const text of ['LicenseRef-MATLAB', 'COMSOL license', 'LicenseRef-VASP', 'Intel']) {
      const reading = vocabulary.license(text);
      assert.equal(reading.state, 'normalized');
      assert.equal(reading.conditionsKnown, false, text);
    }
  });

  test('every packaged id is read as itself', () => {
    for (const id of vocabulary.licenses()) assert.equal(vocabulary.license(id).expression, id);
  });

  test('a reading cannot be changed by who asked first', () => {
    const reading = vocabulary.license('CC-BY-NC-4.0');
    assert(
      Object.isFrozen(reading) &&
        Object.isFrozen(reading.conditions) &&
        Object.isFrozen(reading.conditions[0]),
    );
  });

  test('every reviewed text has the reviewed meaning, and a reason', () => {
    for (const [text, { expression, reason }] of Object.entries(golden)) {
      assert.equal(vocabulary.license(text).expression, expression, text);
      assert(reason.length > 0, text);
    }
  });

  test(
    'every license text of the real images is reviewed',
    needsShared('biocontainers/labels.ndjson'),
    () => {
      const lines = readFileSync(sharedData('biocontainers/labels.ndjson')!, 'utf8')
        .split('\n')
        .filter(Boolean);
      const labels = lines.map((line): Record<string, string> => JSON.parse(line).labels);
      const stated = labels.flatMap((each) => each['about.license'] ?? []);
      const texts = labels.flatMap((each) =>
        Object.entries(each).flatMap(([name, text]) => (/(?:^|\.)licen[cs]es?$/.test(name) ? [text] : [])),
      );
      const reviewed = new Set(Object.keys(golden));
      assert.deepEqual(
        [...new Set(texts)].filter((text) => !reviewed.has(text)),
        [],
      );
      const normalized = stated.filter((text) => vocabulary.license(text).state === 'normalized');
      const read = new Set(normalized);
      assert.deepEqual(
        [lines.length, stated.length, new Set(stated).size, normalized.length, read.size],
        [1_093, 981, 158, 801, 66],
      );
    },
  );

  for (const file of ['license-names.txt', 'license-urls.txt']) {
    test(`the texts of ${file} mean what it says, and are reviewed`, needsCase(file), () => {
      const cases = readFileSync(sharedCase(file)!, 'utf8')
        .split('\n')
        .filter((line) => line !== '' && !line.startsWith('#'))
        .map((line) => line.split(' | '));
      assert(cases.length > 0);
      for (const [text = '', expression] of cases) {
        assert.equal(vocabulary.license(text).expression, expression, text);
        assert.equal(golden[text]?.expression, expression, text);
      }
    });
  }

  test('two orders of one expression are one, with the same conditions', () => {
    const orders: readonly (readonly [string, string, string])[] = [
      ['MIT OR Apache-2.0', 'Apache-2.0 or MIT', 'Apache-2.0 OR MIT'],
      ['MIT AND (Zlib OR ISC)', '(ISC or Zlib) and MIT', '(ISC OR Zlib) AND MIT'],
      ['MIT OR (ISC OR MIT)', 'ISC OR MIT', 'ISC OR MIT'],
      [
        'MIT OR GPL-2.0-only WITH Classpath-exception-2.0',
        'GPL-2.0-only WITH Classpath-exception-2.0 OR MIT',
        'GPL-2.0-only WITH Classpath-exception-2.0 OR MIT',
      ],
      ['CC-BY-NC-4.0 OR LicenseRef-XDS', 'LicenseRef-XDS OR CC-BY-NC-4.0', 'CC-BY-NC-4.0 OR LicenseRef-XDS'],
    ];
    for (const [one, other, expression] of orders) {
      assert.equal(vocabulary.license(one).expression, expression);
      assert.deepEqual(vocabulary.license(other), vocabulary.license(one));
    }
  });
});

/** Texts near the grammar: pieces of real ones, joined. */
const nearby = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        ...vocabulary.licenses(),
        ...SPDX_DEPRECATED_IDS,
        ...SPDX_EXCEPTIONS,
        ...Object.keys(golden),
      ),
      fc.constantFrom(
        'and',
        'or',
        'with',
        '|',
        '(',
        ')',
        '+',
        ',',
        '/',
        'or later',
        'v2',
        '2.0',
        'SPDX:',
        'LicenseRef-x',
      ),
      fc.string({ unit: 'binary', maxLength: 6 }),
    ),
    { maxLength: 9 },
  )
  .chain((parts) => fc.constantFrom('', ' ').map((space) => parts.join(space)));
const anyText = fc.oneof(
  nearby,
  fc.string({ unit: 'binary' }),
  fc.constantFrom('__proto__', 'constructor', 'toString'),
);

describe('licenses of any text', () => {
  test('normalized is a valid expression whose every id is of SPDX or of this vocabulary', () => {
    const known = new Set([...vocabulary.licenses(), ...SPDX_DEPRECATED_IDS, ...SPDX_EXCEPTIONS]);
    fc.assert(
      fc.property(anyText, (text) => {
        const { state, expression } = vocabulary.license(text);
        assert.equal(state === 'normalized', expression !== null);
        if (expression === null) return;
        assert(parseExpression(expression) !== null, expression);
        for (const word of expression.match(/[^\s()]+/g) ?? []) {
          assert(
            ['AND', 'OR', 'WITH'].includes(word) || known.has(word) || isSpdxId(word.replace(/\+$/, '')),
            word,
          );
        }
      }),
      { numRuns: runs(2_000) },
    );
  });

  test('an expression is read as itself: reading twice changes nothing', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const reading = vocabulary.license(text);
        if (reading.expression !== null) assert.deepEqual(vocabulary.license(reading.expression), reading);
      }),
      { numRuns: runs(2_000) },
    );
  });

  test('conditions are known only where the license is', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const { state, conditions, conditionsKnown } = vocabulary.license(text);
        if (state !== 'normalized') assert(!conditionsKnown && conditions.length === 0);
        for (const { origin, groups, sites, servers } of conditions) {
          assert.deepEqual([origin, groups, sites, servers], ['license', [], [], []]);
        }
      }),
      { numRuns: runs(1_000) },
    );
  });

  test('case and surrounding space make no difference', () => {
    fc.assert(
      fc.property(nearby, (text) => {
        const ascii = text.replace(/[^\x20-\x7e]/g, '');
        const reading = vocabulary.license(ascii);
        for (const other of [ascii.toUpperCase(), ascii.toLowerCase(), `  ${ascii}\n`]) {
          assert.deepEqual(vocabulary.license(other), reading);
        }
      }),
      { numRuns: runs(1_000) },
    );
  });
});

/** What may stand before a license and take from it. */
const BEFORE = [
  'not ',
  'no ',
  'non-',
  'un',
  'never ',
  'based on ',
  'derived from ',
  'similar to ',
  'mostly ',
  'partly ',
  'custom ',
]
  .concat([
    'modified ',
    'was ',
    'academic ',
    'non-commercial ',
    'restricted ',
    'proprietary, formerly ',
    'except ',
    'pseudo-',
    '~',
  ])
  .concat([
    'see ',
    'some files: ',
    'My',
    'my-',
    'PacBio-',
    'commercial or not ',
    'SPDX:Custom ',
    'License :: Other :: ',
    '!',
    '#',
  ]);
/** What may stand behind it. */
const BEHIND = [
  '-like',
  ' like',
  '-style',
  ' style',
  '-ish',
  '-alike',
  '-derived',
  ' variant',
  ' (modified)',
  ', modified',
  '~EWM',
  '?',
  '*',
]
  .concat([
    ' (non-commercial only)',
    ' non-commercial',
    '-NC',
    ', academic use only',
    ' for academic use',
    ' for research',
    '/colormap',
  ])
  .concat([
    ' with restrictions',
    ' without commercial use',
    ' except for companies',
    ' plus terms',
    ' + terms',
    ' + file LICENSE.txt',
  ])
  .concat([
    ', see LICENSE',
    ' or so',
    ' and terms',
    ' but not for sale',
    ' (expired)',
    ' until 2020',
    ' (c) ACME',
    ' with Commons Clause',
    '-EWM',
  ])
  .concat([
    ' (academic)',
    ' [non-commercial]',
    ' {restricted}',
    '; non-commercial',
    ': non-commercial',
    ' = non-commercial',
    ' & terms',
    ' AND Custom',
  ]);

describe('no text makes a license more open than its words', () => {
  const spellings = Object.keys(golden).filter((text) => golden[text]?.expression != null);
  const known = [...new Set([...vocabulary.licenses(), ...spellings])];

  test('words around a license that take from it leave it unread', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...known),
        fc.constantFrom('', ...BEFORE),
        fc.constantFrom('', ...BEHIND),
        fc.boolean(),
        (license, before, behind, isUpper) => {
          fc.pre(before !== '' || behind !== '');
          const text = `${before}${license}${behind}`;
          const { state, expression } = vocabulary.license(isUpper ? text.toUpperCase() : text);
          assert.deepEqual([state, expression], ['declared', null], text);
        },
      ),
      { numRuns: runs(10_000) },
    );
  });

  test('each license with each of these words', () => {
    for (const license of [
      'MIT',
      'Apache-2.0',
      'GPL-2+',
      'BSD-3-Clause',
      'public domain',
      'The MIT License (MIT)',
      'https://creativecommons.org/licenses/by/4.0/deed.de',
      'https://creativecommons.org/licenses/by/4.0/deed.zh-hans',
      'https://www.gnu.org/licenses/gpl-3.0.de',
      'https://www.gnu.org/licenses/gpl-3.0.pt-br',
    ]) {
      for (const word of BEFORE) assert.equal(vocabulary.license(word + license).expression, null, word);
      for (const word of BEHIND) assert.equal(vocabulary.license(license + word).expression, null, word);
    }
  });

  test('a part that is not known is never left out of an AND, an OR or a WITH', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...known),
        fc.constantFrom(' and ', ' AND ', ' or ', ' | ', ' || ', ' with '),
        fc.constantFrom(
          'Research-Use-Only',
          'file LICENSE',
          'non-commercial',
          'others',
          '9',
          '()',
          'academic exception',
          'v',
        ),
        fc.boolean(),
        (license, joiner, unknown, isFirst) => {
          const text = isFirst ? `${unknown}${joiner}${license}` : `${license}${joiner}${unknown}`;
          assert.equal(vocabulary.license(text).expression, null, text);
        },
      ),
      { numRuns: runs(3_000) },
    );
  });
});
