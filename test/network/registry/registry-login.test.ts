import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { inspect } from 'node:util';
import type { Realm } from '../../../src/network/registry/realm.ts';
import { createRegistryHosts } from '../../../src/network/registry/registry-hosts.ts';
import { type LoginSecret, RegistryLogin } from '../../../src/network/registry/registry-login.ts';

const REGISTRY = new URL('https://reg.org');
const SECRET = 'a-secret-of-24-characters';
const PASSWORD: LoginSecret = { kind: 'password', username: 'robot', password: SECRET };
const IDENTITY: LoginSecret = { kind: 'identity', token: SECRET };
const TOKEN: LoginSecret = { kind: 'token', token: SECRET };

/** The realm of a registry at auth.org. */
function realmOf(registry: string): Realm {
  const hosts = createRegistryHosts({ url: registry, realms: ['auth.org'], storage: [], authorities: null });
  const realm = hosts.realm('https://auth.org/token');
  assert.ok(realm !== null);
  return realm;
}

describe('a registry’s login', () => {
  test('gives a credential for the registry: a token or a user, and no identity token', () => {
    const given = (secret: LoginSecret) => new RegistryLogin(REGISTRY, secret).forRegistry();
    assert.equal(given(TOKEN)?.authorization(REGISTRY), `Bearer ${SECRET}`);
    assert.equal(given(PASSWORD)?.scheme, 'Basic');
    assert.equal(given(IDENTITY), null);
    assert.throws(() => given(TOKEN)?.authorization(new URL('https://auth.org')), { code: 'INTERNAL' });
  });

  test('gives a realm the user or the identity token, for that realm’s origin alone, and never a token', () => {
    const realm = realmOf('https://reg.org');
    const [password, identity, token] = [PASSWORD, IDENTITY, TOKEN].map(
      (each) => new RegistryLogin(REGISTRY, each),
    );
    assert.equal(password?.forRealm(realm)?.origin, 'https://auth.org');
    assert.equal(identity?.formFor(realm, {})?.origin, 'https://auth.org');
    for (const none of [
      identity?.forRealm(realm),
      token?.forRealm(realm),
      password?.formFor(realm, {}),
      token?.formFor(realm, {}),
    ]) {
      assert.equal(none, null);
    }
  });

  test('gives nothing to a realm of another registry, though it is at the same address', () => {
    const login = new RegistryLogin(REGISTRY, PASSWORD);
    for (const other of ['https://other.org', 'https://reg.org:5000']) {
      assert.throws(() => login.forRealm(realmOf(other)), { code: 'INTERNAL' });
      assert.throws(() => login.formFor(realmOf(other), {}), { code: 'INTERNAL' });
    }
  });

  test('is equal to one of the same secret for the same registry', () => {
    const login = new RegistryLogin(REGISTRY, PASSWORD);
    assert.ok(login.equals(new RegistryLogin(REGISTRY, { ...PASSWORD })));
    assert.ok(!login.equals(new RegistryLogin(REGISTRY, { ...PASSWORD, password: 'another' })));
    assert.ok(!login.equals(new RegistryLogin(new URL('https://other.org'), PASSWORD)));
  });

  test('shows its secret in no inspection and no JSON', () => {
    for (const secret of [PASSWORD, IDENTITY, TOKEN]) {
      const login = new RegistryLogin(REGISTRY, secret);
      const text = `${inspect(login, { showHidden: true, depth: null })} ${JSON.stringify(login)} ${login}`;
      assert.ok(!text.includes(SECRET), text);
    }
  });
});
