// Trust: what was verified of an image's signer, content and build.

/** What is known of an image's signature: `claimed` is unproven, and only `verified` was checked and holds. */
export const TRUST_STATES = ['unknown', 'unsigned', 'claimed', 'verified', 'failed'] as const;
export type TrustState = (typeof TRUST_STATES)[number];

/**
 * The trust in one image: a plain frozen object. It is declared as a class with a private member and exported only as a
 * type, so that neither an object literal nor a spread of another Trust has this type, and only `trust/` can make an
 * image `verified` or `failed`.
 */
declare class Trust {
  private constructor();
  readonly state: TrustState;
  readonly signers: readonly string[];
  private readonly madeInTrust: true;
}

export type { Trust };
