// License terms: an SPDX expression, and its conditions as facts that a policy can evaluate.

/** How license terms were read: as an SPDX expression, as the text that was declared, or not at all. */
export const LICENSE_STATES = ['normalized', 'declared', 'unknown'] as const;
/** `declared`: text that was not recognized; it opens no more than `unknown`. */
export type LicenseState = (typeof LICENSE_STATES)[number];

/** What a license can require of a user or of the place where the image runs. */
export const CONDITION_KINDS = [
  'academic',
  'nonCommercial',
  'registeredGroup',
  'namedUser',
  'site',
  'licenseServer',
  'exportControl',
] as const;
export type ConditionKind = (typeof CONDITION_KINDS)[number];

/**
 * The source of a condition. A facility's statement may select a row of the decision table; the others only restrict.
 */
export type ConditionOrigin = 'facility' | 'license' | 'label';

export interface Condition {
  readonly kind: ConditionKind;
  /** AARC-G069 URNs, canonical. */
  readonly groups: readonly string[];
  /** Facility ids. */
  readonly sites: readonly string[];
  readonly servers: readonly string[];
  readonly origin: ConditionOrigin;
  /** How it is met, in the facility’s words for people; null: the facility does not say. Policies pass it on, and decide nothing by it. */
  readonly remedy: string | null;
}

/** A text that states the terms: what it says by itself, and where it stands. */
export interface LicenseStatement {
  readonly text: string;
  readonly state: LicenseState;
  /** As in {@link License}. */
  readonly expression: string | null;
  /** `facility`: its registry states it. */
  readonly origin: Exclude<ConditionOrigin, 'license'>;
  /** The name of the label; null: it stands in none. */
  readonly label: string | null;
}

export interface License {
  /** What all statements are together, as the next two. */
  readonly state: LicenseState;
  /** SPDX license expression, canonical case; null unless `normalized`. */
  readonly expression: string | null;
  readonly raw: string | null;
  readonly conditions: readonly Condition[];
  /** Whether all conditions of the terms are known: if not, only the owner's members may pull. */
  readonly conditionsKnown: boolean;
  /**
   * Where state and expression come from, the facility's own first and then by label; those that say nothing beside another are
   * left out, and so are those beyond `BOUNDS.licenseStatements` (16).
   */
  readonly statements: readonly LicenseStatement[];
}
