// Bounds of a record: every list and text from outside has a maximum, beyond which the record is quarantined.

/** Numbers of entries, and lengths in UTF-16 code units. */
export const BOUNDS = Object.freeze({
  /** Tags of one image, all its entries together; they are paged. */
  tags: 16_384,
  /** Tags of one entry of a crawl. */
  entryTags: 1_024,
  tag: 128, // OCI distribution specification: at most 128 characters
  repository: 255,
  frameworks: 32,
  name: 256,
  version: 128,
  title: 512,
  description: 4_096,
  url: 2_048,
  platforms: 32,
  labels: 128,
  /** Levels of one image that have labels of their own. */
  labelSets: 512,
  /** Manifests of one image, one a platform. */
  manifests: 256,
  /** What a registry holds beside one image. */
  attachments: 128,
  labelName: 256,
  labelValue: 8_192,
  techniques: 64,
  formats: 64,
  unmapped: 192,
  license: 1_024,
  /** Texts that state the license of one image; further ones count, and are not listed. */
  licenseStatements: 16,
  remedy: 512,
  conditions: 16,
  conditionValues: 64,
  groups: 64,
  group: 512,
  signers: 16,
  signer: 512,
  architectures: 16,
  engines: 16,
  upstreamId: 1_024,
  /** Variables of the environment that are kept, and characters of one. */
  environment: 64,
  environmentValue: 4_096,
  /** Bytes of one record as JSON, without its tags. */
  recordBytes: 262_144,
});
