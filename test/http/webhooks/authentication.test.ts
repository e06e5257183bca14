// In which places a notification may bring its registry's secret.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { hashedSecret } from '../../../src/http/hashed-secret.ts';
import { bringsSecret } from '../../../src/http/webhooks/authentication.ts';
import fc from '../../support/fast-check.ts';

const SECRET = 'f3c1d2e4a5b6978877665544332211ff';
const EXPECTED = hashedSecret(SECRET);
const basic = (text: string): string => `Basic ${Buffer.from(text).toString('base64')}`;

describe('a notification brings its secret', () => {
  const ways = [
    { authorization: SECRET },
    { authorization: `Bearer ${SECRET}` },
    { authorization: `bearer  ${SECRET}` },
    { authorization: basic(`zot:${SECRET}`) },
    { authorization: basic(`:${SECRET}`) },
    { 'x-gitlab-token': SECRET },
  ];
  for (const headers of ways) {
    test(`as ${JSON.stringify(headers)}`, () => assert.ok(bringsSecret(headers, null, EXPECTED)));
  }

  test('at the end of the path', () => assert.ok(bringsSecret({}, SECRET, EXPECTED)));

  test('in one place, whatever is in the others', () => {
    assert.ok(bringsSecret({ authorization: basic('a:b') }, SECRET, EXPECTED));
    assert.ok(bringsSecret({ authorization: `Bearer ${SECRET}` }, 'other', EXPECTED));
  });
});

describe('a notification does not bring it', () => {
  test('anywhere else, in part, or with more', () => {
    const others = [
      ...[{}, { cookie: SECRET }, { 'x-api-key': SECRET }, { authorization: `Token ${SECRET}` }],
      ...[{ authorization: SECRET.slice(1) }, { authorization: `${SECRET}0` }, { authorization: 'Bearer ' }],
      ...[{ authorization: basic(SECRET) }, { authorization: basic(`${SECRET}:user`) }],
    ];
    for (const headers of others) assert.ok(!bringsSecret(headers, null, EXPECTED), JSON.stringify(headers));
    assert.ok(!bringsSecret({}, SECRET.toUpperCase(), EXPECTED));
  });

  test('where the registry has none, whatever it brings', () => {
    fc.assert(
      fc.property(fc.string(), fc.option(fc.string()), (text, inPath) => {
        const headers = { authorization: text, 'x-gitlab-token': text };
        assert.ok(!bringsSecret(headers, inPath, null));
        assert.ok(!bringsSecret(headers, inPath, EXPECTED));
      }),
    );
  });
});
