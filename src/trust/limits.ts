// Maxima of what is looked at in one attachment: what is beyond them proves nothing, and takes no time.

export const LIMITS = Object.freeze({
  /** Layers of one attachment. */
  layers: 64,
  /** Bytes of one layer. */
  layerBytes: 4_194_304,
  /** Bytes of all layers that are looked at, the smallest first. */
  attachmentBytes: 4_194_304,
  /** Characters of an annotation with a certificate or an entry of a log. */
  annotation: 1_048_576,
  /** Signatures that are compared with one key, in one attachment; and how many at least are compared with each. */
  keyChecks: 128,
  checkedByAllKeys: 8,
  /** Certificate chains that are verified, in one attachment. An identity that is proven is not proven again. */
  chainChecks: 16,
  /** Signatures of one DSSE envelope. */
  envelopeSignatures: 8,
  /** Bytes of a signature: RSA's with 8,192 bits have 1,024. */
  signatureBytes: 1_024,
  /** Subjects of an in-toto statement. */
  subjects: 1_024,
  /** Materials of a provenance, and characters of all of them. */
  materials: 256,
  materialsText: 32_768,
  /** Bytes of a statement that is read although nobody proves it: from there on only whether it has the digest. */
  unprovenStatement: 262_144,
  /** Signatures of which the certificate is read, in one attachment. */
  signingCertificates: 16,
  /** Certificates of a chain, and bytes of one. */
  certificates: 8,
  certificateBytes: 16_384,
  /** Entries of a transparency log, and timestamps, of one signature. */
  logEntries: 4,
  timestamps: 4,
  timestampBytes: 16_384,
  /** Characters of a log's signed checkpoint. */
  checkpoint: 16_384,
  /** Hashes of a proof of inclusion: a log of 2^63 entries has 63. */
  inclusionHashes: 64,
  /** Proofs of one attachment. */
  proofs: 64,
  /** Characters of a predicate's type. */
  predicateType: 512,
  /** Keys that one facility pins, and certificates of its Notation trust store. */
  keys: 32,
  storeCertificates: 64,
});
