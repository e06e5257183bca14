import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { importPolicyKey } from '../../../src/config/policy-key.ts';
import type { FederationError } from '../../../src/model/errors.ts';
import { verifySource } from '../../../src/policy/distribution/verify.ts';
import {
  type LabKey,
  labKey,
  type SignedBundleOptions,
  type SignedClaims,
  signedBundle,
  type Tampering,
  trustOf,
} from '../../support/signed-bundle.ts';

const key = labKey('ES256', 'esrf-2026');
const rsa = labKey('RS256', 'esrf-2026');
const trust = trustOf('esrf', key);

const good: SignedBundleOptions = {
  owner: 'esrf',
  version: 1,
  files: { 'policy.rego': 'package panfed.facility.esrf\n' },
  key,
};

async function refused(
  changes: Partial<SignedBundleOptions>,
  message: RegExp,
  by: Parameters<typeof verifySource>[1] = trust,
): Promise<void> {
  const archive = await signedBundle({ ...good, ...changes });
  await assert.rejects(verifySource(archive, by, 'bundle.tar.gz'), (error: FederationError) => {
    assert.match(error.message, message);
    assert.equal(error.code, 'POLICY_UNSIGNED');
    assert.equal(error.at, 'bundle.tar.gz');
    assert.ok(error.hint);
    return true;
  });
}

const tampered = (tamper: Tampering, message: RegExp) => refused({ tamper }, message);
const withHeader = (more: object, message: RegExp, by?: LabKey) =>
  refused(
    { key: by ?? key, tamper: { header: (header) => ({ ...header, ...more }) } },
    message,
    by && trustOf('esrf', by),
  );
const withClaims = (change: (claims: SignedClaims) => object, message: RegExp) =>
  tampered({ claims: change }, message);

