// Signatures by a short-lived certificate of Sigstore, verified by @sigstore/verify, offline, with the configured root:
// the certificate's chain, its entry in the certificate log, the time of signing, and the entry in the signatures' log.
import { verify, type X509Certificate } from 'node:crypto';
import { isObject } from '../model/json-object.ts';
import type { ProvenSigner } from './attachment.ts';
import { readBase64 } from './base64.ts';
import { type Certificate, CODE_SIGNING, certificateOfBase64 } from './certificate.ts';
import { identityOf } from './certificate-identity.ts';
import { withPlainCheckpoints } from './checkpoint.ts';
import { preAuthenticationEncoding } from './dsse.ts';
import { LIMITS } from './limits.ts';
import type { Checks } from './public-key.ts';
import type { SigstoreRoot } from './roots.ts';
import { sigstore } from './sigstore.ts';

type Json = Readonly<Record<string, unknown>>;

/** A signature with what it says that it is by; nothing of it is proven. */
export interface Keyless {
  readonly bundle: Json;
  /** The bundle's signing certificate. */
  readonly certificate: Certificate;
}

/**
 * The bundle with its certificate; null where it has none that can be read, or more than 8, or `checks` has
 * none left, of which it takes one. Never throws.
 */
export function keylessIn(bundle: Json, checks: Checks): Keyless | null {
  const { verificationMaterial: material } = bundle;
  if (!isObject(material) || checks.certificates <= 0) return null;
  const { certificate, x509CertificateChain: chain } = material;
  const certificates = isObject(chain) && Array.isArray(chain.certificates) ? chain.certificates : [];
  if (certificates.length > LIMITS.certificates) return null;
  const leaf: unknown = isObject(certificate) ? certificate : certificates[0];
  if (!isObject(leaf)) return null;
  checks.certificates -= 1;
  const read = certificateOfBase64(leaf.rawBytes);
  return read && { bundle, certificate: read };
}

/**
 * Whose signature it is; null where it is nobody's by this root. By Sigstore's bundle format, verified
 * offline; null also without a root, for a bundle beyond {@link LIMITS}, and where `checks` has no key or no
 * chain left, of which it takes one each, a chain only for a signature of the certificate's own key.
 * `signed`: what it must be a signature of: the payload of the bundle's DSSE envelope, or the message that it
 * was made for. Never throws.
 */
export function identityBehind(
  { bundle, certificate }: Keyless,
  signed: Buffer,
  root: SigstoreRoot | null,
  checks: Checks,
): ProvenSigner | null {
  const { node } = certificate;
  if (root === null || node.ca || !node.keyUsage?.includes(CODE_SIGNING)) return null;
  const identity = identityOf(certificate);
  if (identity === null || checks.keys <= 0 || checks.chains <= 0 || !isWithinLimits(bundle)) return null;
  checks.keys -= 1;
  // A copy of somebody's certificate beside another signature ends here, before anything that takes time.
  if (!isOf(certificate, bundle, signed)) return null;
  checks.chains -= 1;
  try {
    const { bundleFromJSON, toSignedEntity } = sigstore();
    const parsed = bundleFromJSON(withPlainCheckpoints(bundle));
    if (parsed.content.$case === 'dsseEnvelope' && !parsed.content.dsseEnvelope.payload.equals(signed))
      return null;
    root.verifier.verify(toSignedEntity(parsed, signed));
    const authority = root.authorities.find(({ certificates }) =>
      certificates.some((one) => isIssuedBy(node, one)),
    );
    return authority === undefined ? null : { kind: 'identity', ...identity, root: authority.fingerprint };
  } catch {
    return null;
  }
}

/** Whether the certificate has the signature of the other one's key; its chain was verified before. */
const isIssuedBy = (node: X509Certificate, by: X509Certificate): boolean =>
  node.checkIssued(by) && node.verify(by.publicKey);

/** Whether the one signature is the certificate's own key's, over the envelope or the message. */
function isOf({ node }: Certificate, { dsseEnvelope, messageSignature }: Json, signed: Buffer): boolean {
  const isEnvelope = isObject(dsseEnvelope);
  if (isEnvelope === isObject(messageSignature)) return false; // both, or neither
  const signatures = isEnvelope ? dsseEnvelope.signatures : [messageSignature];
  const [first, ...more] = Array.isArray(signatures) ? signatures : [];
  if (more.length > 0 || !isObject(first)) return false;
  const signature = readBase64(isEnvelope ? first.sig : first.signature);
  if (signature === null || signature.length > LIMITS.signatureBytes) return false;
  const data = isEnvelope ? preAuthenticationEncoding(signed) : signed;
  try {
    return verify(
      node.publicKey.asymmetricKeyType === 'ed25519' ? null : 'sha256',
      data,
      node.publicKey,
      signature,
    );
  } catch {
    return false;
  }
}

function isWithinLimits({ verificationMaterial: material }: Json): boolean {
  if (!isObject(material)) return false;
  const { tlogEntries: entries = [], timestampVerificationData: data } = material;
  const timestamps = isObject(data) ? (data.rfc3161Timestamps ?? []) : [];
  return (
    Array.isArray(entries) &&
    Array.isArray(timestamps) &&
    entries.length <= LIMITS.logEntries &&
    timestamps.length <= LIMITS.timestamps &&
    timestamps.every(
      (timestamp: unknown) =>
        isObject(timestamp) &&
        typeof timestamp.signedTimestamp === 'string' &&
        timestamp.signedTimestamp.length <= 2 * LIMITS.timestampBytes,
    )
  );
}
