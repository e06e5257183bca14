// Merges the statements of a facility in its registry and in federation.yaml: the stricter one wins. A label can only
// restrict.
import type { Sharing, Supplier } from '../../model/image.ts';
import type { Condition } from '../../model/license.ts';
import { joinConditions } from './conditions.ts';

/** The facility's statement in one of its two places; null: it states nothing. */
export interface FacilityStatement {
  readonly sharing: Sharing | null;
  readonly listed: boolean | null;
  readonly suppliedBy: Supplier | null;
  readonly groups: readonly string[] | null;
  /** `[]` states that there are none. */
  readonly conditions: readonly Condition[] | null;
}

/** The facility's statements in both places, merged. */
export interface MergedStatement {
  readonly sharing: Sharing;
  readonly listed: boolean;
  readonly suppliedBy: Supplier;
  readonly groups: readonly string[];
  readonly conditions: readonly Condition[];
  readonly conditionsStated: boolean;
}

/** The statement of a facility that says nothing of a repository. */
export const NOTHING_STATED: FacilityStatement = Object.freeze({
  sharing: null,
  listed: null,
  suppliedBy: null,
  groups: null,
  conditions: null,
});

/** From the strictest; `unknown` is not a statement, so it is not compared. */
const STRICTNESS = ['none', 'conditional', 'open'] as const satisfies readonly Sharing[];

/**
 * Merges two statements; what both leave out is `unknown`, false or empty. The stricter sharing and `listed:
 * false` win, conditions are joined, and only common groups stay; if there are none in common, sharing is
 * `none`; where the suppliers differ it is `unknown`. Symmetric but for the order of groups: neither place
 * has precedence.
 */
export function mergeStatements(one: FacilityStatement, other: FacilityStatement): MergedStatement {
  const groups = commonGroups(one.groups, other.groups);
  const listed = [one.listed, other.listed];
  return {
    sharing: groups === null ? 'none' : stricterSharing(one.sharing ?? 'unknown', other.sharing ?? 'unknown'),
    listed: listed.includes(true) && !listed.includes(false),
    suppliedBy: agreedSupplier(one.suppliedBy ?? 'unknown', other.suppliedBy ?? 'unknown'),
    groups: groups ?? [],
    conditions: joinConditions(one.conditions ?? [], other.conditions ?? []),
    conditionsStated: one.conditions !== null || other.conditions !== null,
  };
}

/** The stricter of two values: none, conditional, open; a known one before `unknown`. */
export function stricterSharing(one: Sharing, other: Sharing): Sharing {
  return STRICTNESS.find((sharing) => sharing === one || sharing === other) ?? 'unknown';
}

/**
 * Sharing lowered to the maximum that a label allows; null: no label does. `unknown` stays: a label cannot speak for
 * the facility.
 */
export function loweredSharing(stated: Sharing, max: 'conditional' | 'none' | null): Sharing {
  return stated === 'unknown' || max === null ? stated : stricterSharing(stated, max);
}

/**
 * The groups that both places state, in the order of the first, or those of the only place that states any; null: both
 * state groups and have none in common. An empty list means "no group", so that it has nothing in common with a list of
 * groups.
 */
export function commonGroups(
  one: readonly string[] | null,
  other: readonly string[] | null,
): readonly string[] | null {
  if (one === null || other === null) return one ?? other ?? [];
  const common = one.filter((group) => other.includes(group));
  return common.length === 0 && one.length + other.length > 0 ? null : common;
}

/** If the two places name different suppliers it is `unknown`, which opens less than either. */
function agreedSupplier(one: Supplier, other: Supplier): Supplier {
  if (one === other || other === 'unknown') return one;
  return one === 'unknown' ? other : 'unknown';
}
