// What a DSSE envelope says and proves of an image, in whichever layout it lies.
import type { AttachmentFacts, ProvenSigner } from './attachment.ts';
import { nameIn } from './certificate.ts';
import { type Envelope, envelopeSignedBy } from './dsse.ts';
import { factsOf, NOTHING } from './facts.ts';
import { identityBehind, type Keyless } from './keyless.ts';
import { LIMITS } from './limits.ts';
import type { Checks } from './public-key.ts';
import type { TrustRoots } from './roots.ts';
import { mentions, readStatement } from './statement.ts';

interface Signing {
  /** null: nobody that the roots know. */
  readonly signer: ProvenSigner | null;
  /** Whom the certificate names; null: nobody. */
  readonly name: string | null;
}

/**
 * What a DSSE envelope says and proves of the image with this digest; {@link NOTHING} where its payload is no
 * statement about it. Of a payload of more than 262,144 bytes that nobody known signed only that it is a
 * claim is said. `keyless`: gives the envelope's signature with its certificate (null: it has none); asked
 * only where no pinned key's it is. Takes from `checks` what it compares. Never throws.
 */
export function envelopeFacts(
  envelope: Envelope,
  digest: string,
  keyless: () => Keyless | null,
  roots: TrustRoots,
  checks: Checks,
): AttachmentFacts {
  const { payload } = envelope;
  if (!mentions(payload, digest)) return NOTHING;
  if (payload.length <= LIMITS.unprovenStatement) {
    const stated = readStatement(payload, digest);
    if (stated === null) return NOTHING;
    const { signer, name } = signingOf(envelope, keyless, roots, checks);
    return factsOf(stated, signer, name);
  }
  // Megabytes, such as a list of components, are read where somebody answers for them.
  const { signer, name } = signingOf(envelope, keyless, roots, checks);
  if (signer === null) return { ...NOTHING, claims: true, claimedSigners: name === null ? [] : [name] };
  const stated = readStatement(payload, digest);
  return stated === null ? NOTHING : factsOf(stated, signer, name);
}

function signingOf(
  envelope: Envelope,
  keyless: () => Keyless | null,
  roots: TrustRoots,
  checks: Checks,
): Signing {
  const key = envelopeSignedBy(envelope, roots.keys, checks);
  if (key !== null) return { signer: { kind: 'key', fingerprint: key.fingerprint }, name: null };
  const by = keyless();
  if (by === null) return { signer: null, name: null };
  const signer = identityBehind(by, envelope.payload, roots.sigstore, checks);
  return { signer, name: nameIn(by.certificate) };
}
