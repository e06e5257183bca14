// What was verified of an image's who, what and how.

export const TRUST_STATES = ['unknown', 'unsigned', 'claimed', 'verified', 'failed'] as const;
export type TrustState = (typeof TRUST_STATES)[number];

/**
 * The trust in one image, a plain frozen object. Declared as a class with a private member and exported as a type
 * alone: so neither an object literal nor a spread of another Trust is one, and only `trust/` says `verified` or
 * `failed` of an image.
 */
declare class Trust {
  private constructor();
  readonly state: TrustState;
  readonly signers: readonly string[];
  private readonly madeInTrust: true;
}

export type { Trust };
