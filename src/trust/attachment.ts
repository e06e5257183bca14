// What verification finds in what a registry holds beside an image.
import type { BuildProvenance } from '../model/provenance.ts';

export type { Attachment, AttachmentLayer } from '../model/attachment.ts';
export type { BuildProvenance, Material } from '../model/provenance.ts';

/** By what a signature was verified. Which configured name that is, and whether it counts now, is judged later. */
export type ProvenSigner =
  /** `fingerprint`: SHA-256 of the key's SubjectPublicKeyInfo (DER), base64. */
  | { readonly kind: 'key'; readonly fingerprint: string }
  /**
   * By a certificate that chains to the Sigstore root: whole strings, as the certificate has them. `root`: SHA-256 of the
   * certificate of the authority behind it (DER), base64.
   */
  | {
      readonly kind: 'identity';
      readonly issuer: string;
      readonly subject: string;
      readonly root: string;
    }
  /** `root`: SHA-256 of the certificate of the Notation trust store to which it chains (DER), base64. */
  | { readonly kind: 'notation'; readonly root: string };

/** What a signature that holds says of the image. */
export type Statement =
  /** It is the signer's: cosign's payload or `https://sigstore.dev/cosign/sign/v1`, Notation's payload. */
  | { readonly kind: 'signature' }
  /** How it was built (SLSA provenance v0.2 or v1). */
  | { readonly kind: 'provenance'; readonly provenance: BuildProvenance }
  /** Another in-toto predicate, such as an SBOM: it does not vouch for the image. */
  | { readonly kind: 'other'; readonly predicateType: string };

/** A valid signature by a pinned key, an identity or a certificate, over a statement whose subject is the image's digest. */
export interface Proof {
  readonly signer: ProvenSigner;
  readonly statement: Statement;
  /** The repository that the signature names; null: none. */
  readonly repository: string | null;
  /**
   * The period in which it counts, by its certificates and by its signer; null: always, since it has no certificates or
   * they prove when it was made. It is compared with the clock later, not when it is verified: what was found is kept.
   */
  readonly within: Period | null;
}

/** From one moment to another, both included; in milliseconds since the epoch. */
export interface Period {
  readonly from: number;
  readonly until: number;
}

/** What was found in one attachment for one image. Plain JSON: it is kept. */
export interface AttachmentFacts {
  /** Whether it says, by anybody, that this image is signed or attested: an image with it is at least `claimed`. */
  readonly claims: boolean;
  /** Whom its certificates name, unproven; sorted, bounded. */
  readonly claimedSigners: readonly string[];
  readonly proofs: readonly Proof[];
  /** What it says of the build, unproven; null: nothing. For an image of which nothing is proven. */
  readonly claimedProvenance: BuildProvenance | null;
}
