// Counts the pairs of fields that validation compares: fields with the same response key in the same place, which must
// be mergeable (OverlappingFieldsCanBeMerged). Their number grows with the square of repetition, so it is bounded
// before.
import { type FragmentDefinitionNode, Kind, type SelectionSetNode } from 'graphql';

/** The fields with one response key in one place, and all their selections. */
interface Repeated {
  count: number;
  readonly selected: SelectionSetNode[];
}

/**
 * The number of pairs of fields that must be mergeable (GraphQL specification, section 5.3.2). Counting stops
 * beyond `max`, with the number so far, and after `fields`, the number of fields with all fragments expanded:
 * there are more only where a fragment spreads itself, which validation refuses.
 */
export function comparisonsOf(
  set: SelectionSetNode,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
  max: number,
  fields: number,
): number {
  let pairs = 0;
  let left = fields;
  const waiting: (readonly SelectionSetNode[])[] = [[set]];
  for (let sets = waiting.pop(); sets !== undefined; sets = waiting.pop()) {
    for (const { count, selected } of repeatedIn(sets, fragments).values()) {
      pairs += (count * (count - 1)) / 2;
      left -= count;
      if (pairs > max || left < 0) return pairs;
      if (selected.length > 0) waiting.push(selected);
    }
  }
  return pairs;
}

function repeatedIn(
  sets: readonly SelectionSetNode[],
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
): ReadonlyMap<string, Repeated> {
  const byKey = new Map<string, Repeated>();
  const spread = new Set<string>();
  const collect = ({ selections }: SelectionSetNode): void => {
    for (const selection of selections) {
      if (selection.kind === Kind.FIELD) {
        const key = (selection.alias ?? selection.name).value;
        const known = byKey.get(key) ?? { count: 0, selected: [] };
        byKey.set(key, known);
        known.count += 1;
        if (selection.selectionSet !== undefined) known.selected.push(selection.selectionSet);
      } else if (selection.kind === Kind.INLINE_FRAGMENT) {
        collect(selection.selectionSet);
      } else if (!spread.has(selection.name.value)) {
        spread.add(selection.name.value);
        const fragment = fragments.get(selection.name.value);
        if (fragment !== undefined) collect(fragment.selectionSet);
      }
    }
  };
  for (const set of sets) collect(set);
  return byKey;
}
