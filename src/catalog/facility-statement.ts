// Who may say what, and which word holds: the facility speaks in its registry and in federation.yaml, and the stricter
// wins; a label can only restrict.
import type { Sharing, Supplier } from '../model/image.ts';
import type { Condition } from '../model/license.ts';
import { joinConditions } from './conditions.ts';

/** What the facility says, in one of its two places; null: nothing. */
export interface FacilityStatement {
  readonly sharing: Sharing | null;
  readonly listed: boolean | null;
  readonly suppliedBy: Supplier | null;
  readonly groups: readonly string[] | null;
  /** `[]` says that there are none. */
  readonly conditions: readonly Condition[] | null;
}

/** What the facility said in both places, joined. */
export interface MergedStatement {
  readonly sharing: Sharing;
  readonly listed: boolean;
  readonly suppliedBy: Supplier;
  readonly groups: readonly string[];
  readonly conditions: readonly Condition[];
  readonly conditionsStated: boolean;
}

export const NOTHING_STATED: FacilityStatement = Object.freeze({
  sharing: null,
  listed: null,
  suppliedBy: null,
  groups: null,
  conditions: null,
});

/** From the strictest; `unknown` is no word that another could be stricter than. */
const STRICTNESS = ['none', 'conditional', 'open'] as const satisfies readonly Sharing[];

/** Symmetric: neither place outranks the other. */
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

export function stricterSharing(one: Sharing, other: Sharing): Sharing {
  return STRICTNESS.find((sharing) => sharing === one || sharing === other) ?? 'unknown';
}

/** Lowered to what a label allows at the most. What is unknown stays unknown: a label says nothing for a facility. */
export function loweredSharing(stated: Sharing, most: 'conditional' | 'none' | null): Sharing {
  return stated === 'unknown' || most === null ? stated : stricterSharing(stated, most);
}

/**
 * The groups that both places name, sorted; null: they disagree and have none in common. An empty list is a word too,
 * "no group", so that beside a list of groups it has nothing in common with it.
 */
export function commonGroups(
  one: readonly string[] | null,
  other: readonly string[] | null,
): readonly string[] | null {
  if (one === null || other === null) return one ?? other ?? [];
  const common = one.filter((group) => other.includes(group));
  return common.length === 0 && one.length + other.length > 0 ? null : common;
}

/** Two places that name different suppliers leave it unknown, which opens less than either. */
function agreedSupplier(one: Supplier, other: Supplier): Supplier {
  if (one === other || other === 'unknown') return one;
  return one === 'unknown' ? other : 'unknown';
}
