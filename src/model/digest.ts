// Digests of content, as the OCI image specification writes them: sha256 and sha512, its registered algorithms.
import { createHash } from 'node:crypto';

/** The algorithms whose digests panfed reads and computes. */
const HEX_DIGITS = { sha256: 64, sha512: 128 } as const;

type Algorithm = keyof typeof HEX_DIGITS;

/** A pattern of a digest, without anchors, for patterns of texts that contain one. */
export const DIGEST_PATTERN = 'sha256:[a-f0-9]{64}|sha512:[a-f0-9]{128}';

/** How a digest is written, for messages. */
export const DIGEST_FORM = 'sha256: and 64, or sha512: and 128 small hexadecimal digits';

const DIGEST = new RegExp(`^(?:${DIGEST_PATTERN})$`);

/** Whether it is a digest by the OCI image specification, of one of its registered algorithms. */
export const isDigest = (text: string): boolean => DIGEST.test(text);

/**
 * The digest (OCI image specification) of bytes, or of a text in UTF-8: `sha256:<64 hex>` by default, `sha512:<128
 * hex>` for the algorithm `sha512`.
 */
export function digestOf(content: Uint8Array | string, algorithm: Algorithm = 'sha256'): string {
  return `${algorithm}:${createHash(algorithm).update(content).digest('hex')}`;
}

/** Whether the digest is that of these bytes, by its own algorithm. False for what is no digest. */
export function hasDigest(bytes: Uint8Array, digest: string): boolean {
  const algorithm = digest.slice(0, digest.indexOf(':'));
  return isDigest(digest) && digestOf(bytes, algorithm as Algorithm) === digest;
}
