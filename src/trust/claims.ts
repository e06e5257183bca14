// What anybody merely says of a signature: at most `claimed`. The states `verified` and `failed` are made by
// verification alone, which is not here; a word of an upstream or a label never becomes either.
import { BOUNDS } from '../model/bounds.ts';
import type { Trust } from '../model/trust.ts';

/** What a label or an upstream says of an image's signatures; nobody has checked it. */
export interface TrustClaims {
  /** Whether somebody says that the image is signed. */
  readonly signed: boolean;
  /** Who is said to have signed; naming a signer says that it is signed. */
  readonly signers: readonly string[];
}

const UNSIGNED = made('unsigned', []);

/**
 * `claimed` if anybody says that the image is signed, else `unsigned`. The signers are a sorted set, as long as
 * {@link BOUNDS} allows: what is only claimed proves nothing, so that those beyond it are left out.
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
