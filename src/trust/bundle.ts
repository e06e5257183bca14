// Sigstore bundles v0.1 to v0.3: a DSSE envelope with what its signer is known by, a pinned key or a certificate.
// https://github.com/sigstore/protobuf-specs/blob/main/protos/sigstore_bundle.proto
import { isObject } from '../model/json-object.ts';
import type { AttachmentFacts } from './attachment.ts';
import { readBase64 } from './base64.ts';
import { type Envelope, readEnvelope } from './dsse.ts';
import { envelopeFacts } from './envelope-facts.ts';
import { NOTHING } from './facts.ts';
import { keylessIn } from './keyless.ts';
import type { Checks } from './public-key.ts';
import { readJson } from './read-json.ts';
import type { TrustRoots } from './roots.ts';

type Json = Readonly<Record<string, unknown>>;

const TYPES = new Set([
  ...['0.1', '0.2', '0.3'].map((version) => `application/vnd.dev.sigstore.bundle+json;version=${version}`),
  'application/vnd.dev.sigstore.bundle.v0.3+json',
]);

/**
 * What a Sigstore bundle (v0.1 to v0.3) says and proves of the image with this digest; {@link NOTHING} where
 * it is none, or about something else. The signature of a message, such as the image's manifest, is a claim
 * alone. Takes from `checks` what it compares. Never throws.
 */
export function readBundle(
  bytes: Uint8Array,
  digest: string,
  roots: TrustRoots,
  checks: Checks,
): AttachmentFacts {
  const bundle = bundleOf(bytes);
  if (bundle === null) return NOTHING;
  const { dsseEnvelope, messageSignature } = bundle;
  // A message's signature is of a file that is not here: of an image's manifest it is a claim.
  if (isObject(messageSignature))
    return isOfDigest(messageSignature, digest) ? { ...NOTHING, claims: true } : NOTHING;
  const envelope = readEnvelope(dsseEnvelope);
  if (envelope === null) return NOTHING;
  // The hint which key it is by is anybody's: each pinned key is tried.
  return envelopeFacts(envelope, digest, () => keylessIn(bundle, checks), roots, checks);
}

/**
 * The DSSE envelope of a bundle, unproven; null where it has none of an in-toto statement, or is none of v0.1
 * to v0.3. Never throws.
 */
export function bundledEnvelope(bytes: Uint8Array): Envelope | null {
  return readEnvelope(bundleOf(bytes)?.dsseEnvelope);
}

function bundleOf(bytes: Uint8Array): Json | null {
  const json = readJson(bytes);
  return isObject(json) && typeof json.mediaType === 'string' && TYPES.has(json.mediaType) ? json : null;
}

function isOfDigest({ messageDigest }: Json, digest: string): boolean {
  if (!isObject(messageDigest)) return false;
  const algorithm = { SHA2_256: 'sha256', SHA2_512: 'sha512' }[String(messageDigest.algorithm)];
  return `${algorithm}:${readBase64(messageDigest.digest)?.toString('hex')}` === digest;
}
