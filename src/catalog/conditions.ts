// Conditions of use, in one form whoever states them: their lists are sorted sets, and so are they.
import type { Condition, ConditionOrigin } from '../model/license.ts';
import { sortedSet } from './sorted.ts';

/**
 * A condition as its parts are named outside, with facility ids as they are written in federation.yaml. Ids of no
 * facility are kept: a site condition that names a lab elsewhere is true, and is met at none of ours.
 */
export function makeCondition(
  kind: Condition['kind'],
  parts: {
    readonly groups: readonly string[];
    readonly facilities: readonly string[];
    readonly servers: readonly string[];
  },
  origin: ConditionOrigin,
): Condition {
  return {
    kind,
    groups: sortedSet(parts.groups),
    sites: sortedSet(parts.facilities.map((id) => id.toLowerCase())),
    servers: sortedSet(parts.servers),
    origin,
  };
}

/**
 * All conditions, each once, in one order. Where the same is said by several it is kept of the first in the order
 * facility, license, label: the facility's own may choose a row of the decision table, which another's must not undo.
 */
export function joinConditions(...lists: readonly (readonly Condition[])[]): readonly Condition[] {
  const all = lists.flat();
  if (all.length < 2) return all;
  const kept = new Map<string, Condition>();
  for (const origin of ['facility', 'license', 'label'] as const) {
    for (const condition of all) {
      const fact = factOf(condition);
      if (condition.origin === origin && !kept.has(fact)) kept.set(fact, condition);
    }
  }
  return [...kept].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, condition]) => condition);
}

function factOf({ kind, groups, sites, servers }: Condition): string {
  return JSON.stringify([kind, groups, sites, servers]);
}
