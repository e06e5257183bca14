// Certificate chains of Notation signatures, by the rules of the Notary Project: only basic constraints, key usage and
// extended key usage are read, and the chain is whole, from the signing certificate to a root signed by itself.
// https://github.com/notaryproject/specifications/blob/main/specs/signature-specification.md#certificate-requirements
import type { KeyObject } from 'node:crypto';
import type { ASN1Obj } from '@sigstore/core';
import type { Period } from './attachment.ts';
import type { Certificate } from './certificate.ts';
import { fingerprintOfCertificate } from './notation-store.ts';

export interface TrustedChain {
  /** SHA-256 of the certificate of the trust store that it has (DER), base64. */
  readonly root: string;
  /** When all its certificates are valid. */
  readonly within: Period;
}

/** anyExtendedKeyUsage, serverAuth, clientAuth, emailProtection, timeStamping, OCSPSigning. */
const OTHER_PURPOSES = new Set([
  '2.5.29.37.0',
  ...[1, 2, 4, 8, 9].map((purpose) => `1.3.6.1.5.5.7.3.${purpose}`),
]);
/** Bits of KeyUsage (RFC 5280, section 4.2.1.3). */
const DIGITAL_SIGNATURE = 0;
const NON_REPUDIATION = 1;
const KEY_CERT_SIGN = 5;
/** ECDSA and RSA (PKCS #1 v1.5) with SHA-2; RSASSA-PSS states its hash as a parameter. */
const SIGNATURES = new Set([
  ...['2', '3', '4'].map((last) => `1.2.840.10045.4.3.${last}`),
  ...['11', '12', '13'].map((last) => `1.2.840.113549.1.1.${last}`),
]);
const RSASSA_PSS = '1.2.840.113549.1.1.10';
const SHA2 = new Set(['1', '2', '3'].map((last) => `2.16.840.1.101.3.4.2.${last}`));
const RSA: Readonly<Record<number, string>> = { 2048: 'PS256', 3072: 'PS384', 4096: 'PS512' };
const EC: Readonly<Record<string, string>> = { prime256v1: 'ES256', secp384r1: 'ES384', secp521r1: 'ES512' };

/** The one algorithm (RFC 7518) by which this key may sign; null: none. */
export function algorithmOf(key: KeyObject): string | null {
  const { namedCurve = '', modulusLength = 0 } = key.asymmetricKeyDetails ?? {};
  if (key.asymmetricKeyType === 'rsa') return RSA[modulusLength] ?? null;
  return key.asymmetricKeyType === 'ec' && Object.hasOwn(EC, namedCurve) ? (EC[namedCurve] ?? null) : null;
}

/**
 * What the chain (the signing certificate first) reaches of the trust store, if each certificate is what the
 * Notary Project's signature specification asks of it and was valid at `signingTime` (milliseconds since the
 * epoch); null otherwise. Never throws.
 */
export function trustedChain(
  chain: readonly Certificate[],
  store: ReadonlySet<string>,
  signingTime: number,
): TrustedChain | null {
  const root = chain.map(({ der }) => fingerprintOfCertificate(der)).find((found) => store.has(found));
  const [leaf, ...authorities] = chain;
  if (root === undefined || leaf === undefined) return null;
  try {
    const isWhole =
      isSigner(leaf) &&
      authorities.every((authority, below) => isAuthority(authority, below)) &&
      chain.every(hasGoodSignature) &&
      isChained(chain);
    const from = Math.max(...chain.map(({ core }) => core.notBefore.getTime()));
    const until = Math.min(...chain.map(({ core }) => core.notAfter.getTime()));
    return isWhole && from <= signingTime && signingTime <= until ? { root, within: { from, until } } : null;
  } catch {
    return null; // an extension or a date that is none
  }
}

/** Each is issued by the next, the last by itself, and no other by itself. The root is verified first. */
function isChained(chain: readonly Certificate[]): boolean {
  return chain.every((_, fromRoot) => {
    const index = chain.length - 1 - fromRoot;
    const [certificate, issuer = certificate] = chain.slice(index, index + 2) as [Certificate, Certificate?];
    return (
      isIssuedBy(certificate, issuer) && (issuer === certificate || !isIssuedBy(certificate, certificate))
    );
  });
}

const isIssuedBy = (certificate: Certificate, issuer: Certificate): boolean =>
  isNamedBy(certificate, issuer) && certificate.node.verify(issuer.node.publicKey);

const isNamedBy = ({ core }: Certificate, issuer: Certificate): boolean =>
  core.issuer.equals(issuer.core.subject);

function isSigner({ core, node }: Certificate): boolean {
  const usage = core.extKeyUsage;
  const bits = bitsOf(usage);
  const others = bits.some(
    (bit, index) => bit === 1 && index !== DIGITAL_SIGNATURE && index !== NON_REPUDIATION,
  );
  const purposes = node.keyUsage ?? [];
  return (
    core.extBasicConstraints?.isCA !== true &&
    usage?.critical === true &&
    bits[DIGITAL_SIGNATURE] === 1 &&
    !others &&
    !purposes.some((purpose) => OTHER_PURPOSES.has(purpose)) &&
    algorithmOf(node.publicKey) !== null
  );
}

/** `below`: the authorities between it and the signing certificate. */
function isAuthority({ core }: Certificate, below: number): boolean {
  const { extBasicConstraints: constraints, extKeyUsage: usage } = core;
  const longest = constraints?.pathLenConstraint;
  return (
    constraints?.isCA === true &&
    constraints.critical &&
    (longest === undefined || longest >= BigInt(below)) &&
    usage?.critical === true &&
    bitsOf(usage)[KEY_CERT_SIGN] === 1
  );
}

const bitsOf = (usage: { readonly valueObj: ASN1Obj } | undefined): readonly number[] =>
  usage?.valueObj.subs[0]?.toBitString() ?? [];

function hasGoodSignature({ core }: Certificate): boolean {
  const [, algorithm] = core.root.subs;
  const oid = algorithm?.subs[0]?.toOID() ?? '';
  return SIGNATURES.has(oid) || (oid === RSASSA_PSS && SHA2.has(hashOfPss(algorithm)));
}

/** RSASSA-PSS-params (RFC 4055, section 3.1): `[0]` its hash; SHA-1 where it is not stated. */
function hashOfPss(algorithm: ASN1Obj | undefined): string {
  const [, parameters] = algorithm?.subs ?? [];
  const stated = parameters?.subs.find(({ tag }) => tag.isContextSpecific(0));
  return stated?.subs[0]?.subs[0]?.toOID() ?? '';
}
