import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { retryAfter } from '../../src/network/retry-after.ts';
import fc from '../support/fast-check.ts';

const NOW = Date.UTC(2026, 0, 2, 3, 4, 5);

describe('when a server asks to be asked again', () => {
  const cases: readonly (readonly [string, Readonly<Record<string, string>>, number | null])[] = [
    ['seconds', { 'retry-after': '120' }, 120_000],
    ['a fraction of seconds', { 'retry-after': '0.5' }, 500],
    ['white space around', { 'retry-after': ' 3 ' }, 3_000],
    ['an HTTP date', { 'retry-after': 'Fri, 02 Jan 2026 03:04:35 GMT' }, 30_000],
    ['a date of RFC 850', { 'retry-after': 'Friday, 02-Jan-26 03:04:35 GMT' }, 30_000],
    ['a date of asctime', { 'retry-after': 'Fri Jan  2 03:04:35 2026' }, 30_000],
    ['a date that has passed', { 'retry-after': 'Fri, 02 Jan 2026 03:04:00 GMT' }, 0],
    [
      'a date by the server’s own clock, an hour fast',
      { 'retry-after': 'Fri, 02 Jan 2026 04:04:35 GMT', date: 'Fri, 02 Jan 2026 04:04:05 GMT' },
      30_000,
    ],
    ['Docker Hub’s unix time', { 'x-retry-after': String(NOW / 1_000 + 90) }, 90_000],
    ['seconds in X-Retry-After', { 'x-retry-after': '7' }, 7_000],
    ['both, the longer one', { 'retry-after': '5', 'x-retry-after': String(NOW / 1_000 + 90) }, 90_000],
    ['one that cannot be read beside one that can', { 'retry-after': 'soon', 'x-retry-after': '7' }, 7_000],
    ['nothing', {}, null],
    ['a negative number', { 'retry-after': '-1' }, null],
    ['a number in another notation', { 'retry-after': '1e3' }, null],
    ['a date in another notation', { 'retry-after': '2026-01-02T03:04:35Z' }, null],
    ['a day that no month has', { 'retry-after': 'Fri, 99 Jan 2026 03:04:35 GMT' }, null],
  ];
  for (const [what, headers, expected] of cases) {
    test(`${what} is ${expected === null ? 'no wait' : `${expected} ms`}`, () => {
      assert.equal(retryAfter(headers, NOW), expected);
    });
  }

  test('no text gives a wait that is none', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary-ascii' }), fc.string(), (value, date) => {
        const wait = retryAfter({ 'retry-after': value, 'x-retry-after': value, date }, NOW);
        assert.ok(wait === null || (Number.isFinite(wait) && wait >= 0));
      }),
    );
  });
});
