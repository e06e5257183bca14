// Finds all that is above each class of an ontology of classes, intersections and existential restrictions: what the profile
// OWL 2 EL has of them, completed until nothing new follows.
// https://www.w3.org/TR/owl2-profiles/#OWL_2_EL

/** A restriction: something related by the property to some member of the class. */
export interface Restriction {
  readonly property: string;
  readonly some: string;
}

/** An intersection of classes and restrictions. */
export interface Intersection {
  readonly classes: readonly string[];
  readonly restrictions: readonly Restriction[];
}

export interface Axioms {
  /** By class, what it is below of. */
  readonly below: ReadonlyMap<string, Intersection>;
  /** By class, the intersections that it equals, each by itself. */
  readonly equal: ReadonlyMap<string, readonly Intersection[]>;
  /** By property, the class of whatever has it. */
  readonly domains: ReadonlyMap<string, string>;
  /** By property, the class of whatever it leads to. */
  readonly ranges: ReadonlyMap<string, string>;
}

const NOTHING: Intersection = { classes: [], restrictions: [] };

/** What is known of a class. */
interface Known {
  readonly above: Set<string>;
  /** By property, the classes to which it leads. */
  readonly related: Map<string, Set<string>>;
}

/**
 * By class, all classes above it: the class itself is among them where it is equivalent to another one. Classes that no axiom
 * has are left out. Takes some passes over all pairs of classes: meant for hundreds of them.
 */
export function classify(axioms: Axioms): ReadonlyMap<string, ReadonlySet<string>> {
  const { below, equal, domains, ranges } = axioms;
  const known = new Map<string, Known>();
  for (const id of new Set([...below.keys(), ...equal.keys()])) {
    known.set(id, { above: new Set(), related: new Map() });
  }
  let isChanged = true;

  function add<T>(set: Set<T>, value: T): void {
    if (set.has(value)) return;
    set.add(value);
    isChanged = true;
  }
  function take(of: Known, { classes, restrictions }: Intersection): void {
    for (const one of classes) add(of.above, one);
    for (const { property, some } of restrictions) relate(of, property, some);
  }
  function relate({ above, related }: Known, property: string, some: string): void {
    const led = related.get(property) ?? new Set();
    related.set(property, led);
    add(led, some);
    const domain = domains.get(property);
    if (domain !== undefined) add(above, domain);
  }
  const isWithin = (id: string, upper: string): boolean =>
    id === upper || known.get(id)?.above.has(upper) === true;
  function meets(id: string, { classes, restrictions }: Intersection): boolean {
    const related = known.get(id)?.related;
    return (
      classes.every((one) => isWithin(id, one)) &&
      restrictions.every(({ property, some }) => {
        const range = ranges.get(property);
        const led = related?.get(property) ?? new Set<string>();
        return (
          led.size > 0 &&
          ((range !== undefined && isWithin(range, some)) || [...led].some((one) => isWithin(one, some)))
        );
      })
    );
  }

  while (isChanged) {
    isChanged = false;
    for (const [id, own] of known) {
      for (const axiom of [below.get(id) ?? NOTHING, ...(equal.get(id) ?? [])]) take(own, axiom);
      for (const upper of [...own.above]) {
        const its = known.get(upper);
        if (its === undefined || its === own) continue;
        for (const one of its.above) add(own.above, one);
        for (const [property, led] of its.related) for (const some of led) relate(own, property, some);
      }
      for (const [upper, intersections] of equal) {
        if (upper === id || own.above.has(upper)) continue;
        if (intersections.some((one) => meets(id, one))) add(own.above, upper);
      }
    }
  }
  return new Map([...known].map(([id, { above }]) => [id, above]));
}
