// What is narrower than a term, by the broader terms that each one names.

/** A term's id, and the ids of the terms directly above it. */
export interface Placed {
  readonly id: string;
  readonly above: readonly string[];
}

/**
 * A lookup of the term of an id and of all below it, as ids in the order of the terms, frozen; empty for an id that no term
 * has. Each comes once, even if it can be reached in several ways, or the terms form a cycle.
 */
export function narrowerIn(terms: readonly Placed[]): (id: string) => readonly string[] {
  const below = new Map<string, string[]>(terms.map(({ id }) => [id, []]));
  for (const { id, above } of terms) for (const broader of above) below.get(broader)?.push(id);
  const order = new Map(terms.map(({ id }, index) => [id, index]));
  const known = new Map<string, readonly string[]>();
  return (id) => {
    if (!below.has(id)) return [];
    const found = known.get(id) ?? descend(id, below, order);
    known.set(id, found);
    return found;
  };
}

function descend(
  top: string,
  below: ReadonlyMap<string, readonly string[]>,
  order: ReadonlyMap<string, number>,
): readonly string[] {
  const found = new Set([top]);
  for (const id of found) for (const child of below.get(id) ?? []) found.add(child);
  return Object.freeze([...found].sort((a, b) => (order.get(a) ?? 0) - (order.get(b) ?? 0)));
}
