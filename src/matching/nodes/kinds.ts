// Nodes that are equal in all that matching asks about are one kind.
import type { NodeType } from '../../model/compute.ts';

/** The kinds, in the order of the first node of each, with how many there are. */
export function kindsOf(nodes: readonly Omit<NodeType, 'count'>[]): readonly NodeType[] {
  const kinds = new Map<string, { readonly node: Omit<NodeType, 'count'>; count: number }>();
  for (const node of nodes) {
    const key = JSON.stringify(node);
    const kind = kinds.get(key) ?? { node, count: 0 };
    kind.count += 1;
    kinds.set(key, kind);
  }
  return [...kinds.values()].map(({ node, count }) => ({ ...node, count }));
}
