// The address of /match: what is understood, what is refused, and that a link says what it was made from.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MATCH_PARAMETERS, type MatchFields, matchHref, readMatchQuery } from '../../src/page/match-query.ts';
import fc from '../support/fast-check.ts';

const read = (text: string) => readMatchQuery(new URLSearchParams(text));
const messages = (text: string): string[] => read(text).problems.map(({ message }) => message);

test('an address without parameters asks nothing, and a form that was sent empty asks for everything', () => {
  assert.equal(read('').query.isAsked, false);
  assert.equal(read('utm_source=mail').query.isAsked, false);
  assert.equal(read('format=&technique=').query.isAsked, true);
  assert.equal(read('format=&technique=').query.fields.format, null);
});

test('amounts are read in their units', () => {
  const { query, problems } = read('cpus=8&memory=64+GiB&time=1-12:00:00');
  assert.deepEqual(problems, []);
  assert.deepEqual(query.amounts, { cpus: 8, memory: 64 * 1_024 ** 3, time: 129_600 });
});

test('an amount that is none is reported, with how it is written', () => {
  assert.deepEqual(messages('cpus=many&memory=64&time=90'), [
    '“many” is not a whole number from 1, as 8.',
    '“64” is not a size with its unit, as 64 GiB.',
    '“90” is not a duration as [days-]hours:minutes:seconds, as 12:00:00 or 2-00:00:00.',
  ]);
});

test('a parameter is given once, and is no longer than a name', () => {
  assert.deepEqual(messages('format=a&format=b'), ['“format” is given more than once.']);
  assert.deepEqual(messages('format=a&format=a&format='), []);
  assert.deepEqual(messages(`technique=${'x'.repeat(257)}`), ['“technique” may have 256 characters.']);
});

test('a link gives the question that it was made from', () => {
  const text = fc.option(
    fc.string({ minLength: 1, maxLength: 40 }).filter((value) => value === value.trim()),
    { nil: null },
  );
  const fields = fc.record(Object.fromEntries(MATCH_PARAMETERS.map((name) => [name, text])), {
    noNullPrototype: true,
  });
  fc.assert(
    fc.property(fields, text, (some, after) => {
      const href = matchHref(some as MatchFields, after);
      const { query } = readMatchQuery(new URL(href, 'http://a.example/').searchParams);
      assert.deepEqual(query.fields, some);
      assert.equal(query.after, after);
      assert.equal(query.isAsked, true);
    }),
  );
});
