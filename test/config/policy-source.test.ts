import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { describe, type TestContext, test } from 'node:test';
import { inspectConfig, loadConfig } from '../../src/config/load.ts';
import { importPolicyKey, readPolicyKey } from '../../src/config/policy-key.ts';
import { type PolicyAlgorithm, policyBundleOf, policyScopeOf } from '../../src/config/policy-source.ts';
import type { FederationError } from '../../src/model/errors.ts';
import { configFile, LEAST, SECRET } from './folder.ts';

const env = { PANFED_SECRET: SECRET };

const pem = (key: ReturnType<typeof generateKeyPairSync>['publicKey'] | null): string =>
  String(key?.export({ format: 'pem', type: 'spki' }));
const ec = (namedCurve: string) => generateKeyPairSync('ec', { namedCurve });
const P256 = ec('P-256');
const SPKI = pem(P256.publicKey);

const SOURCE = {
  source: 'https://policies.esrf.eu/bundle.tar.gz',
  algorithm: 'ES256',
  key: { file: 'esrf.pem' },
  keyId: 'esrf-2026',
};

const withPolicy = (policy: unknown): string =>
  LEAST.replace('    registries:', `    policy: ${JSON.stringify(policy)}\n    registries:`);

async function load(context: TestContext, policy: unknown, more: Record<string, string> = {}) {
  const path = await configFile(context, withPolicy(policy), { 'esrf.pem': SPKI });
  return loadConfig(path, { ...env, ...more });
}

async function problem(context: TestContext, policy: unknown, more: Record<string, string> = {}) {
  let found: FederationError | undefined;
  await assert.rejects(load(context, policy, more), (error: FederationError) => {
    found = error;
    return true;
  });
  assert.equal(found?.code, 'CONFIG_INVALID');
  return found as FederationError;
}

