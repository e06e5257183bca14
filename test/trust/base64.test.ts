import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readBase64, readBase64Url } from '../../src/trust/base64.ts';
import fc from '../support/fast-check.ts';

test('bytes come back from both alphabets, with padding and without', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 40 }), (array) => {
      const bytes = Buffer.from(array);
      const [standard, urlSafe] = [bytes.toString('base64'), bytes.toString('base64url')];
      const padding = standard.slice(urlSafe.length);
      for (const text of [standard, urlSafe, `${urlSafe}${padding}`, standard.replace(/=+$/, '')])
        assert.deepEqual(readBase64(text), bytes);
      assert.deepEqual(readBase64Url(urlSafe), bytes);
    }),
  );
});

test('nothing else has a meaning', () => {
  for (const text of [
    'A',
    'AA=',
    'AAA==',
    'AAAA=',
    '=',
    'AB==',
    'AAB=',
    'A A=',
    'AA\n==',
    '+_AA',
    'AA==AA==',
    'é',
    7,
    null,
  ])
    assert.equal(readBase64(text), null, String(text));
  for (const text of ['AA==', '++AA', 'AB', 'A', ' AA']) assert.equal(readBase64Url(text), null, text);
});
