// The page's address: what is understood, what is refused, and that a link says what it was made from.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FACET_FIELDS, type FacetField, IMAGE_ORDERS } from '../../src/model/choices.ts';
import {
  EVERYTHING,
  hrefOf,
  PARAMETERS,
  type PageQuery,
  readQuery,
  withChoice,
} from '../../src/page/query.ts';
import fc from '../support/fast-check.ts';

const read = (text: string) => readQuery(new URLSearchParams(text));
const messages = (text: string): string[] => read(text).problems.map(({ message }) => message);
const ways = (text: string): string[] =>
  read(text).problems.flatMap(({ suggestions }) => suggestions.map(({ href }) => href));

test('an address without parameters asks for everything', () => {
  assert.deepEqual(read(''), { query: EVERYTHING, problems: [] });
  assert.equal(hrefOf(EVERYTHING), './');
});

test('a form that was sent with empty fields asks for everything', () => {
  assert.deepEqual(read('q=&at=&order=relevance&facility=').query, EVERYTHING);
});

test('each choice may be given more than once, and a repeated value counts once', () => {
  const { query, problems } = read('facility=esrf&framework=relion&facility=desy&facility=esrf');
  assert.deepEqual(problems, []);
  assert.deepEqual(
    [...query.only],
    [
      ['FACILITY', ['esrf', 'desy']],
      ['FRAMEWORK', ['relion']],
    ],
  );
});

test('values of an enumeration are read in any spelling and written in one', () => {
  for (const spelling of ['non-commercial', 'nonCommercial', 'NON_COMMERCIAL']) {
    const { query } = read(`condition=${spelling}`);
    assert.deepEqual(query.only.get('CONDITION'), ['NON_COMMERCIAL']);
    assert.equal(hrefOf(query), './?condition=non-commercial');
  }
});

test('an unknown order is reported, with the known ones as links', () => {
  assert.deepEqual(messages('order=oldest'), ['“oldest” is not an order.']);
  assert.deepEqual(ways('order=oldest'), ['./', './?order=name', './?order=newest', './?order=version']);
});

test('parameters that others add to a link are ignored, and go into no link of the page', () => {
  const { query, problems } = read('utm_source=mail&q=relion&fbclid=IwAR0&utm_source=again&colour=blue');
  assert.deepEqual(problems, []);
  assert.equal(hrefOf(query), './?q=relion');
});

test('an unknown value of an enumeration is reported, with near ones or all of them as links', () => {
  assert.deepEqual(ways('trust=unsignd&q=relion'), ['./?q=relion&trust=unsigned']);
  assert.deepEqual(ways('may=fly'), ['./?may=discover', './?may=pull', './?may=execute']);
});

test('a field that is given twice with different values is reported; twice the same counts once', () => {
  assert.deepEqual(messages('q=a&q=b'), ['“q” is given 2 times, with different values.']);
  assert.deepEqual(ways('q=a&q=b'), ['./?q=a', './?q=b']);
  assert.deepEqual(messages('at=esrf&at=psi'), ['“at” is given 2 times, with different values.']);
  assert.deepEqual(read('q=a&q=a'), { query: { ...EVERYTHING, search: 'a' }, problems: [] });
});

test('an address whose links would blow up the page is refused whole, a long cursor is not', () => {
  const many = Array.from({ length: 400 }, (_, index) => `facility=f${index}`).join('&');
  const { query, problems } = read(`q=relion&${many}`);
  assert.deepEqual(query, EVERYTHING);
  assert.match(problems[0]?.message ?? '', /too long/);
  assert.deepEqual(ways(`q=relion&${many}`), ['./?q=relion']);
  assert.deepEqual(messages(`after=${'x'.repeat(4_000)}`), []);
});

test('few problems are reported at once, however many there are', () => {
  const many = Array.from({ length: 1_000 }, (_, index) => `trust=x${index}`).join('&');
  assert.equal(read(many).problems.length, 5);
});

test('a changed choice starts at the first page, of the list', () => {
  const deep = { ...EVERYTHING, after: 'cursor', image: 'an image' };
  assert.deepEqual(withChoice(deep, 'MAY', ['PULL']), { ...EVERYTHING, only: new Map([['MAY', ['PULL']]]) });
  assert.deepEqual(withChoice(withChoice(deep, 'MAY', ['PULL']), 'MAY', []), EVERYTHING);
});

const WORDS: { readonly [F in FacetField]?: readonly string[] } = {
  CONDITION: ['ACADEMIC', 'NON_COMMERCIAL', 'LICENSE_SERVER'],
  TRUST: ['UNSIGNED', 'CLAIMED'],
  SHARING: ['OPEN', 'UNKNOWN'],
  SUPPLIED_BY: ['STAFF', 'USER'],
  MAY: ['PULL', 'EXECUTE'],
};

const text = fc
  .string({ unit: 'grapheme', minLength: 1, maxLength: 12 })
  .map((some) => some.toWellFormed().trim())
  .filter((some) => some !== '');

const arbitraryQuery: fc.Arbitrary<PageQuery> = fc
  .record({
    search: fc.option(text),
    at: fc.option(text),
    order: fc.constantFrom(...IMAGE_ORDERS),
    after: fc.option(text),
    image: fc.option(text),
    fields: fc.subarray([...FACET_FIELDS], { maxLength: 4 }),
    values: fc.uniqueArray(text, { minLength: 1, maxLength: 3 }),
  })
  .map(({ fields, values, ...rest }) => ({
    ...rest,
    only: new Map(fields.map((field) => [field, WORDS[field] ?? values])),
  }));

test('a link says exactly what it was made from', () => {
  fc.assert(
    fc.property(arbitraryQuery, (query) => {
      const { query: again, problems } = readQuery(new URL(hrefOf(query), 'http://localhost/').searchParams);
      assert.deepEqual(problems, []);
      assert.deepEqual({ ...again, only: [...again.only] }, { ...query, only: [...query.only] });
    }),
  );
});

test('no address whatever throws', () => {
  const name = fc.oneof(fc.constantFrom('q', 'at', 'order', ...Object.values(PARAMETERS)), fc.string());
  fc.assert(
    fc.property(fc.array(fc.tuple(name, fc.string({ unit: 'binary' }))), (pairs) => {
      const { query } = readQuery(new URLSearchParams(pairs));
      assert.ok(hrefOf(query).startsWith('./'));
    }),
  );
});
