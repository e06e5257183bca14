// One layer of an attachment, read by its media type: cosign's classic signatures and attestations, Sigstore bundles,
// Notation signatures, and the attestations that BuildKit leaves unsigned in an index.
import type { AttachmentFacts, AttachmentLayer } from './attachment.ts';
import { readBase64 } from './base64.ts';
import { readBundle } from './bundle.ts';
import { nameIn } from './certificate.ts';
import { identityOf } from './certificate-identity.ts';
import { keylessEnvelope, keylessMessage } from './classic-keyless.ts';
import { readEnvelope } from './dsse.ts';
import { envelopeFacts } from './envelope-facts.ts';
import { factsOf, NOTHING } from './facts.ts';
import { identityBehind } from './keyless.ts';
import { LIMITS } from './limits.ts';
import { readCose, readNotation } from './notation.ts';
import { type Checks, signedBy } from './public-key.ts';
import { readJson } from './read-json.ts';
import type { TrustRoots } from './roots.ts';
import { readSimpleSigning } from './simple-signing.ts';
import { mentions, readStatement } from './statement.ts';

type Reader = (
  layer: AttachmentLayer,
  digest: string,
  roots: TrustRoots,
  checks: Checks,
) => AttachmentFacts | Promise<AttachmentFacts>;

const SIGNATURE = 'dev.cosignproject.cosign/signature';

const READERS: Readonly<Record<string, Reader>> = {
  'application/vnd.dev.cosign.simplesigning.v1+json': readClassicSignature,
  'application/vnd.dsse.envelope.v1+json': readClassicAttestation,
  'application/vnd.in-toto+json': readUnsigned,
  'application/vnd.dev.sigstore.bundle+json': readsBundle,
  'application/vnd.dev.sigstore.bundle.v0.3+json': readsBundle,
  'application/jose+json': ({ bytes }, digest, roots, checks) => readNotation(bytes, digest, roots, checks),
  'application/cose': ({ bytes }, digest) => readCose(bytes, digest),
};

/**
 * The reader of this media type, which is compared without parameters and in small letters; null: none. There
 * are readers of cosign's classic signatures and attestations, in-toto statements, Sigstore bundles, and
 * Notation's JWS and, as a claim, COSE; they take from `checks` what they compare. Never throws.
 */
export function readerOf(mediaType: string): Reader | null {
  const name = (mediaType.split(';', 1)[0] ?? '').trim().toLowerCase();
  return Object.hasOwn(READERS, name) ? (READERS[name] ?? null) : null;
}

/** Nobody signs it: it is a claim, and one that is too large to be read is one if it has the digest. */
function readUnsigned({ bytes }: AttachmentLayer, digest: string): AttachmentFacts {
  if (bytes.length > LIMITS.unprovenStatement) return { ...NOTHING, claims: mentions(bytes, digest) };
  const stated = readStatement(bytes, digest);
  return stated === null ? NOTHING : factsOf(stated, null, null);
}

function readsBundle(
  { bytes }: AttachmentLayer,
  digest: string,
  roots: TrustRoots,
  checks: Checks,
): AttachmentFacts {
  return readBundle(bytes, digest, roots, checks);
}

/** The layer is what is signed, byte for byte; the signature is its annotation. */
function readClassicSignature(
  { bytes, annotations }: AttachmentLayer,
  digest: string,
  roots: TrustRoots,
  checks: Checks,
): AttachmentFacts {
  const stated = readSimpleSigning(bytes, digest);
  if (stated === null) return NOTHING;
  const signature = Object.hasOwn(annotations, SIGNATURE) ? readBase64(annotations[SIGNATURE]) : null;
  if (signature === null) return factsOf(stated, null, null);
  const key = signedBy(bytes, signature, roots.keys, checks);
  if (key !== null) return factsOf(stated, { kind: 'key', fingerprint: key.fingerprint }, null);
  const keyless = keylessMessage(annotations, bytes, signature, checks);
  if (keyless === null) return factsOf(stated, null, null);
  const name = nameIn(keyless.certificate);
  const identity = JSON.stringify(identityOf(keyless.certificate));
  // cosign adds a layer each time an image is signed; whose signature is proven says no more a second time.
  if (checks.identities.has(identity)) return factsOf(stated, null, name);
  const signer = identityBehind(keyless, Buffer.from(bytes), roots.sigstore, checks);
  if (signer !== null) checks.identities.add(identity);
  return factsOf(stated, signer, name);
}

function readClassicAttestation(
  { bytes, annotations }: AttachmentLayer,
  digest: string,
  roots: TrustRoots,
  checks: Checks,
): AttachmentFacts {
  const json = readJson(bytes);
  const envelope = readEnvelope(json);
  if (envelope === null) return NOTHING;
  return envelopeFacts(envelope, digest, () => keylessEnvelope(annotations, json, checks), roots, checks);
}
