import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { readVocabularyFile } from '../../src/vocabulary/document.ts';
import {
  conditionsOf,
  expressionTerms,
  statedTerms,
  type Terms,
} from '../../src/vocabulary/license-conditions.ts';
import { licensesSchema } from '../../src/vocabulary/license-schema.ts';
import { parseExpression } from '../../src/vocabulary/spdx.ts';

const stated = new Map<string, Terms>([
  ['MIT', { known: true, kinds: new Set() }],
  ['CC-BY-NC-4.0', { known: true, kinds: new Set(['nonCommercial']) }],
  ['LicenseRef-both', { known: true, kinds: new Set(['nonCommercial', 'academic']) }],
  ['LicenseRef-export', { known: true, kinds: new Set(['exportControl']) }],
  ['LicenseRef-academic', { known: true, kinds: new Set(['academic']) }],
]);

/** The kinds, in order, and whether they are known to be all. */
function read(expression: string): [string, boolean] {
  const terms = expressionTerms(parseExpression(expression)!, stated);
  return [
    conditionsOf(terms)
      .map(({ kind }) => kind)
      .join(' '),
    terms.known,
  ];
}

describe('conditions of an expression', () => {
  test('an id without statements is not known', () => {
    assert.deepEqual(read('MIT'), ['', true]);
    assert.deepEqual(read('Intel'), ['', false]);
  });

  test('AND joins the conditions, and is known if all are', () => {
    assert.deepEqual(read('CC-BY-NC-4.0 AND LicenseRef-academic'), ['academic nonCommercial', true]);
    assert.deepEqual(read('CC-BY-NC-4.0 AND Intel'), ['nonCommercial', false]);
  });

  test('OR takes the alternative with the fewest conditions, in whatever order they are', () => {
    assert.deepEqual(read('LicenseRef-both OR CC-BY-NC-4.0'), ['nonCommercial', true]);
    assert.deepEqual(read('CC-BY-NC-4.0 OR MIT'), ['', true]);
    assert.deepEqual(read('LicenseRef-academic OR CC-BY-NC-4.0'), ['academic', true]);
    assert.deepEqual(read('CC-BY-NC-4.0 OR LicenseRef-academic'), ['academic', true]);
  });

  test('OR takes export control, which nobody can meet, only where every alternative has it', () => {
    for (const text of ['LicenseRef-export OR LicenseRef-both', 'LicenseRef-both OR LicenseRef-export']) {
      assert.deepEqual(read(text), ['academic nonCommercial', true]);
    }
    assert.deepEqual(read('LicenseRef-export OR LicenseRef-export AND MIT'), ['exportControl', true]);
  });

  test('OR is met by whoever meets any alternative, with the facts by which the federation judges', () => {
    const names = ['MIT', 'CC-BY-NC-4.0', 'LicenseRef-academic', 'LicenseRef-both', 'LicenseRef-export'];
    // As policies/federation/conditions_who.rego has it.
    const isMet = (expression: string, academic: boolean): boolean =>
      conditionsOf(expressionTerms(parseExpression(expression)!, stated)).every(
        ({ kind }) => academic && kind !== 'exportControl',
      );
    for (const academic of [true, false]) {
      for (const one of names) {
        for (const other of names) {
          const either = isMet(one, academic) || isMet(other, academic);
          assert.equal(isMet(`${one} OR ${other}`, academic), either, `${one} OR ${other}`);
        }
      }
    }
  });

  test('an alternative that is not known adds nothing, and takes nothing away', () => {
    for (const text of ['CC-BY-NC-4.0 OR Intel', 'Intel OR CC-BY-NC-4.0']) {
      assert.deepEqual(read(text), ['nonCommercial', true]);
    }
  });

  test('if no alternative is known, the conditions common to all apply', () => {
    assert.deepEqual(read('LicenseRef-both AND Intel OR CC-BY-NC-4.0 AND Intel'), ['nonCommercial', false]);
    assert.deepEqual(read('LicenseRef-both AND Intel OR Intel'), ['', false]);
  });

  test('an exception and a plus add no condition', () => {
    assert.deepEqual(read('MIT WITH LLVM-exception'), ['', true]);
    assert.deepEqual(read('CC-BY-NC-4.0+'), ['nonCommercial', true]);
  });

  test('the conditions are the license’s, and name no group, site or server', () => {
    assert.deepEqual(conditionsOf(stated.get('CC-BY-NC-4.0')!), [
      { kind: 'nonCommercial', groups: [], sites: [], servers: [], origin: 'license', remedy: null },
    ]);
  });

  test('the packaged file states each id once', () => {
    const file = readVocabularyFile(
      new URL('../../vocabularies/licenses.yaml', import.meta.url),
      licensesSchema,
    );
    const ids = [
      ...file.unconditional.flat(),
      ...file.conditional.flatMap((entry) => entry.ids),
      ...file.references.map(({ id }) => id),
    ];
    assert.equal(new Set(ids).size, ids.length);
    assert.equal(statedTerms(file).get('LicenseRef-MATLAB'), undefined);
  });
});
