// What was verified of an image's who, what and how.

export const TRUST_STATES = ['unsigned', 'claimed', 'verified', 'failed'] as const;
export type TrustState = (typeof TRUST_STATES)[number];

/**
 * The trust in one image. The brand is held by `trust/` alone, so that no other folder can say `verified` or
 * `failed` of an image.
 */
export interface Trust {
  readonly state: TrustState;
  readonly signers: readonly string[];
  readonly [madeInTrust]: true;
}
declare const madeInTrust: unique symbol;
