// Conditions of use in one canonical form, whatever their source: their lists are sorted sets, and so is a list of
// them.
import type { Condition, ConditionOrigin } from '../../model/license.ts';
import { sortedSet } from '../../model/sorted.ts';

/**
 * A condition in canonical form: its lists are sorted and without duplicates; facility ids are lower-cased, as federation.yaml
 * writes them; without a remedy it is null. Ids of unknown facilities are kept: a site condition that names a lab elsewhere is
 * valid, and is met at none of the federation's.
 */
export function makeCondition(
  kind: Condition['kind'],
  parts: {
    readonly groups: readonly string[];
    readonly facilities: readonly string[];
    readonly servers: readonly string[];
    readonly remedy?: string | undefined;
  },
  origin: ConditionOrigin,
): Condition {
  return {
    kind,
    groups: sortedSet(parts.groups),
    sites: sortedSet(parts.facilities.map((id) => id.toLowerCase())),
    servers: sortedSet(parts.servers),
    origin,
    remedy: parts.remedy ?? null,
  };
}

/**
 * All conditions, each once, in canonical order. If several sources state the same condition, it keeps the first origin
 * of facility, license, label: the facility's may select a row of the decision table, which another's must not undo; and the
 * first remedy of them. Empty where there are none.
 */
export function joinConditions(...lists: readonly (readonly Condition[])[]): readonly Condition[] {
  const all = lists.flat();
  if (all.length < 2) return all;
  const kept = new Map<string, Condition>();
  for (const origin of ['facility', 'license', 'label'] as const) {
    for (const condition of all) {
      if (condition.origin !== origin) continue;
      const fact = factOf(condition);
      const before = kept.get(fact);
      if (before === undefined) kept.set(fact, condition);
      else if (before.remedy === null && condition.remedy !== null) {
        kept.set(fact, { ...before, remedy: condition.remedy });
      }
    }
  }
  return [...kept].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, condition]) => condition);
}

function factOf({ kind, groups, sites, servers }: Condition): string {
  return JSON.stringify([kind, groups, sites, servers]);
}
