import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FederationError } from '../../src/model/errors.ts';
import { failureOf } from '../../src/model/outcome.ts';

test('failures are told in our own words', () => {
  const refused = new FederationError('SOURCE_REFUSED', 'the server refuses the gateway (HTTP 403)');
  assert.deepEqual(failureOf(refused), { code: 'SOURCE_REFUSED', message: refused.message });
  assert.equal(failureOf(new DOMException('late', 'TimeoutError')).code, 'SOURCE_TIMEOUT');
  assert.equal(failureOf('a string that somebody threw').code, 'INTERNAL');
});
