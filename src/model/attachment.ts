// What a registry holds beside an image: signatures and attestations, as bytes.

/** A manifest that refers to an image, with its layers; who fetched it compared each digest with the bytes. */
export interface Attachment {
  /** The digest of its manifest: what is found in it is kept by it. */
  readonly digest: string;
  /** The manifest's artifactType, or its configuration's media type where it has none; '' where neither is said. */
  readonly artifactType: string;
  readonly layers: readonly AttachmentLayer[];
  /** Whether it has layers that were wanted and are not here: too large, or gone. Left out: none. */
  readonly isPartial?: true;
}

export interface AttachmentLayer {
  /** Without parameters, in small letters. */
  readonly mediaType: string;
  /** Those of its descriptor: cosign's classic signatures are in them. */
  readonly annotations: Readonly<Record<string, string>>;
  readonly bytes: Uint8Array;
}
