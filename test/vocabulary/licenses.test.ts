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
/** Every license text of the real images with its meaning, reviewed by hand. */
const golden: Readonly<Record<string, string | null>> = JSON.parse(
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
    for (const [text, expression] of Object.entries(golden)) {
      assert.equal(vocabulary.license(text).expression, expression, text);
    }
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
        [1_093, 981, 158, 791],
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
