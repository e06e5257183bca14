import assert from 'node:assert/strict';
import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { describe, test } from 'node:test';
import { LIMITS } from '../../src/trust/limits.ts';
import { type Checks, readPublicKey, signedBy } from '../../src/trust/public-key.ts';
import { pemOfKey } from '../support/attachments.ts';

const DATA = Buffer.from('what is signed');
const checks = (keys: number = LIMITS.keyChecks): Checks => ({
  keys,
  chains: 0,
  certificates: 0,
  identities: new Set(),
});
const pinned = (publicKey: KeyObject) =>
  readPublicKey(publicKey.export({ type: 'spki', format: 'pem' }) as string, 'keys[0]');

describe('a signature is verified', () => {
  const kinds: readonly [name: string, { publicKey: KeyObject; privateKey: KeyObject }, (string | null)[]][] =
    [
      ['P-256', generateKeyPairSync('ec', { namedCurve: 'P-256' }), ['sha256']],
      ['P-384', generateKeyPairSync('ec', { namedCurve: 'P-384' }), ['sha256', 'sha384']],
      ['P-521', generateKeyPairSync('ec', { namedCurve: 'P-521' }), ['sha256', 'sha512']],
      ['RSA', generateKeyPairSync('rsa', { modulusLength: 2_048 }), ['sha256']],
      ['Ed25519', generateKeyPairSync('ed25519'), [null]],
    ];
  for (const [name, { publicKey, privateKey }, hashes] of kinds) {
    for (const hash of [null, 'sha256', 'sha384', 'sha512']) {
      const accepted = hashes.includes(hash);
      if (name === 'Ed25519' ? hash !== null : hash === null) continue;
      test(`of ${name} with ${hash ?? 'the hash of its own'}: ${accepted}`, () => {
        const key = pinned(publicKey);
        const signature = sign(hash, DATA, privateKey);
        assert.equal(signedBy(DATA, signature, [key], checks()), accepted ? key : null);
        assert.equal(signedBy(Buffer.from('another'), signature, [key], checks()), null);
      });
    }
  }

  test('of RSA by PKCS #1 alone, not by PSS', () => {
    const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2_048 });
    const signature = sign('sha256', DATA, { key: privateKey, padding: 6 }); // RSA_PKCS1_PSS_PADDING
    assert.equal(signedBy(DATA, signature, [pinned(publicKey)], checks()), null);
  });
});

test('no more keys are tried than checks are left', () => {
  const [first, second] = [
    generateKeyPairSync('ec', { namedCurve: 'P-256' }),
    generateKeyPairSync('ec', { namedCurve: 'P-256' }),
  ];
  const keys = [first, second].map((pair) => readPublicKey(pemOfKey(pair), 'keys[0]'));
  const signature = sign('sha256', DATA, second.privateKey);
  assert.equal(signedBy(DATA, signature, keys, checks(1)), null);
  assert.equal(signedBy(DATA, signature, keys, checks(2)), keys[1]);
});
