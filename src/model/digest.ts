// Digests of content, as the OCI image specification writes them.
import { createHash } from 'node:crypto';

/** The SHA-256 of bytes, or of a text in UTF-8, as `sha256:<64 hex>` (the digest of the OCI image specification). */
export function digestOf(content: Uint8Array | string): string {
  return `sha256:${createHash('sha256').update(content).digest('hex')}`;
}
