// What a facility trusts, parsed once from plain data: keys, a Notation trust store, a Sigstore root. Names, identities,
// dates and revocation are not here: they are judged later, from what was proven.
import { X509Certificate } from 'node:crypto';
import type { CertificateAuthority, TrustedRoot } from '@sigstore/protobuf-specs';
import type { Verifier } from '@sigstore/verify';
import { FederationError } from '../model/errors.ts';
import { isObject } from '../model/json-object.ts';
import { LIMITS } from './limits.ts';
import { fingerprintOfCertificate, readTrustStore } from './notation-store.ts';
import { type PinnedKey, readPublicKey } from './public-key.ts';
import { sigstore as packages } from './sigstore.ts';

/** Plain data, which can be posted to a thread. */
export interface TrustMaterial {
  /** `fingerprint`: what it must be (SHA-256 of its SubjectPublicKeyInfo, base64); by default it is not compared. */
  readonly keys: readonly { readonly fingerprint?: string; readonly pem: string }[];
  /** Certificates in PEM, one or more each. */
  readonly notation: readonly string[];
  /** A `trusted_root.json` of Sigstore, parsed; null: keyless signatures prove nothing. */
  readonly sigstore: unknown;
}

export interface TrustRoots {
  /** Each once. */
  readonly keys: readonly PinnedKey[];
  /** SHA-256 of each certificate of the trust store (DER), base64. */
  readonly notation: ReadonlySet<string>;
  readonly sigstore: SigstoreRoot | null;
}

export interface SigstoreRoot {
  readonly verifier: Verifier;
  readonly authorities: readonly SigstoreAuthority[];
}

/** An authority whose certificates count. */
export interface SigstoreAuthority {
  /** SHA-256 of its trust anchor (DER), base64. */
  readonly fingerprint: string;
  /** Any of them issues certificates. */
  readonly certificates: readonly X509Certificate[];
}

const ROOT_TYPES = new Set([
  'application/vnd.dev.sigstore.trustedroot+json;version=0.1',
  'application/vnd.dev.sigstore.trustedroot.v0.1+json',
  'application/vnd.dev.sigstore.trustedroot.v0.2+json',
]);
const ROOT_HINT =
  'Give the trusted_root.json of your Sigstore instance (`cosign trusted-root create`, or its TUF repository).';

/**
 * The roots of one facility. A certificate of the Notation trust store may have expired: what chains to it
 * counts within its dates alone.
 * @throws FederationError CONFIG_INVALID, `at` within the material (`keys[0]`, `notation[0]`, `sigstore`),
 * for what cannot be read or is not accepted, and for more than 32 keys or 64 certificates of the trust store
 */
export function readTrustRoots({ keys, notation, sigstore }: TrustMaterial): TrustRoots {
  if (keys.length > LIMITS.keys)
    throw new FederationError('CONFIG_INVALID', `more than ${LIMITS.keys} keys are pinned`, {
      at: 'keys',
      hint: 'Leave out keys by which nothing is signed any more.',
    });
  const pinned = keys.map((key, index) => pinnedKey(key, `keys[${index}]`));
  return {
    keys: [...new Map(pinned.map((key) => [key.fingerprint, key])).values()],
    notation: readTrustStore(notation),
    sigstore: sigstore === null || sigstore === undefined ? null : readSigstoreRoot(sigstore),
  };
}

function pinnedKey({ fingerprint, pem }: TrustMaterial['keys'][number], at: string): PinnedKey {
  const key = readPublicKey(pem, at);
  if (fingerprint === undefined || fingerprint === key.fingerprint) return key;
  throw new FederationError(
    'CONFIG_INVALID',
    `the key’s fingerprint is ${key.fingerprint}, another is stated`,
    {
      at,
      hint: 'Either the key or the fingerprint is another’s.',
    },
  );
}

function readSigstoreRoot(json: unknown): SigstoreRoot {
  if (!isObject(json) || typeof json.mediaType !== 'string' || !ROOT_TYPES.has(json.mediaType))
    throw invalid('this is no trusted root of Sigstore');
  let root: TrustedRoot;
  try {
    root = packages().TrustedRoot.fromJSON(json);
  } catch (cause) {
    throw invalid('the trusted root cannot be read', cause);
  }
  if (!root.certificateAuthorities.some(({ certChain }) => (certChain?.certificates.length ?? 0) > 0))
    throw invalid('the trusted root has no certificate authority');
  if (root.tlogs.length === 0 && root.timestampAuthorities.length === 0)
    throw invalid(
      'the trusted root has neither a transparency log nor a timestamp authority: nothing proves when',
    );
  return { verifier: verifierOf(root), authorities: root.certificateAuthorities.flatMap(authorityOf) };
}

function authorityOf({ certChain }: CertificateAuthority): SigstoreAuthority[] {
  const certificates = (certChain?.certificates ?? []).map(({ rawBytes }) => new X509Certificate(rawBytes));
  const anchor = certificates.at(-1);
  if (anchor === undefined) return [];
  return [{ fingerprint: fingerprintOfCertificate(anchor.raw), certificates }];
}

function verifierOf(root: TrustedRoot): Verifier {
  const { toTrustMaterial, Verifier } = packages();
  try {
    // What the root does not have cannot be asked for: a private instance may run no log of certificates.
    return new Verifier(toTrustMaterial(root), {
      tlogThreshold: root.tlogs.length > 0 ? 1 : 0,
      ctlogThreshold: root.ctlogs.length > 0 ? 1 : 0,
      timestampThreshold: 1,
    });
  } catch (cause) {
    throw invalid('a key or a certificate of the trusted root cannot be read', cause);
  }
}

const invalid = (message: string, cause?: unknown): FederationError =>
  new FederationError('CONFIG_INVALID', message, { at: 'sigstore', hint: ROOT_HINT, cause });
