// PaNET as it is imported, whichever of its files it was read from: classes, with all that is above each.

/** The beginning of a class's IRI, as in `http://purl.org/pan-science/PaNET/PaNET01168`. */
export const NAMESPACE = 'http://purl.org/pan-science/PaNET/';

/** Root of the specifiers (probe, process, purpose …): what techniques are defined by, not techniques themselves. */
const SPECIFIERS = 'PaNET2000000';

/** A class of the ontology, as it is written there. */
export interface OntologyClass {
  /** `PaNET01168`. */
  readonly id: string;
  /** Empty: there is none. */
  readonly label: string;
  readonly synonyms: readonly string[];
  /** null: there is none. */
  readonly definition: string | null;
  /** Where the definition was taken from; null: it is PaNET's own. */
  readonly definitionSource: string | null;
}

export interface Ontology {
  readonly classes: readonly OntologyClass[];
  /** By id, the ids of all classes above it; the class itself is among them where it is equivalent to another one. */
  readonly above: ReadonlyMap<string, ReadonlySet<string>>;
  /** Version of the release; null: the file does not say. */
  readonly version: string | null;
}

/** A technique, as vocabularies/techniques.json has it. */
export interface ImportedTechnique {
  readonly id: string;
  readonly label: string;
  readonly synonyms: readonly string[];
  readonly definition?: string;
  /** The nearest above it. */
  readonly parents: readonly string[];
}

/**
 * The techniques, sorted by id: each class with a label that is no specifier (below PaNET2000000). Of all that is above one,
 * those are its parents that nothing else stands between. Definitions that were taken from elsewhere are left out: PaNET's
 * licence (CC-BY-4.0) is its own text's. White space within names is one blank.
 */
export function techniquesOf({ classes, above }: Ontology): readonly ImportedTechnique[] {
  const isAbove = (upper: string, lower: string): boolean => above.get(lower)?.has(upper) === true;
  const isTechnique = ({ id, label }: OntologyClass): boolean =>
    text(label) !== '' && id !== SPECIFIERS && !isAbove(SPECIFIERS, id);
  return classes
    .filter(isTechnique)
    .map(({ id, label, synonyms, definition, definitionSource }): ImportedTechnique => {
      const all = [...(above.get(id) ?? [])].filter((other) => other !== id);
      // What is equivalent to the class, or to its parent, does not stand between them.
      const isNearest = (parent: string): boolean =>
        !all.some((other) => isAbove(parent, other) && !isAbove(other, parent) && !isAbove(id, other));
      const names = new Set(synonyms.map(text));
      for (const name of ['', text(label)]) names.delete(name);
      const own = definition === null || definitionSource !== null ? '' : text(definition);
      return {
        ...{ id, label: text(label), synonyms: [...names].sort() },
        ...(own !== '' && { definition: own }),
        parents: all.filter(isNearest).sort(),
      };
    })
    .sort((one, other) => (one.id < other.id ? -1 : 1));
}

const text = (value: string): string => value.replace(/\s+/g, ' ').trim();
