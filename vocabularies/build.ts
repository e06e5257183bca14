// Derives vocabularies/techniques.json from PaNET, the photon and neutron experimental techniques ontology.
//
//   node --import tsx vocabularies/build.ts <folder> > vocabularies/techniques.json
//
// <folder> holds PaNET.csv and PaNET_reasoned.json of
// https://github.com/ExPaNDS-eu/ExPaNDS-experimental-techniques-ontology (source/ and docs/_data/), licence CC-BY-4.0.
import { readFileSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const NAMESPACE = 'http://purl.org/pan-science/PaNET/';
/** Root of the specifiers (probe, process, purpose …): what techniques are defined by, not techniques themselves. */
const SPECIFIERS = 'PaNET2000000';
const OWL = 'http://www.w3.org/2002/07/owl#';
const LABEL = 'http://www.w3.org/2000/01/rdf-schema#label';
const SUBCLASS = 'http://www.w3.org/2000/01/rdf-schema#subClassOf';
const SYNONYM = 'http://www.w3.org/2004/02/skos/core#altLabel';

type Node = Readonly<Record<string, unknown>>;
interface Technique {
  readonly id: string;
  readonly label: string;
  readonly synonyms: readonly string[];
  readonly parents: readonly string[];
}

const strings = (value: unknown, key: '@id' | '@value'): string[] =>
  (Array.isArray(value) ? value : []).map((entry: Readonly<Record<string, unknown>>) => String(entry[key]));
const text = (value: string): string => value.replace(/\s+/g, ' ').trim();
const localId = (iri: unknown): string => String(iri).slice(NAMESPACE.length);

/** Everything above a class, the class itself not included unless it is above itself. */
function ancestors(id: string, above: ReadonlyMap<string, readonly string[]>): Set<string> {
  const found = new Set<string>();
  const open = [...(above.get(id) ?? [])];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (found.has(next)) continue;
    found.add(next);
    open.push(...(above.get(next) ?? []));
  }
  return found;
}

function isClass(node: Node): boolean {
  const types = Array.isArray(node['@type']) ? node['@type'] : [];
  return (
    String(node['@id']).startsWith(`${NAMESPACE}PaNET`) &&
    types.includes(`${OWL}Class`) &&
    strings(node[`${OWL}deprecated`], '@value').every((value) => value !== 'true')
  );
}

/** The reasoned ontology lists all ancestors; kept are those that no other ancestor stands between. */
export function deriveTechniques(reasoned: readonly Node[], sourceIds: ReadonlySet<string>): Technique[] {
  const classes = reasoned.filter(isClass);
  const above = new Map(
    classes.map((node) => [
      localId(node['@id']),
      strings(node[SUBCLASS], '@id')
        .filter((iri) => iri.startsWith(NAMESPACE))
        .map(localId),
    ]),
  );
  const closure = new Map([...above.keys()].map((id) => [id, ancestors(id, above)]));
  const isSpecifier = (id: string): boolean => id === SPECIFIERS || closure.get(id)?.has(SPECIFIERS) === true;
  return classes
    .map((node): Technique => {
      const id = localId(node['@id']);
      const all = [...(closure.get(id) ?? [])].filter((other) => other !== id && closure.has(other));
      const label = text(strings(node[LABEL], '@value')[0] ?? '');
      return {
        id,
        label,
        synonyms: [...new Set(strings(node[SYNONYM], '@value').map(text))]
          .filter((name) => name !== label)
          .sort(),
        parents: all
          .filter(
            (parent) =>
              !all.some((other) => closure.get(other)?.has(parent) && !closure.get(parent)?.has(other)),
          )
          .sort(),
      };
    })
    .filter(
      (technique) => technique.label !== '' && !isSpecifier(technique.id) && sourceIds.has(technique.id),
    )
    .sort((a, b) => (a.id < b.id ? -1 : 1));
}

/** The file's text: one technique a line, so that a new release of PaNET reads well as a difference. */
export function techniquesFile(folder: string): string {
  const reasoned: readonly Node[] = JSON.parse(readFileSync(join(folder, 'PaNET_reasoned.json'), 'utf8'));
  const source = readFileSync(join(folder, 'PaNET.csv'), 'utf8');
  const ids = new Set(
    [...source.matchAll(/\bpan-science\/PaNET\/(PaNET\d+)/g)].map((match) => match[1] ?? ''),
  );
  const version = reasoned.flatMap((node) => strings(node[`${OWL}versionInfo`], '@value'))[0] ?? 'unknown';
  const about = {
    name: 'Techniques, derived from PaNET, the Photon and Neutron Experimental Techniques ontology',
    source: 'https://github.com/ExPaNDS-eu/ExPaNDS-experimental-techniques-ontology',
    version,
    license: 'CC-BY-4.0',
    licenseUrl: 'https://creativecommons.org/licenses/by/4.0/',
    attribution:
      'PaNET by its authors in ExPaNDS (European Open Science Cloud Photon and Neutron Data Services)',
    changes:
      'Ids, labels, synonyms and parents only; definitions, specifiers and axioms left out; of all ancestors after reasoning the direct ones are kept; spaces in names collapsed; one technique a line. Made by vocabularies/build.ts.',
  };
  const lines = deriveTechniques(reasoned, ids).map((technique) => `    ${JSON.stringify(technique)}`);
  return `{\n  "about": ${JSON.stringify(about, null, 2).replaceAll('\n', '\n  ')},\n  "techniques": [\n${lines.join(',\n')}\n  ]\n}\n`;
}

const script = process.argv[1];
if (script !== undefined && realpathSync(script) === fileURLToPath(import.meta.url)) {
  const folder = process.argv[2];
  if (folder === undefined) {
    process.stderr.write('usage: build.ts <folder with PaNET.csv and PaNET_reasoned.json>\n');
    process.exit(2);
  }
  process.stdout.write(techniquesFile(folder));
}
