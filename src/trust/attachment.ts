// What a registry holds beside an image: signatures and attestations, as bytes, and what verification found in them.

/** A manifest that refers to an image, with its layers; who fetched it compared each digest with the bytes. */
export interface Attachment {
  /** The digest of its manifest: what is found in it is kept by it. */
  readonly digest: string;
  /** The manifest's artifactType, or its configuration's media type where it has none; '' where neither is said. */
  readonly artifactType: string;
  readonly layers: readonly AttachmentLayer[];
}

export interface AttachmentLayer {
  /** Without parameters, in small letters. */
  readonly mediaType: string;
  /** Of its descriptor: cosign's classic signatures are in them. */
  readonly annotations: Readonly<Record<string, string>>;
  readonly bytes: Uint8Array;
}

/** By what a signature was verified. Which configured name that is, and whether it counts now, is judged later. */
export type ProvenSigner =
  /** `fingerprint`: SHA-256 of the key's SubjectPublicKeyInfo (DER), base64. */
  | { readonly kind: 'key'; readonly fingerprint: string }
  /** Of a certificate that chains to the Sigstore root: whole strings, as the certificate has them. */
  | { readonly kind: 'identity'; readonly issuer: string; readonly subject: string }
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
}

/** Who built the image, from what. Bounded, inert text. */
export interface BuildProvenance {
  /** URI of the builder; null: not said. */
  readonly builder: string | null;
  /** URI of the source repository, without its revision; null: not said. */
  readonly source: string | null;
  /** The commit; null: not said. */
  readonly revision: string | null;
  readonly materials: readonly Material[];
}

export interface Material {
  readonly uri: string;
  /** `<algorithm>:<value>`; null: not said. */
  readonly digest: string | null;
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
