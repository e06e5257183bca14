import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { describe, test } from 'node:test';
import { FederationError } from '../../src/model/errors.ts';
import { readTrustRoots, type TrustMaterial } from '../../src/trust/roots.ts';
import { fingerprintOf } from '../../src/trust/spki.ts';
import { AT, notaryAuthority, notarySigner, pemOfKey, YEAR } from '../support/attachments.ts';
import { basicConstraints, ecKeys, keyUsage, makeCertificate } from '../support/certificate-maker.ts';
import { sigstoreInstance } from '../support/sigstore-instance.ts';

const NONE: TrustMaterial = { keys: [], notation: [], sigstore: null };
const pair = ecKeys();
const pem = pemOfKey(pair);
const authority = notaryAuthority();
const { root } = sigstoreInstance(AT);
const privatePem = pair.privateKey.export({ type: 'pkcs8', format: 'pem' }) as string;
const publicPem = (key: Parameters<typeof pemOfKey>[0]['publicKey']): string =>
  key.export({ type: 'spki', format: 'pem' }) as string;

/** What is said of wrong material: where, and what. */
function refusal(material: Partial<TrustMaterial>): [at: string | undefined, message: string] {
  try {
    readTrustRoots({ ...NONE, ...material });
  } catch (error) {
    assert.ok(error instanceof FederationError && error.code === 'CONFIG_INVALID');
    assert.ok(error.hint, 'a hint');
    return [error.at, error.message];
  }
  return assert.fail('it was accepted');
}

const key = (text: string) => refusal({ keys: [{ pem }, { pem: text }] });

describe('a pinned key', () => {
  test('has the fingerprint of its SubjectPublicKeyInfo, and is pinned once', () => {
    const { keys } = readTrustRoots({ ...NONE, keys: [{ pem }, { pem, fingerprint: fingerprintOf(pem) }] });
    assert.deepEqual(
      keys.map(({ fingerprint }) => fingerprint),
      [fingerprintOf(pem)],
    );
  });

  test('may have line breaks of Windows and text around it', () => {
    const { keys } = readTrustRoots({
      ...NONE,
      keys: [{ pem: `our key\r\n${pem.replaceAll('\n', '\r\n')}` }],
    });
    assert.equal(keys[0]?.fingerprint, fingerprintOf(pem));
  });

  for (const [name, made] of Object.entries({
    'EC of P-384': generateKeyPairSync('ec', { namedCurve: 'P-384' }),
    'EC of P-521': generateKeyPairSync('ec', { namedCurve: 'P-521' }),
    Ed25519: generateKeyPairSync('ed25519'),
    'RSA of 2048 bits': generateKeyPairSync('rsa', { modulusLength: 2_048 }),
  })) {
    test(`is accepted as ${name}`, () => {
      assert.equal(readTrustRoots({ ...NONE, keys: [{ pem: publicPem(made.publicKey) }] }).keys.length, 1);
    });
  }

  test('is not accepted as EC of another curve, as RSA of 1024 bits, or as X25519', () => {
    for (const { publicKey } of [
      generateKeyPairSync('ec', { namedCurve: 'secp256k1' }),
      generateKeyPairSync('rsa', { modulusLength: 1_024 }),
      generateKeyPairSync('x25519'),
    ]) {
      assert.deepEqual(key(publicPem(publicKey)), [
        'keys[1]',
        'the public key is of a kind that is not accepted',
      ]);
    }
  });

  test('is not a private key', () => {
    assert.deepEqual(key(privatePem), ['keys[1]', 'a private key is given where a public key is expected']);
    const cosign =
      '-----BEGIN ENCRYPTED SIGSTORE PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED SIGSTORE PRIVATE KEY-----\n';
    assert.deepEqual(key(cosign), ['keys[1]', 'a private key is given where a public key is expected']);
  });

  test('is not a certificate', () => {
    assert.deepEqual(key(authority.pem), [
      'keys[1]',
      'a certificate is given where a public key is expected',
    ]);
  });

  test('is not two, nor none, nor broken', () => {
    assert.deepEqual(key(pem + pem), ['keys[1]', 'there is more than one block of PEM']);
    assert.deepEqual(key('cosign.pub'), ['keys[1]', 'this is no public key in PEM']);
    assert.deepEqual(key(pem.replace(/MF.{20}/, '')), ['keys[1]', 'the public key cannot be read']);
  });

  test('is not another than its fingerprint says', () => {
    const [at, message] = refusal({ keys: [{ pem, fingerprint: 'AAAA' }] });
    assert.equal(at, 'keys[0]');
    assert.match(message, /another is stated/);
  });

  test('is one of at most 32', () => {
    const keys = Array.from({ length: 33 }, () => ({ pem }));
    assert.deepEqual(refusal({ keys }), ['keys', 'more than 32 keys are pinned']);
  });
});