describe('facilities[].policy', () => {
  test('is the path of a compiled bundle, or a signed source with the scope of its facility', async (context) => {
    const [bundle] = (await load(context, 'esrf.tar.gz')).facilities;
    assert.ok(bundle);
    assert.equal(policyBundleOf(bundle), 'esrf.tar.gz');
    const [source] = (await load(context, SOURCE)).facilities;
    assert.ok(source);
    assert.equal(policyBundleOf(source), null);
    assert.equal(policyScopeOf(source), 'panfed/facility/esrf');
    const [scoped] = (await load(context, { ...SOURCE, scope: 'panfed/esrf' })).facilities;
    assert.ok(scoped);
    assert.equal(policyScopeOf(scoped), 'panfed/esrf');
  });

  test('that is neither is refused with what it may be', async (context) => {
    const found = await problem(context, 5);
    assert.equal(found.at, 'federation.yaml:8:13');
    assert.match(
      found.message,
      /^facilities\[0\]\.policy must be the path of a compiled bundle, or \{source,/,
    );
  });

  test('that is a source has problems reported at its own keys', async (context) => {
    const { keyId: _without, ...unnamed } = SOURCE;
    assert.equal((await problem(context, unnamed)).message, 'facilities[0].policy.keyId is missing');
    const typo = await problem(context, { ...SOURCE, algorythm: 'ES256' });
    assert.equal(typo.message, 'there is no key algorythm in facilities[0].policy');
    assert.match(typo.hint ?? '', /algorithm/);
    const secret = await problem(context, { ...SOURCE, key: SPKI });
    assert.equal(secret.message, 'facilities[0].policy.key must be {env: NAME} or {file: PATH}');
    assert.match(secret.hint ?? '', /Only the name/);
  });

  for (const algorithm of ['none', 'ES256K', 'HS1', 'es256']) {
    test(`takes no signature by ${algorithm}`, async (context) => {
      const found = await problem(context, { ...SOURCE, algorithm });
      assert.match(found.message, /^facilities\[0\]\.policy\.algorithm must be one of ES256,/);
    });
  }

  test('is fetched by https, from this machine, or over plain http with a reason', async (context) => {
    const source = 'http://policies.esrf.eu/bundle.tar.gz';
    const found = await problem(context, { ...SOURCE, source });
    assert.match(found.message, /plain http to another host/);
    assert.match(found.at ?? '', /^federation\.yaml:8:/);
    await load(context, { ...SOURCE, source, plainHttp: 'inside of a private network' });
    await load(context, { ...SOURCE, source: 'http://127.0.0.1:8181/bundle.tar.gz' });
    assert.match(
      (await problem(context, { ...SOURCE, source: 'ftp://esrf.eu/bundle.tar.gz' })).message,
      /expected an http or https URL/,
    );
    assert.match(
      (await problem(context, { ...SOURCE, source: 'https://u:p@esrf.eu/bundle.tar.gz' })).message,
      /must not carry credentials/,
    );
  });

  test('has a token for a URL alone, which must be there', async (context) => {
    const token = { env: 'POLICY_TOKEN' };
    assert.match((await problem(context, { ...SOURCE, token })).message, /POLICY_TOKEN is not set/);
    await load(context, { ...SOURCE, token }, { POLICY_TOKEN: 's3cret' });
    const file = await problem(
      context,
      { ...SOURCE, source: 'esrf.tar.gz', token },
      { POLICY_TOKEN: 's3cret' },
    );
    assert.match(file.message, /a file is read without a token/);
  });

  test('warns of a source whose file is missing', async (context) => {
    const path = await configFile(context, withPolicy({ ...SOURCE, source: 'none.tar.gz' }), {
      'esrf.pem': SPKI,
    });
    const { warnings } = await inspectConfig(path, env);
    assert.match(
      warnings.map(({ message }) => message).join('\n'),
      /none\.tar\.gz is missing: esrf keeps the policy/,
    );
  });
});

describe('the key of a source', () => {
  test('is reported at its place where it does not fit, without any part of it', async (context) => {
    const found = await problem(context, { ...SOURCE, algorithm: 'ES384' });
    assert.match(found.message, /ES384 takes a key of the curve P-384/);
    assert.match(found.at ?? '', /^federation\.yaml:8:/);
    const short = 'short-and-secret';
    const weak = await problem(
      context,
      { ...SOURCE, algorithm: 'HS256', key: { env: 'LAB_KEY' } },
      { LAB_KEY: short },
    );
    assert.match(weak.message, /the secret of HS256 has fewer than 32 bytes/);
    assert.doesNotMatch(JSON.stringify([weak.message, weak.hint, weak.extensions]), new RegExp(short));
  });

  test('is a whole file, with several lines', async (context) => {
    const path = await configFile(context, LEAST, { 'esrf.pem': `\n${SPKI}\n` });
    const source = {
      algorithm: 'ES256' as const,
      key: { file: path.replace('federation.yaml', 'esrf.pem') },
    };
    const key = await readPolicyKey(source, {}, '/');
    assert.equal(key.type, 'public');
  });

  test('that is shared counts byte for byte, including its last line break', () => {
    const secret = 'x'.repeat(64);
    assert.deepEqual(importPolicyKey(`${secret}\n`, 'HS512').export(), Buffer.from(`${secret}\n`));
  });

  const keys: [PolicyAlgorithm, string, RegExp][] = [
    ['HS256', SPKI, /a PEM key cannot be the secret/],
    ['HS384', 'x'.repeat(47), /fewer than 48 bytes/],
    ['HS512', 'x'.repeat(63), /fewer than 64 bytes/],
    ['ES256', 'x'.repeat(64), /not one public key in SPKI PEM/],
    ['ES256', `${SPKI}${SPKI}`, /not one public key/],
    ['ES256', P256.privateKey.export({ format: 'pem', type: 'pkcs8' }).toString(), /a private key/],
    ['ES256', pem(ec('P-384').publicKey), /curve P-256/],
    ['ES256', pem(ec('secp256k1').publicKey), /curve P-256/],
    ['ES512', SPKI, /curve P-521/],
    ['EdDSA', pem(generateKeyPairSync('ed448').publicKey), /takes an Ed25519 key/],
    ['RS256', SPKI, /takes an RSA key/],
    ['PS256', pem(generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey), /fewer than 2048 bits/],
    [
      'ES256',
      SPKI.replace(/[A-Za-z0-9]{8}\n-----END/, 'AAAAAAAA\n-----END').slice(0, -40),
      /not one public key/,
    ],
    ['ES256', '-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----', /damaged/],
  ];
  for (const [algorithm, text, message] of keys) {
    test(`for ${algorithm} is refused: ${message.source}`, () => {
      assert.throws(() => importPolicyKey(text, algorithm), { code: 'CONFIG_INVALID', message });
    });
  }
});
