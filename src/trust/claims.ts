// Trust from unverified statements about a signature: at most `claimed`. Only verification, which is not in this file,
// makes `verified` and `failed`; a statement of an upstream or a label never does.
import { BOUNDS } from '../model/bounds.ts';
import type { Trust } from '../model/trust.ts';

/** What a label or an upstream states about an image's signatures, unverified. */
export interface TrustClaims {
  /** Whether anybody states that the image is signed. */
  readonly signed: boolean;
  /** The stated signers; naming one states that the image is signed. */
  readonly signers: readonly string[];
}

const UNSIGNED = made('unsigned', []);

/**
 * `claimed` if anybody states that the image is signed, or names a signer, else `unsigned`; frozen. The signers are a
 * sorted set within {@link BOUNDS} (16 of 512 UTF-16 units); longer names, and names beyond the maximum, are left out,
 * since a claim proves nothing. Never throws.
 */
export function claimedTrust(claims: TrustClaims): Trust {
  const signers = [...new Set(claims.signers)].filter((signer) => signer !== '').sort();
  if (!claims.signed && signers.length === 0) return UNSIGNED;
  const kept = signers.filter((signer) => signer.length <= BOUNDS.signer).slice(0, BOUNDS.signers);
  return made('claimed', kept);
}

function made(state: 'unsigned' | 'claimed', signers: readonly string[]): Trust {
  return Object.freeze({ state, signers: Object.freeze(signers) }) as Trust;
}
