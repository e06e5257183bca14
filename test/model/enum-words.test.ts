import assert from 'node:assert/strict';
import { test } from 'node:test';
import { enumName, meantWord, typedWord } from '../../src/model/enum-words.ts';

test('a word is spelt as GraphQL spells it, and as it is typed', () => {
  for (const text of ['nonCommercial', 'non-commercial', 'non commercial', 'NON_COMMERCIAL']) {
    assert.equal(enumName(text), 'NON_COMMERCIAL', text);
  }
  assert.equal(typedWord('NON_COMMERCIAL'), 'non-commercial');
});

test('a word is found in every spelling, and one that is not there is null', () => {
  const known = ['ACADEMIC', 'NON_COMMERCIAL'];
  for (const text of ['nonCommercial', 'non-commercial', 'noncommercial']) {
    assert.equal(meantWord(text, known), 'NON_COMMERCIAL', text);
  }
  assert.equal(meantWord('commercial', known), null);
});
