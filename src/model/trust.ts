// Trust: what was verified of who signed an image, and of how it was built.
import type { Provenance } from './provenance.ts';

/**
 * `unknown`: not judged yet, or the registry could not be asked. `unsigned`. `claimed`: somebody says that it is signed, or
 * signed it with a key that its facility does not trust. `verified`: signed by a signer whom the facility trusts. `failed`:
 * not signed by one although it has to be, or by one whose key was revoked alone.
 */
export const TRUST_STATES = ['unknown', 'unsigned', 'claimed', 'verified', 'failed'] as const;
export type TrustState = (typeof TRUST_STATES)[number];

/** What anybody says of an image's signatures, unverified. */
export interface TrustClaims {
  /** Whether anybody states that the image is signed. */
  readonly signed: boolean;
  /** The stated signers; naming one states that the image is signed. */
  readonly signers: readonly string[];
}

/**
 * The trust in one image: a plain frozen object. It is declared as a class with a private member and exported only as a
 * type, so that neither an object literal nor a spread of another Trust has this type, and only `trust/` can make an
 * image `verified` or `failed`.
 */
declare class Trust {
  private constructor();
  readonly state: TrustState;
  /** Configured names of those whose signature was verified; sorted, empty unless the state is `verified`. */
  readonly signers: readonly string[];
  /** Whom labels, the registry or certificates name, unverified; sorted, bounded. No policy reads them. */
  readonly claimedSigners: readonly string[];
  readonly provenance: Provenance;
  /** The repositories that the verified signatures name, where none of them names the image's own; sorted. */
  readonly signedAs: readonly string[];
  /** When it was last verified, in milliseconds since the epoch; null: it is now, or never was. */
  readonly lastVerified: number | null;
  /** Whether some of its signatures could not be fetched when the registry was last asked for them. */
  readonly isDoubted: boolean;
  private readonly madeInTrust: true;
}

export type { Trust };
