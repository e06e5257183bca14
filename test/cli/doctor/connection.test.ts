import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { isUnreachable, judgeConnection } from '../../../src/cli/doctor/connection.ts';
import type { ConnectionProbe } from '../../../src/network/probe-connection.ts';

const NOW = Date.parse('2026-05-01T00:00:00Z');
const DAY = 86_400_000;
const HTTPS = new URL('https://registry.kit.example');

const probe = (changes: Partial<ConnectionProbe> = {}): ConnectionProbe => ({
  addresses: ['141.3.2.1'],
  lookupCode: null,
  connected: { code: null, took: 3.4 },
  tls: {
    code: null,
    protocol: 'TLSv1.3',
    certificate: { subject: 'registry.kit.example', issuer: 'GEANT', validTo: NOW + 90 * DAY },
  },
  ...changes,
});

const tls = (code: string | null, days = 90): Partial<ConnectionProbe> => ({
  tls: { code, protocol: 'TLSv1.3', certificate: { subject: '', issuer: 'X', validTo: NOW + days * DAY } },
});

const judged = (url: URL, changes?: Partial<ConnectionProbe>) =>
  Object.fromEntries(judgeConnection(url, probe(changes), NOW).map((check) => [check.id, check]));

describe('a connection', () => {
  test('by https to a certificate that is accepted passes', () => {
    const checks = judged(HTTPS);
    assert.deepEqual(
      Object.values(checks).map(({ id, status }) => `${id} ${status}`),
      ['address pass', 'dns pass', 'connect pass', 'tls pass', 'certificate pass'],
    );
    assert.equal(checks.certificate?.seen, 'valid until 2026-07-30');
  });

  test('by plain http is a warning, and none on this machine', () => {
    assert.equal(judged(new URL('http://registry.kit.example')).address?.status, 'warn');
    assert.equal(judged(new URL('http://127.0.0.1:5000')).address?.status, 'pass');
    assert.equal(judged(new URL('http://[::1]:5000')).address?.status, 'pass');
    assert.equal(judged(new URL('http://registry.kit.example')).tls, undefined);
  });

  test('to a private address passes, and says who reaches it', () => {
    const { dns } = judged(HTTPS, { addresses: ['10.0.0.7'] });
    assert.equal(dns?.status, 'pass');
    assert.match(dns?.seen ?? '', /only its own network/);
  });

  test('to a name that does not resolve fails at the name alone', () => {
    const gone = { addresses: [], lookupCode: 'ENOTFOUND', connected: null, tls: null };
    assert.ok(isUnreachable(probe(gone)));
    const checks = judged(HTTPS, gone);
    assert.deepEqual(
      Object.values(checks).map(({ id, status }) => `${id} ${status}`),
      ['address pass', 'dns fail', 'connect skip', 'tls skip', 'certificate skip'],
    );
  });

  test('that is refused or late says which', () => {
    for (const [code, words] of [
      ['ECONNREFUSED', /nothing listens/],
      ['ETIMEDOUT', /no answer in time/],
      ['EHOSTUNREACH', /it failed \(EHOSTUNREACH\)/],
    ] as const) {
      const refused = { connected: { code, took: 1 }, tls: null };
      assert.ok(isUnreachable(probe(refused)));
      assert.match(judged(HTTPS, refused).connect?.seen ?? '', words);
    }
    assert.ok(!isUnreachable(probe()));
  });
});

describe('a certificate', () => {
  for (const [code, hint] of [
    ['DEPTH_ZERO_SELF_SIGNED_CERT', /`ca`/],
    ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', /intermediate/],
    ['CERT_HAS_EXPIRED', /Renew/],
    ['ERR_TLS_CERT_ALTNAME_INVALID', /this host/],
    ['SOMETHING_NEW', /Replace/],
  ] as const) {
    test(`that is refused for ${code} fails with what to do`, () => {
      const check = judged(HTTPS, tls(code)).tls;
      assert.equal(check?.status, 'fail');
      assert.match(check?.hint ?? '', hint);
      assert.match(check?.seen ?? '', new RegExp(code));
    });
  }

  for (const [days, status] of [
    [-1, 'fail'],
    [0, 'warn'],
    [13, 'warn'],
    [14, 'pass'],
  ] as const) {
    test(`that ends ${days} days from now is a ${status}`, () => {
      assert.equal(judged(HTTPS, tls(null, days)).certificate?.status, status);
    });
  }

  test('that is not there, since the port speaks no TLS, fails', () => {
    const checks = judged(HTTPS, { tls: { code: 'EPROTO', protocol: null, certificate: null } });
    assert.deepEqual([checks.tls?.status, checks.certificate?.status], ['fail', 'skip']);
  });
});
