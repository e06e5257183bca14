// Words for people: ages, sizes, counts, dates, and a word for every value that GraphQL knows.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { enums } from '../../src/graphql/enums.ts';
import { FACET_FIELDS } from '../../src/model/choices.ts';
import { FACETS } from '../../src/page/ask.ts';
import { ageWord, countWord, dateWord, sizeWord, valueWord } from '../../src/page/words.ts';

test('an age is shown in the unit that fits', () => {
  assert.deepEqual([0, 1, 89, 180, 7_200, 259_200].map(ageWord), [
    '0 seconds',
    '1 second',
    '89 seconds',
    '3 minutes',
    '2 hours',
    '3 days',
  ]);
});

test('a size is shown in decimal units', () => {
  assert.deepEqual([0, 999, 1_000, 12_600_000_000, 3e15].map(sizeWord), [
    '0 byte',
    '999 byte',
    '1 kB',
    '12.6 GB',
    '3,000 TB',
  ]);
});

test('one is singular', () => {
  assert.equal(countWord(1, 'image', 'images'), '1 image');
  assert.equal(countWord(1_093, 'image', 'images'), '1,093 images');
});

test('a time is shown as its day in UTC; a text that is not a time is not shown', () => {
  assert.equal(dateWord('2016-05-17T23:30:00Z'), '17 May 2016');
  assert.equal(dateWord('yesterday'), null);
});

test('every value of an enumeration has a word of its own', () => {
  const values = {
    MAY: enums.Action,
    SHARING: enums.Sharing,
    TRUST: enums.TrustState,
    SUPPLIED_BY: enums.Supplier,
    CONDITION: enums.ConditionKind,
  } as const;
  for (const [field, words] of Object.entries(values)) {
    const told = Object.keys(words).map((value) => valueWord(field as keyof typeof values, value, value));
    assert.equal(new Set(told).size, told.length);
    for (const word of told) assert.doesNotMatch(word, /^[A-Z_]+$/);
  }
});

test('every facet is shown', () => {
  assert.deepEqual([...FACETS].sort(), [...FACET_FIELDS].sort());
});
