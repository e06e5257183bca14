import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { inspect } from 'node:util';
import { Credential, SecretForm } from '../../src/network/credential.ts';
import fc from '../support/fast-check.ts';

const SECRET = 'a-secret-of-24-characters';
const HERE = 'https://registry.esrf.eu:5000/v2/';

describe('a credential', () => {
  test('of a user and password is the header of RFC 7617, in UTF-8', () => {
    const credential = Credential.basic(HERE, 'rôbot$em', 'p:ß');
    assert.equal(
      credential.authorization(new URL(HERE)),
      `Basic ${Buffer.from('rôbot$em:p:ß', 'utf8').toString('base64')}`,
    );
  });

  test('cannot be made of what would end a header, or the name', () => {
    for (const [user, password] of [
      ['a:b', 'c'],
      ['a\n', 'c'],
      ['a', 'c\r\nx: y'],
      ['a', '\0'],
    ] as const) {
      assert.throws(() => Credential.basic(HERE, user, password), { code: 'CONFIG_INVALID' });
    }
    assert.throws(() => Credential.for(HERE, 'a b'), { code: 'CONFIG_INVALID' });
  });

  test('and a form are given for their own origin alone', () => {
    const held = [Credential.basic(HERE, 'robot', SECRET), Credential.for(HERE, SECRET)];
    const form = SecretForm.for(HERE, { refresh_token: SECRET });
    fc.assert(
      fc.property(fc.webUrl({ withQueryParameters: true }), (text) => {
        const other = new URL(text);
        fc.pre(other.origin !== new URL(HERE).origin);
        for (const each of held) assert.throws(() => each.authorization(other), { code: 'INTERNAL' });
        assert.throws(() => form.body(other), { code: 'INTERNAL' });
      }),
    );
    for (const other of [
      'http://registry.esrf.eu:5000/',
      'https://registry.esrf.eu/',
      'https://esrf.eu:5000/',
    ]) {
      for (const each of held) assert.throws(() => each.authorization(new URL(other)), { code: 'INTERNAL' });
    }
    assert.equal(form.body(new URL(HERE)), `refresh_token=${SECRET}`);
  });

  test('and a form show their secret in no inspection and no JSON', () => {
    const each = [Credential.basic(HERE, 'robot', SECRET), SecretForm.for(HERE, { refresh_token: SECRET })];
    const encoded = Buffer.from(`robot:${SECRET}`).toString('base64');
    const text = `${inspect(each, { showHidden: true, depth: null })} ${JSON.stringify(each)} ${each.join()}`;
    for (const secret of [SECRET, encoded]) assert.ok(!text.includes(secret), text);
  });
});
