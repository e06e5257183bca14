import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { test } from 'node:test';
import { derivedKey } from '../../src/model/derived-key.ts';

const SECRET = 'a secret of the federation, of 32 bytes or more';

/** HKDF-SHA-256 (RFC 5869) without salt, for as many bytes as one block has. */
function expected(secret: string, use: string): Buffer {
  const extracted = createHmac('sha256', Buffer.alloc(32)).update(secret).digest();
  return createHmac('sha256', extracted)
    .update(use)
    .update(Buffer.from([1]))
    .digest();
}

test('the key of a use is that of HKDF, so that what an earlier release signed stays valid', () => {
  for (const use of ['panfed/policies.state/1', 'panfed/store/1']) {
    assert.deepEqual(Buffer.from(derivedKey(SECRET, use)), expected(SECRET, use));
    assert.deepEqual(derivedKey(Buffer.from(SECRET), use), derivedKey(SECRET, use));
  }
  assert.notDeepEqual(derivedKey(SECRET, 'a'), derivedKey(SECRET, 'b'));
});
