// Derives vocabularies/edam.json from EDAM: the state of each of its ids that the formats of the vocabulary name.
//
//   node --import tsx scripts/edam-formats.ts <EDAM.tsv> <version> > vocabularies/edam.json
//
// <EDAM.tsv> is the table of a release, as in the package edam-ontology of PyPI. EDAM is CC-BY-SA-4.0; ids alone are copied.
import { readFileSync, realpathSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { loadVocabulary } from '../src/vocabulary/load.ts';

/** concrete: a format that a file can have; abstract: a class of formats; obsolete: no longer used; missing: never an id. */
export type EdamState = 'concrete' | 'abstract' | 'obsolete' | 'missing';
type Row = Readonly<Record<string, string>>;

const NAMESPACE = 'http://edamontology.org/';
/** Textual, HTML, XML, binary, RDF: what formats are by their kind of coding. */
const KINDS = ['format_2330', 'format_2331', 'format_2332', 'format_2333', 'format_2376'];

/** The rows of a table with a title line, whose cells may be in quotes with tabs and line feeds within. */
export function rowsOf(tsv: string): readonly Row[] {
  const lines: string[][] = [[]];
  for (const [, quoted, plain = '', end] of tsv.matchAll(/(?:"((?:[^"]|"")*)"|([^\t\r\n]*))(\t|\r?\n|$)/g)) {
    lines.at(-1)?.push(quoted?.replaceAll('""', '"') ?? plain);
    if (end !== '\t') lines.push([]);
  }
  const [titles = [], ...rows] = lines.filter((cells) => cells.length > 1);
  return rows.map((cells) => Object.fromEntries(titles.map((title, index) => [title, cells[index] ?? ''])));
}

/**
 * The state of an id. A class of formats has narrower ones, neither a file name ending nor a media type of its own, and is
 * not below one of the kinds of coding; or EDAM says that it is not to be used for annotation.
 */
export function stateIn(rows: readonly Row[]): (id: string) => EdamState {
  const byId = new Map(rows.map((row) => [localId(row['Class ID']), row]));
  const parents = (id: string): readonly string[] => (byId.get(id)?.Parents ?? '').split('|').map(localId);
  const broader = new Set([...byId.keys()].flatMap(parents));
  const isCoded = (id: string, seen = new Set<string>()): boolean =>
    parents(id).some((parent) => {
      if (seen.has(parent)) return false;
      seen.add(parent);
      return KINDS.includes(parent) || isCoded(parent, seen);
    });
  return (id) => {
    const row = byId.get(id);
    if (row === undefined) return 'missing';
    if (row.Obsolete?.toLowerCase() === 'true') return 'obsolete';
    if (row.notRecommendedForAnnotation?.toLowerCase() === 'true') return 'abstract';
    const isTold = Boolean(row['File extension']) || Boolean(row['Media type']);
    return !broader.has(id) || isTold || isCoded(id) ? 'concrete' : 'abstract';
  };
}

const localId = (iri = ''): string => iri.replace(NAMESPACE, '');

/** The file's text, with the state of each of the ids, in their order. */
export function edamFile(tsv: string, version: string, ids: readonly string[]): string {
  const state = stateIn(rowsOf(tsv));
  const about = {
    name: 'The ids of EDAM that formats of the vocabulary name, and the state of each',
    source: NAMESPACE,
    version,
    license: 'CC-BY-SA-4.0 (EDAM; ids alone are copied)',
    changes: 'Made by scripts/edam-formats.ts',
  };
  const formats = Object.fromEntries([...ids].sort().map((id) => [id, state(id)]));
  return `${JSON.stringify({ about, formats }, null, 2)}\n`;
}

const script = process.argv[1];
if (script !== undefined && realpathSync(script) === fileURLToPath(import.meta.url)) {
  const [, , table, version] = process.argv;
  if (table === undefined || version === undefined) {
    process.stderr.write('usage: edam-formats.ts <EDAM.tsv> <version>\n');
    process.exit(2);
  }
  const ids = loadVocabulary()
    .formats()
    .flatMap(({ edam }) => edam ?? []);
  process.stdout.write(edamFile(readFileSync(table, 'utf8'), version, ids));
}
