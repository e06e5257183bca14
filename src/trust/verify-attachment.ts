// What an attachment says of an image, and what of that is proven: a pure function of bytes and roots.
import type { Attachment, AttachmentFacts, AttachmentLayer } from './attachment.ts';
import { joinedFacts, NOTHING } from './facts.ts';
import { readerOf } from './layer.ts';
import { LIMITS } from './limits.ts';
import { type Checks, costOf } from './public-key.ts';
import type { TrustRoots } from './roots.ts';

/**
 * The facts that the attachment has for the image with `subjectDigest` (`sha256:…` or `sha512:…`). Only what is signed
 * over that very digest is a proof. Never rejects: whatever a verifier throws is no proof, and {@link NOTHING} is
 * found where there is none. What is beyond {@link LIMITS} is not looked at: of the layers that are readable and not too
 * large, the smallest are.
 */
export async function verifyAttachment(
  attachment: Attachment,
  subjectDigest: string,
  roots: TrustRoots,
): Promise<AttachmentFacts> {
  try {
    const checks: Checks = {
      keys: Math.max(LIMITS.keyChecks, LIMITS.checkedByAllKeys * costOf(roots.keys)),
      chains: LIMITS.chainChecks,
      certificates: LIMITS.signingCertificates,
      identities: new Set(),
    };
    const found: AttachmentFacts[] = [];
    for (const layer of layersOf(attachment)) found.push(await factsIn(layer, subjectDigest, roots, checks));
    return joinedFacts(found);
  } catch {
    return NOTHING;
  }
}

async function factsIn(
  layer: AttachmentLayer,
  digest: string,
  roots: TrustRoots,
  checks: Checks,
): Promise<AttachmentFacts> {
  try {
    return (await readerOf(layer.mediaType)?.(layer, digest, roots, checks)) ?? NOTHING;
  } catch {
    return NOTHING;
  }
}

/** Those that are looked at, in their order: of many, the smallest, so that a list of components hides no signature. */
function layersOf({ layers }: Attachment): readonly AttachmentLayer[] {
  const readable = layers
    .slice(0, LIMITS.layers)
    .filter(({ mediaType, bytes }) => readerOf(mediaType) !== null && bytes.length <= LIMITS.layerBytes);
  let left = LIMITS.attachmentBytes;
  const kept = new Set<number>();
  for (const [index, { bytes }] of [...readable.entries()].sort(
    ([, a], [, b]) => a.bytes.length - b.bytes.length,
  )) {
    left -= bytes.length;
    if (left >= 0) kept.add(index);
  }
  return readable.filter((_, index) => kept.has(index));
}
