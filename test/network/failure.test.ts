// What a status that is no answer becomes: its code, and when a retry may help.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { statusFailure } from '../../src/network/failure.ts';

const NOW = Date.parse('2026-01-02T03:04:05Z');

for (const [name, headers, retryAfter] of [
  ['says nothing of when is asked again at once', {}, 0],
  ['has Retry-After is asked again after it', { 'retry-after': '7' }, 7_000],
  ['has X-Retry-After alone is asked again after it', { 'x-retry-after': String(NOW / 1_000 + 90) }, 90_000],
  ['has both is asked again after the longer one', { 'retry-after': '5', 'x-retry-after': '9' }, 9_000],
  ['has a Retry-After that cannot be read is not asked again', { 'retry-after': 'soon' }, null],
  ['has an X-Retry-After that cannot be read is not asked again', { 'x-retry-after': 'soon' }, null],
] as const) {
  test(`a server that is overloaded and ${name}`, () => {
    for (const status of [429, 503]) {
      const failure = statusFailure(status, headers, '', NOW);
      assert.deepEqual(
        [failure.error.code, failure.server, failure.retryAfter],
        ['SOURCE_HTTP_STATUS', 'down', retryAfter],
      );
    }
  });
}

test('a gateway without an answer is asked again at once, whatever its headers say', () => {
  for (const status of [502, 504]) {
    assert.equal(statusFailure(status, { 'x-retry-after': '90' }, '', NOW).retryAfter, 0);
  }
});
