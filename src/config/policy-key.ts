// Reads the key that a lab's policy must be signed with, and checks that it fits its algorithm.
import { createPublicKey, createSecretKey, type KeyObject } from 'node:crypto';
import { FederationError } from '../model/errors.ts';
import type { PolicyAlgorithm, PolicySource } from './policy-source.ts';
import { type Environment, readWholeSecret } from './secrets.ts';

/** RFC 7518, sections 3.3 and 3.5. */
const MIN_RSA_BITS = 2_048;

/** RFC 7518, section 3.4, and OpenSSL’s names of the curves. */
const CURVES: Partial<Record<PolicyAlgorithm, { readonly name: string; readonly curve: string }>> = {
  ES256: { name: 'P-256', curve: 'prime256v1' },
  ES384: { name: 'P-384', curve: 'secp384r1' },
  ES512: { name: 'P-521', curve: 'secp521r1' },
};

/**
 * The key of a policy’s source. Rejects with CONFIG_INVALID as {@link readWholeSecret} does where it cannot
 * be read, and as {@link importPolicyKey} throws where it is unfit. No message repeats any part of it.
 */
export async function readPolicyKey(
  { key, algorithm }: Pick<PolicySource, 'key' | 'algorithm'>,
  env: Environment,
  baseDirectory: string,
): Promise<KeyObject> {
  return importPolicyKey(await readWholeSecret(key, env, baseDirectory), algorithm);
}

/**
 * The key that verifies signatures of the algorithm (RFC 7518, RFC 8037). RS*, PS*, ES* and EdDSA take a
 * public key as SPKI PEM, an RSA key of at least 2,048 bits. HS* takes the secret's bytes as they are, at
 * least as many as its hash has, with any line break at the end, because OPA signs with the whole file.
 * Throws CONFIG_INVALID where the text is not such a key.
 */
export function importPolicyKey(text: string, algorithm: PolicyAlgorithm): KeyObject {
  return algorithm.startsWith('HS') ? importSecret(text, algorithm) : importPublic(text, algorithm);
}

function importSecret(text: string, algorithm: PolicyAlgorithm): KeyObject {
  if (text.includes('-----BEGIN')) {
    throw unfit(
      `a PEM key cannot be the secret of ${algorithm}`,
      'Name the algorithm of the key, such as ES256: a public key is not a secret.',
    );
  }
  const bytes = Buffer.from(text, 'utf8');
  const minBytes = Number(algorithm.slice(2)) / 8;
  if (bytes.length < minBytes) {
    throw unfit(
      `the secret of ${algorithm} has fewer than ${minBytes} bytes`,
      "Make one with: openssl rand -base64 96 | tr -d '\\n'",
    );
  }
  return createSecretKey(bytes);
}

function importPublic(text: string, algorithm: PolicyAlgorithm): KeyObject {
  const pem = text.trim();
  if (/-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(pem)) {
    throw unfit(
      'this is a private key, which no one but its signer should have',
      'Give its public half: openssl pkey -in key.pem -pubout',
    );
  }
  if (!/^-----BEGIN PUBLIC KEY-----[A-Za-z0-9+/=\s]+-----END PUBLIC KEY-----$/.test(pem)) {
    throw unfit('this is not one public key in SPKI PEM', 'It begins with -----BEGIN PUBLIC KEY-----.');
  }
  const key = parse(pem);
  const { asymmetricKeyType: type, asymmetricKeyDetails: details } = key;
  const curve = CURVES[algorithm];
  if (curve !== undefined) {
    if (type !== 'ec' || details?.namedCurve !== curve.curve) {
      throw unfit(`${algorithm} takes a key of the curve ${curve.name}`, MATCH);
    }
  } else if (algorithm === 'EdDSA' || algorithm === 'Ed25519') {
    if (type !== 'ed25519') throw unfit(`${algorithm} takes an Ed25519 key`, MATCH);
  } else {
    if (type !== 'rsa') throw unfit(`${algorithm} takes an RSA key`, MATCH);
    if ((details?.modulusLength ?? 0) < MIN_RSA_BITS) {
      throw unfit(
        `the RSA key has fewer than ${MIN_RSA_BITS} bits`,
        'Make one of 3072 or more, or an EC key.',
      );
    }
  }
  return key;
}

const MATCH = 'Name the algorithm that belongs to the key.';

function parse(pem: string): KeyObject {
  try {
    return createPublicKey({ key: pem, format: 'pem', type: 'spki' });
  } catch {
    throw unfit('the public key is damaged', 'Copy the whole file, with its first and last line.');
  }
}

/** Carries no cause, because the error of the key’s parser may repeat the key. */
const unfit = (message: string, hint: string): FederationError =>
  new FederationError('CONFIG_INVALID', message, { hint });
