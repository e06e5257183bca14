// PaNET after reasoning, as it is published in JSON-LD: each class lists all that is above it.
import { z } from 'zod';
import { NAMESPACE, type Ontology, type OntologyClass } from './ontology.ts';

const OWL = 'http://www.w3.org/2002/07/owl#';
const LABEL = 'http://www.w3.org/2000/01/rdf-schema#label';
const SUBCLASS = 'http://www.w3.org/2000/01/rdf-schema#subClassOf';
const SYNONYM = 'http://www.w3.org/2004/02/skos/core#altLabel';
const DEFINITION = 'http://purl.obolibrary.org/obo/IAO_0000115';
const DEFINITION_SOURCE = 'http://purl.obolibrary.org/obo/IAO_0000119';

const node = z.looseObject({
  '@id': z.string().default(''),
  '@type': z.array(z.string()).default([]),
});
type Node = z.infer<typeof node>;

const literals = z.array(z.looseObject({ '@value': z.coerce.string() }));
const references = z.array(z.looseObject({ '@id': z.string() }));

/** The content of PaNET_reasoned.json: JSON-LD 1.1, expanded and flattened. */
export const reasonedSchema = z.array(node);

/**
 * The ontology: its classes that are not deprecated, and all that is above each. Classes of other ontologies are left out.
 * Throws a ZodError for a label, synonym, definition or superclass that is not as JSON-LD has it.
 */
export function readReasoned(nodes: readonly Node[]): Ontology {
  const found = nodes.filter(isClass);
  const stated = new Map(found.map((one) => [idOf(one['@id']), superclassesOf(one)]));
  return {
    classes: found.map(classOf),
    above: new Map([...stated.keys()].map((id) => [id, closure(id, stated)])),
    version: nodes.flatMap((one) => values(one, `${OWL}versionInfo`))[0] ?? null,
  };
}

function isClass(one: Node): boolean {
  return (
    one['@id'].startsWith(`${NAMESPACE}PaNET`) &&
    one['@type'].includes(`${OWL}Class`) &&
    values(one, `${OWL}deprecated`).every((value) => value !== 'true')
  );
}

const classOf = (one: Node): OntologyClass => ({
  id: idOf(one['@id']),
  label: values(one, LABEL)[0] ?? '',
  synonyms: values(one, SYNONYM),
  definition: values(one, DEFINITION)[0] ?? null,
  definitionSource: values(one, DEFINITION_SOURCE)[0] ?? null,
});

const superclassesOf = (one: Node): readonly string[] =>
  references
    .parse(one[SUBCLASS] ?? [])
    .map((reference) => reference['@id'])
    .filter((iri) => iri.startsWith(NAMESPACE))
    .map(idOf);

/** Everything above a class that is stated; a class that is not there has nothing above it, and is left out. */
function closure(id: string, stated: ReadonlyMap<string, readonly string[]>): ReadonlySet<string> {
  const found = new Set<string>();
  const open = [...(stated.get(id) ?? [])];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const above = stated.get(next);
    if (above === undefined || found.has(next)) continue;
    found.add(next);
    open.push(...above);
  }
  return found;
}

const idOf = (iri: string): string => iri.slice(NAMESPACE.length);

const values = (one: Node, key: string): readonly string[] =>
  literals.parse(one[key] ?? []).map((literal) => literal['@value']);
