import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createSecureContext, type SecureContext } from 'node:tls';
import { createRegistryHosts } from '../../../src/network/registry/registry-hosts.ts';
import fc from '../../support/fast-check.ts';

const hosts = (
  url: string,
  { realms = [] as string[], storage = [] as string[], authorities = null as SecureContext | null } = {},
) => createRegistryHosts({ url, realms, storage, authorities });

describe('a realm', () => {
  const cases: readonly (readonly [string, readonly string[], string, boolean])[] = [
    ['https://reg.org', [], 'https://reg.org/token', true],
    ['https://reg.org:5000', [], 'https://reg.org:5000/auth', true],
    ['https://reg.org:5000', [], 'https://reg.org/auth', true],
    ['https://REG.org', [], 'https://reg.ORG/token?a=b', true],
    ['http://reg.org:5000', [], 'http://reg.org:5000/auth', true],
    ['http://reg.org:5000', [], 'https://reg.org/auth', true],
    ['https://[2001:db8::1]:5000', [], 'https://[2001:db8:0::1]:5000/auth', true],
    ['https://registry-1.docker.io', ['auth.docker.io'], 'https://auth.docker.io/token', true],
    ['https://reg.org', ['auth.org:8443'], 'https://auth.org:8443/token', true],
    ['https://registry-1.docker.io', [], 'https://auth.docker.io/token', false],
    ['https://reg.org', [], 'http://reg.org/token', false],
    ['https://reg.org', ['auth.org'], 'http://auth.org/token', false],
    ['https://reg.org', ['auth.org:80'], 'http://auth.org/token', false],
    ['https://reg.org', ['auth.org'], 'https://auth.org:8443/token', false],
    ['https://reg.org', ['auth.org'], 'https://auth.org.evil.org/token', false],
    ['https://reg.org', ['auth.org'], 'https://evil.org/auth.org', false],
    ['https://reg.org', ['auth.org'], 'https://auth.org@evil.org/', false],
    ['https://reg.org', ['auth.org'], 'https://user@auth.org/', false],
    ['https://reg.org', ['auth.org'], 'https://sub.auth.org/', false],
    ['https://reg.org', [], 'https://reg.org:8443/token', false],
    ['http://reg.org:5000', [], 'http://reg.org/token', false],
    ['https://reg.org', [], '/token', false],
    ['https://reg.org', [], 'ftp://reg.org/token', false],
    ['https://reg.org', [], 'file:///etc/passwd', false],
    ['https://reg.org', [], '', false],
  ];
  for (const [url, realms, realm, isAdmitted] of cases) {
    test(`${realm} is ${isAdmitted ? 'admitted' : 'none'} for ${url}${realms.length ? ` with ${realms}` : ''}`, () => {
      assert.equal(hosts(url, { realms: [...realms] }).realm(realm) !== null, isAdmitted);
    });
  }

  test('is of the registry’s own host or a named one, whatever the registry says', () => {
    const { realm } = hosts('https://reg.org', { realms: ['auth.org'] });
    const authority = fc.constantFrom(
      'reg.org',
      'auth.org',
      'evil.org',
      'reg.org.evil.org',
      'evil.org:443',
      'x@auth.org',
    );
    const text = fc.oneof(
      fc.webUrl(),
      fc
        .tuple(fc.constantFrom('https://', 'http://', '//', 'https:\\', ''), authority, fc.string())
        .map((parts) => parts.join('')),
    );
    fc.assert(
      fc.property(text, (each) => {
        const admitted = realm(each);
        if (admitted !== null) assert.match(admitted.url.origin, /^https:\/\/(?:reg|auth)\.org$/);
      }),
    );
  });
});

describe('a redirect', () => {
  const from = new URL('https://reg.org/v2/a/blobs/b');
  test('of an https registry is followed to https alone, wherever it leads', () => {
    const { redirect } = hosts('https://reg.org', { storage: ['plain.org'] });
    assert.equal(redirect('https://s3.example.org/x?y#z', from)?.href, 'https://s3.example.org/x?y');
    assert.equal(redirect('/v2/other', from)?.href, 'https://reg.org/v2/other');
    for (const location of [
      'http://reg.org/x',
      'http://plain.org/',
      'ftp://reg.org/',
      'https://u:p@s3.org/',
      'https://',
      'data:,x',
    ]) {
      assert.equal(redirect(location, from), null, location);
    }
  });

  test('of a plain http registry is followed to https, its own host and configured ones', () => {
    const { redirect } = hosts('http://reg.org:5000', { storage: ['store.org:9000'] });
    for (const location of ['https://s3.org/', 'http://reg.org:5000/x', 'http://store.org:9000/x']) {
      assert.equal(redirect(location, from)?.href, location);
    }
    for (const location of ['http://s3.org/', 'http://store.org/', 'http://reg.org/x']) {
      assert.equal(redirect(location, from), null, location);
    }
  });
});

describe('what is allowed of a host', () => {
  test('is private addresses and the configured authority for its own and configured hosts', () => {
    const authorities = createSecureContext();
    const { reach } = hosts('https://reg.org:5000', {
      realms: ['auth.org'],
      storage: ['store.org:9000'],
      authorities,
    });
    for (const own of [
      'https://reg.org:5000',
      'https://reg.org',
      'https://auth.org',
      'https://store.org:9000',
    ]) {
      assert.deepEqual(reach(new URL(own)), { privateAddresses: true, authorities }, own);
    }
    for (const other of [
      'https://reg.org:22',
      'https://store.org',
      'https://s3.org',
      'https://127.0.0.1',
      'https://[::1]',
    ]) {
      assert.deepEqual(reach(new URL(other)), { privateAddresses: false, authorities: null }, other);
    }
  });
});
