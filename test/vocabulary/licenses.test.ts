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
import { needsShared, sharedData } from '../support/shared.ts';

const vocabulary = loadVocabulary();
interface Reviewed {
  /** null: it is not read. */
  readonly expression: string | null;
  readonly reason: string;
}

/** Every license text of the real images with its meaning and why, reviewed by hand. */
const golden: Readonly<Record<string, Reviewed>> = JSON.parse(
  readFileSync(new URL('licenses.golden.json', import.meta.url), 'utf8'),
);

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

  test('every reviewed text has the reviewed meaning', () => {
    for (const [text, { expression, reason }] of Object.entries(golden)) {
      assert.equal(vocabulary.license(text).expression, expression, text);
      assert.ok(reason.length > 10, text);
    }
  });

  for (const name of ['license-names', 'license-urls']) {
    test(`${name}: each text of the case has its right meaning`, needsShared(`../cases/${name}.txt`), () => {
      const lines = readFileSync(sharedData(`../cases/${name}.txt`) ?? '', 'utf8').split('\n');
      for (const line of lines.filter((one) => one !== '' && !one.startsWith('#'))) {
        const [text = '', right] = line.split(' | ');
        assert.equal(vocabulary.license(text).expression, right, text);
      }
    });
  }

  test('two orders of one expression are one, and exceptions stay with their licenses', () => {
    for (const [one, ...others] of [
      ['Apache-2.0 OR MIT', 'MIT OR Apache-2.0', 'MIT or (Apache-2.0 or MIT)', 'MIT | Apache-2.0'],
      ['(Apache-2.0 OR MIT) AND ISC', 'ISC AND (MIT OR Apache-2.0)', 'ISC and ISC and (MIT or Apache-2.0)'],
      ['GPL-2.0-only WITH Classpath-exception-2.0 OR MIT', 'MIT or GPL-2 with Classpath exception'],
    ] as const) {
      for (const text of [one, ...others]) assert.equal(vocabulary.license(text).expression, one, text);
    }
  });

  test('a URL is of the one license that it names, and none where it names several or is another page', () => {
    for (const [url, right] of [
      ['https://www.gnu.org/licenses/gpl-3.0.en.html', 'GPL-3.0-only'],
      ['http://www.gnu.org/licenses/old-licenses/lgpl-2.1.html', 'LGPL-2.1-only'],
      ['https://spdx.org/licenses/mit', 'MIT'],
      ['https://opensource.org/license/bsd-3-clause/', 'BSD-3-Clause'],
      ['https://creativecommons.org/licenses/by-nc-sa/4.0/legalcode', 'CC-BY-NC-SA-4.0'],
      ['https://creativecommons.org/publicdomain/zero/1.0/', 'CC0-1.0'],
      ['https://www.gnu.org/licenses/', null],
      ['https://www.gnu.org/licenses/fdl-1.3.html', null],
      ['https://creativecommons.org/licenses/by/3.0/de/', null],
      ['https://spdx.org/licenses/', null],
      ['https://spdx.org/licenses/MIT?x=GPL', null],
      ['https://spdx.org.evil.example/licenses/MIT', null],
      ['https://example.org/licenses/MIT', null],
      ['https://github.com/x/y/blob/main/LICENSE', null],
    ] as const) {
      assert.equal(vocabulary.license(url).expression, right, url);
    }
  });

  test('a name with another one of the same license in parentheses is that license, and no other', () => {
    assert.equal(vocabulary.license('MIT License (MIT)').expression, 'MIT');
    assert.equal(vocabulary.license('European Union Public License 1.2 (EUPL-1.2)').expression, 'EUPL-1.2');
    for (const text of [
      'MIT License (BSD-3-Clause)',
      'MIT (non-commercial only)',
      'MIT (see file)',
      '(MIT) (MIT)',
    ]) {
      assert.equal(vocabulary.license(text).expression, null, text);
    }
  });

  test('no words around a license are taken for the license, so that none is more open than its words', () => {
    const license = fc.constantFrom(
      'MIT',
      'BSD-3-Clause',
      'GPL-2+',
      'Apache License 2.0',
      'CC-BY-4.0',
      'Perl',
      'PD',
    );
    const words = fc.constantFrom(
      ...[
        'not',
        'non-commercial',
        'academic use only',
        'like',
        'modified',
        'based on',
        'except for companies',
      ],
      ...[
        '(non-commercial only)',
        '(academic)',
        'for research',
        'with restrictions',
        'no military use',
        'custom',
      ],
      ...[
        'evaluation',
        'trial',
        'see LICENSE',
        'clauses 1-3',
        'plus EULA',
        '+ EULA',
        '/ proprietary',
        '~lab',
      ],
    );
    const joined = fc.constantFrom(' ', '-', ', ', '; ', ' - ', '_', ' / ', ': ');
    fc.assert(
      fc.property(license, words, joined, fc.boolean(), (name, word, sign, isBehind) => {
        const text = isBehind ? `${name}${sign}${word}` : `${word}${sign}${name}`;
        assert.equal(vocabulary.license(text).state, 'declared', text);
      }),
      { numRuns: runs(500) },
    );
  });

  test(
    'every license text of the real images is reviewed',
    needsShared('biocontainers/labels.ndjson'),
    () => {
      const lines = readFileSync(sharedData('biocontainers/labels.ndjson')!, 'utf8')
        .split('\n')
        .filter(Boolean);
      const texts = lines.map((line): string | undefined => JSON.parse(line).labels['about.license']);
      const stated = texts.filter((text) => text !== undefined);
      assert.deepEqual([...new Set(stated)].sort(), Object.keys(golden).sort());
      const normalized = stated.filter((text) => vocabulary.license(text).state === 'normalized');
      assert.deepEqual(
        [texts.length, stated.length, new Set(stated).size, normalized.length],
        [1_093, 981, 158, 801],
      );
    },
  );
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
