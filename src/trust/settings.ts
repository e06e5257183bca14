// Whose signatures count for the images of one facility, as verification and judging need it.
import type { TrustMaterial } from './roots.ts';

/** A public key of a signer. */
export interface PinnedKey {
  readonly name: string;
  /** Milliseconds since the epoch; signatures first seen later do not count. null: there is no such time. */
  readonly notAfter: number | null;
  readonly isRevoked: boolean;
}

/** The trust settings of a facility. */
export interface TrustSettings {
  /** Whether images of a repository have to be signed by one of the signers. */
  isRequired(repository: string): boolean;
  /** By fingerprint; one key may have several names. */
  readonly keys: ReadonlyMap<string, readonly PinnedKey[]>;
  readonly identities: readonly {
    readonly name: string;
    readonly issuer: string;
    readonly subject: string;
  }[];
  /** Fingerprints of the authorities of Sigstore's trusted root. */
  readonly authorities: ReadonlySet<string>;
  /** The Notation trust store: the name of its signers, and the fingerprints of its certificates; null: there is none. */
  readonly notation: { readonly name: string; readonly roots: ReadonlySet<string> } | null;
  /** URIs of builders; null: each that a signer names. */
  readonly builders: ReadonlySet<string> | null;
  readonly material: TrustMaterial;
  /**
   * Hash (SHA-256, base64) of `material`, and of the version of the verification: what was found by another is found anew.
   * Empty for {@link NOBODY_TRUSTED}.
   */
  readonly hash: string;
}

/** Nobody is trusted and nothing required: images are `claimed` at most. Nothing is to be verified for it. */
export const NOBODY_TRUSTED: TrustSettings = Object.freeze({
  isRequired: () => false,
  keys: new Map(),
  identities: [],
  authorities: new Set<string>(),
  notation: null,
  builders: null,
  material: Object.freeze({ keys: [], notation: [], sigstore: null }),
  hash: '',
});
