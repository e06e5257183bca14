// The keys that a facility pins: which are accepted, and whether a signature is theirs. cosign hashes with SHA-256
// whatever the key, and since version 3 with the hash that goes with the curve.
import { createPublicKey, type KeyObject, verify } from 'node:crypto';
import { FederationError } from '../model/errors.ts';
import { LIMITS } from './limits.ts';
import { fingerprintOfKey, pemLabels } from './spki.ts';

export interface PinnedKey {
  /** SHA-256 of its SubjectPublicKeyInfo (DER), base64. */
  readonly fingerprint: string;
  readonly key: KeyObject;
  /** The hashes of its signatures, the likeliest first; null: it hashes by itself. */
  readonly hashes: readonly (string | null)[];
  /** How much longer than P-256 it takes to verify, in small steps. */
  readonly cost: number;
}

/** What is left to be checked in one attachment. */
export interface Checks {
  /** What is left of {@link LIMITS} `keyChecks`, `chainChecks` and `signingCertificates`; counted down. */
  keys: number;
  chains: number;
  /** Signing certificates that are read. */
  certificates: number;
  /** The identities that are proven to have signed the image: they need not be proven again. */
  readonly identities: Set<string>;
}

/** Bytes that take as long to hash as a signature takes to be verified. */
const HASHED = 131_072;

const PUBLIC = new Set(['PUBLIC KEY', 'RSA PUBLIC KEY']);
type Kind = Pick<PinnedKey, 'hashes' | 'cost'>;

const CURVES: Readonly<Record<string, Kind>> = {
  prime256v1: { hashes: ['sha256'], cost: 1 },
  secp384r1: { hashes: ['sha256', 'sha384'], cost: 4 },
  secp521r1: { hashes: ['sha256', 'sha512'], cost: 8 },
};
const RSA: Kind = { hashes: ['sha256'], cost: 1 };
const ED25519: Kind = { hashes: [null], cost: 1 };
const MINIMUM_RSA = 2_048;
const MAXIMUM_RSA = 8_192;
const ACCEPTED =
  'accepted are EC keys of P-256, P-384 or P-521, RSA keys of 2048 to 8192 bits, and Ed25519 keys';

/**
 * A public key in PEM (RFC 7468: `PUBLIC KEY` or `RSA PUBLIC KEY`), the only block of the text: EC of P-256,
 * P-384 or P-521, RSA of 2,048 to 8,192 bits, or Ed25519. `at`: where it is configured, for messages.
 * @throws FederationError CONFIG_INVALID if it is anything else, or of a kind that is not accepted
 */
export function readPublicKey(pem: string, at: string): PinnedKey {
  const [label, ...more] = pemLabels(pem);
  if (label === undefined || more.length > 0 || !PUBLIC.has(label)) throw notPublic(label, more.length, at);
  let key: KeyObject;
  try {
    key = createPublicKey(pem);
  } catch (cause) {
    throw invalid(
      'the public key cannot be read',
      'Write it as PEM, as `cosign public-key` does.',
      at,
      cause,
    );
  }
  const kind = kindOf(key);
  if (kind === null) throw invalid('the public key is of a kind that is not accepted', `${ACCEPTED}.`, at);
  return { fingerprint: fingerprintOfKey(key), key, ...kind };
}

/**
 * The key (null: none of them) by which the signature of `data` was made: for ECDSA in DER, for RSA by PKCS
 * #1 v1.5. Takes from `checks` what it compares, and compares no more than is left. Never throws.
 */
export function signedBy(
  data: Uint8Array,
  signature: Uint8Array,
  keys: readonly PinnedKey[],
  checks: Checks,
): PinnedKey | null {
  if (signature.length === 0 || signature.length > LIMITS.signatureBytes) return null;
  for (const pinned of keys) {
    for (const hash of pinned.hashes) {
      if (checks.keys <= 0) return null;
      checks.keys -= pinned.cost + Math.floor(data.length / HASHED);
      if (verifies(hash, data, pinned.key, signature)) return pinned;
    }
  }
  return null;
}

/** What it takes to compare one short signature with all of the keys, as `checks.keys` counts it. */
export const costOf = (keys: readonly PinnedKey[]): number =>
  keys.reduce((sum, { hashes, cost }) => sum + hashes.length * cost, 0);

function verifies(hash: string | null, data: Uint8Array, key: KeyObject, signature: Uint8Array): boolean {
  try {
    return verify(hash, data, key, signature);
  } catch {
    return false;
  }
}

function kindOf(key: KeyObject): Kind | null {
  const { namedCurve = '', modulusLength = 0 } = key.asymmetricKeyDetails ?? {};
  if (key.asymmetricKeyType === 'ed25519') return ED25519;
  if (key.asymmetricKeyType === 'ec' && Object.hasOwn(CURVES, namedCurve)) return CURVES[namedCurve] ?? null;
  const isRsa = key.asymmetricKeyType === 'rsa';
  return isRsa && modulusLength >= MINIMUM_RSA && modulusLength <= MAXIMUM_RSA ? RSA : null;
}

function notPublic(label: string | undefined, more: number, at: string): FederationError {
  if (label === undefined)
    return invalid('this is no public key in PEM', 'It begins with -----BEGIN PUBLIC KEY-----.', at);
  if (label.includes('PRIVATE KEY'))
    return invalid(
      'a private key is given where a public key is expected',
      'Give the public key (`cosign public-key --key …`, `openssl pkey -pubout`), and replace the pair if others could read this one.',
      at,
    );
  if (label.includes('CERTIFICATE'))
    return invalid(
      'a certificate is given where a public key is expected',
      'Put it into the Notation trust store, or give its key: `openssl x509 -pubkey -noout`.',
      at,
    );
  if (more > 0)
    return invalid(
      'there is more than one block of PEM',
      'Configure each key by itself, with its own name.',
      at,
    );
  return invalid(`a ${label} is given where a public key is expected`, `Give a PUBLIC KEY; ${ACCEPTED}.`, at);
}

const invalid = (message: string, hint: string, at: string, cause?: unknown): FederationError =>
  new FederationError('CONFIG_INVALID', message, { hint, at, cause });
