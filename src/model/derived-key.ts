// Keys for one use each, derived from the federation's secret (HKDF, RFC 5869): what is authenticated for one use is not
// valid for another.
import { hkdfSync } from 'node:crypto';

const BYTES = 32;

/**
 * The 32 bytes of the key for a use (HKDF with SHA-256, RFC 5869); the same secret and use always give the same. Throws
 * nothing for a short secret: its length is not checked.
 * @param secret `federation.secret`, 32 bytes or more
 * @param use names what the key is for, and the version of its form, in at most 1,024 bytes: `panfed/store/1`
 */
export function derivedKey(secret: Uint8Array | string, use: string): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', secret, '', use, BYTES));
}