describe('the Notation trust store', () => {
  test('takes several certificates of one text, each once', () => {
    const texts = [authority.pem + notaryAuthority('another').pem, authority.pem];
    assert.equal(readTrustRoots({ ...NONE, notation: texts }).notation.size, 2);
  });

  test('takes an authority that has expired, as the specification does not ask for dates there', () => {
    const expired = makeCertificate({
      notBefore: AT - 2 * YEAR,
      notAfter: AT - YEAR,
      extensions: [basicConstraints(true), keyUsage(['keyCertSign'])],
    });
    assert.equal(readTrustRoots({ ...NONE, notation: [expired.pem] }).notation.size, 1);
  });

  test('takes a signing certificate that signs itself', () => {
    const own = makeCertificate({
      notBefore: AT,
      notAfter: AT + YEAR,
      extensions: [keyUsage(['digitalSignature'])],
    });
    assert.equal(readTrustRoots({ ...NONE, notation: [own.pem] }).notation.size, 1);
  });

  test('takes no signing certificate of an authority', () => {
    assert.deepEqual(refusal({ notation: [notarySigner(authority).pem] }), [
      'notation[0]',
      'the certificate is neither an authority’s nor signed by itself',
    ]);
  });

  test('takes no keys', () => {
    assert.deepEqual(refusal({ notation: [pem] }), ['notation[0]', 'this is not certificates in PEM alone']);
    assert.deepEqual(refusal({ notation: [authority.pem + privatePem] }), [
      'notation[0]',
      'a private key is given where a certificate is expected',
    ]);
  });

  test('takes no broken certificate', () => {
    const broken = authority.pem.replace(/MI.{40}/, 'MIAA');
    assert.deepEqual(refusal({ notation: [broken] }), ['notation[0]', 'a certificate cannot be read']);
  });
});

describe('a root of Sigstore', () => {
  const sigstore = (parts: object) => refusal({ sigstore: { ...root, ...parts } });

  test('is read from the plain data of its file', () => {
    assert.ok(readTrustRoots({ ...NONE, sigstore: structuredClone(root) }).sigstore);
  });

  test('is no other JSON', () => {
    for (const json of [[], 'root', {}, { ...root, mediaType: 'application/json' }]) {
      assert.deepEqual(refusal({ sigstore: json }), ['sigstore', 'this is no trusted root of Sigstore']);
    }
  });

  test('has an authority', () => {
    assert.deepEqual(sigstore({ certificateAuthorities: [] }), [
      'sigstore',
      'the trusted root has no certificate authority',
    ]);
  });

  test('has something that proves when a signature was made', () => {
    assert.match(sigstore({ tlogs: [] })[1], /nothing proves when/);
  });

  test('has keys and certificates that can be read', () => {
    const [log] = root.tlogs as { publicKey: object }[];
    const tlogs = [{ ...log, publicKey: { ...log?.publicKey, rawBytes: 'AAAA' } }];
    assert.deepEqual(sigstore({ tlogs }), [
      'sigstore',
      'a key or a certificate of the trusted root cannot be read',
    ]);
  });
});
