import assert from 'node:assert/strict';
import { test } from 'node:test';
import { utcTime, webUrl } from '../../../src/catalog/ingest/scalars.ts';
import fc from '../../support/fast-check.ts';

for (const [text, utc] of [
  ['2021-03-04T05:06:07Z', '2021-03-04T05:06:07.000Z'],
  ['2021-03-04t05:06:07z', '2021-03-04T05:06:07.000Z'],
  ['2021-03-04 05:06:07+02:00', '2021-03-04T03:06:07.000Z'],
  ['2021-03-04T05:06:07.123456789Z', '2021-03-04T05:06:07.123Z'],
  ['2021-03-04', '2021-03-04T00:00:00.000Z'],
  ['2020-02-29', '2020-02-29T00:00:00.000Z'],
] as const) {
  test(`${text} is ${utc}`, () => assert.equal(utcTime(text), utc));
}

for (const text of [
  '2021-02-29T00:00:00Z',
  '2021-02-30',
  '2021-13-01',
  '2021-03-04T25:00:00Z',
  '2021-03-04T05:06:07',
  '0001-01-01T00:00:00Z',
  '9999-12-31T23:59:59-01:00',
  'yesterday',
  '20210304',
  '',
]) {
  test(`${JSON.stringify(text)} is no time that anybody knows`, () => assert.equal(utcTime(text), null));
}

test('every time is read as the moment it is', () => {
  const min = new Date('1000-01-01');
  const max = new Date('9999-12-31');
  fc.assert(
    fc.property(fc.date({ min, max, noInvalidDate: true }), (date) => {
      assert.equal(utcTime(date.toISOString()), date.toISOString());
    }),
  );
});

test('a URL that is read stays as it is when it is read again', () => {
  fc.assert(
    fc.property(fc.webUrl({ withQueryParameters: true, withFragments: true }), (text) => {
      const url = webUrl(text);
      assert.equal(webUrl(url), url);
      assert.doesNotMatch(url ?? '', /["<>\s\\^`]/);
    }),
  );
});