describe('the signature of a bundle', () => {
  test('is there', async () => {
    await tampered(
      { entries: (entries) => entries.filter(({ name }) => name !== '/.signatures.json') },
      /not signed: it has no \.signatures\.json/,
    );
  });

  test('is one', async () => {
    await tampered({ signatures: () => ({ signatures: [] }) }, /has 0 signatures, and must have one/);
    await tampered(
      { signatures: ({ signatures }) => ({ signatures: [...signatures, ...signatures] }) },
      /has 2 signatures/,
    );
  });

  test('is in a file of OPA’s form', async () => {
    for (const content of [{}, [], { signatures: 'x' }, { signatures: ['x'], plugin: 'other' }, 'x']) {
      await tampered({ signatures: () => content }, /\.signatures\.json is not in OPA’s format/);
    }
    await tampered(
      {
        entries: (entries) =>
          entries.map((entry) => (entry.name === '/.signatures.json' ? { ...entry, body: '{' } : entry)),
      },
      /\.signatures\.json is not JSON/,
    );
  });

  test('is no larger than one that lists as many files as there may be', async () => {
    await tampered({ token: (token) => token.padEnd(1_048_576, 'A') }, /more than 1 MiB/);
    const longest = Array.from({ length: 1_000 }, (_, index) => [
      `${'r'.repeat(240)}${index}.rego`,
      'package panfed.facility.esrf\n',
    ]);
    const archive = await signedBundle({ ...good, files: Object.fromEntries(longest) });
    assert.equal((await verifySource(archive, trust, 'bundle.tar.gz')).files.size, 1_000);
  });

  test('is refused in one short line, whatever a file that nobody signed has written in it', async () => {
    const files = [
      `{"signatures":[${'1,'.repeat(10_000)}1]}`,
      `{"signatures":["x"],"\u202e\u001b${'k'.repeat(500_000)}":1}`,
      `{"${'k'.repeat(400_000)}":1,"${'k'.repeat(400_000)}":2}`,
      '{"signatures":\u202e\n\u0007',
    ];
    for (const body of files) {
      const entries: Tampering['entries'] = (all) =>
        all.map((entry) => (entry.name === '/.signatures.json' ? { ...entry, body } : entry));
      await tampered({ entries }, /^[^\p{Cc}\p{Cf}]{1,1024}$/u);
    }
  });

  test('is a JWS in compact form', async () => {
    await tampered({ token: () => 'nothing' }, /not a JWS in compact form/);
    await tampered({ token: () => '' }, /not a JWS in compact form/);
    await tampered({ token: (token) => `${token}.more` }, /not made with the key|not a JWS/);
  });

  test('is not of the algorithm none', async () => {
    await withHeader({ alg: 'none' }, /algorithm is "none", and must be ES256/);
    const header = Buffer.from('{"alg":"nOnE"}').toString('base64url');
    await tampered({ token: (token) => token.replace(/^[^.]+/, header) }, /algorithm is "nOnE"/);
    await tampered(
      { token: (token) => token.replace(/^[^.]+/, Buffer.from('{}').toString('base64url')) },
      /algorithm is missing/,
    );
  });

  test('cannot be an HMAC by the public key', async () => {
    const swapped: LabKey = { ...rsa, alg: 'HS256', key: Buffer.from(rsa.trusted) };
    await refused({ key: swapped }, /algorithm is "HS256", and must be RS256/, trustOf('esrf', rsa));
    assert.throws(() => importPolicyKey(rsa.trusted, 'HS256'), /PEM key cannot be the secret/);
  });

  test('is not of another algorithm of the same key', async () => {
    await refused(
      { key: { ...rsa, alg: 'PS256' } },
      /algorithm is "PS256", and must be RS256/,
      trustOf('esrf', rsa),
    );
    await refused({ key: { ...rsa, alg: 'RS512' } }, /algorithm is "RS512"/, trustOf('esrf', rsa));
  });

  test('is of the trusted key', async () => {
    await refused({ key: labKey('ES256', key.keyId) }, /not made with the key "esrf-2026"/);
    await refused(
      { key: labKey('HS256', key.keyId) },
      /not made with/,
      trustOf('esrf', labKey('HS256', key.keyId)),
    );
  });

  test('is of all that it signs', async () => {
    const parts = (change: (parts: string[]) => string[]) => (token: string) =>
      change(token.split('.')).join('.');
    const scope = (payload: string) =>
      Buffer.from(
        Buffer.from(payload, 'base64url').toString().replace('panfed/facility/esrf', 'panfed/facility/desy'),
      ).toString('base64url');
    const wrong = /not made with the key "esrf-2026", or its content was changed/;
    await tampered(
      { token: parts(([head = '', payload = '', mac = '']) => [head, scope(payload), mac]) },
      wrong,
    );
    await tampered({ token: parts(([head = '', payload = '']) => [head, payload, '']) }, wrong);
    await tampered(
      { token: parts(([head = '', payload = '', mac = '']) => [head, payload, mac.slice(4)]) },
      wrong,
    );
  });

  test('brings no key along', async () => {
    for (const header of [
      { jwk: { kty: 'oct', k: 'AAAA' } },
      { jku: 'https://attacker.example/jwks' },
      { x5c: ['AAAA'] },
      { x5u: 'https://attacker.example/chain' },
    ]) {
      const [name] = Object.keys(header);
      await withHeader(
        header,
        new RegExp(`header has ${name}: a key that comes with the content that it signs`),
      );
      await withHeader(header, new RegExp(`header has ${name}`), rsa);
    }
  });

  test('has no extension that would have to be understood', async () => {
    await withHeader({ crit: ['exp'], exp: 1 }, /header has crit/);
    await withHeader({ crit: ['b64'], b64: true }, /header has crit/);
  });

  test('has the name of the key, in the header or in what it signs', async () => {
    await withHeader({ kid: 'desy-2026' }, /key is "desy-2026", and must be "esrf-2026"/);
    await refused({ keyId: 'desy-2026' }, /key is "desy-2026"/);
    await withClaims(({ keyid: _without, ...claims }) => claims, /key is not named/);
    await tampered(
      {
        header: (header) => ({ ...header, kid: 'esrf-2026' }),
        claims: (claims) => ({ ...claims, keyid: 'desy-2026' }),
      },
      /key is "desy-2026"/,
    );
    await tampered(
      {
        header: (header) => ({ ...header, kid: '' }),
        claims: ({ keyid: _without, ...claims }) => claims,
      },
      /key is not named/,
    );
  });

  test('is for this facility and no other', async () => {
    await refused({ scope: 'panfed/facility/desy' }, /scope "panfed\/facility\/desy", and must be for/);
    await refused({ scope: 'panfed/facility/esrf-2' }, /scope "panfed\/facility\/esrf-2"/);
    await refused({ scope: 'panfed/facility/ESRF' }, /scope "panfed\/facility\/ESRF"/);
    await refused({ scope: undefined }, /has no scope/);
    await refused({ scope: '' }, /is for the scope ""/);
  });

  test('states no time that nothing would check', async () => {
    await withClaims((claims) => ({ ...claims, exp: 4_000_000_000 }), /has exp/);
    await withClaims((claims) => ({ ...claims, nbf: 0 }), /has nbf/);
  });

  test('signs a list of files', async () => {
    const wrong = /its payload is not in OPA’s format/;
    await withClaims(({ files: _without, ...claims }) => claims, wrong);
    await withClaims((claims) => ({ ...claims, files: [{ name: 'policy.rego' }] }), wrong);
    await withClaims(
      (claims) => ({ ...claims, files: claims.files.map((each) => ({ ...each, hash: '' })) }),
      wrong,
    );
    await withClaims(() => [], wrong);
  });
});
