// PaNET as its authors write it: a table (CSV) by the templates of ROBOT, a row a class, of which the reasoner makes the rest.
// http://robot.obolibrary.org/template
import { parse } from 'csv-parse/sync';
import { type Conjunct, readClassExpression } from './class-expression.ts';
import { classify, type Intersection, type Restriction } from './classify.ts';
import { NAMESPACE, type Ontology, type OntologyClass } from './ontology.ts';

/** What the templates of the columns are, which the second row has. */
const COLUMNS = {
  id: 'ID',
  label: 'A rdfs:label',
  synonym: 'A http://www.w3.org/2004/02/skos/core#altLabel',
  definition: 'A IAO:0000115',
  definitionSource: 'A IAO:0000119',
  type: 'TYPE',
  below: 'SC %',
  equal: 'EC %',
  domain: 'DOMAIN',
  range: 'RANGE',
} as const;

type Column = keyof typeof COLUMNS;

/** A row, by column: the texts in it that are not empty. */
type Row = Readonly<Record<Column, readonly string[]>>;

/** `row` counts from 1. */
type NumberedRow = Row & { readonly row: number };

/** Why a table could not be read, with its row, counted from 1 as in an editor. */
export class UnreadableTable extends Error {
  override readonly name = 'UnreadableTable';
  readonly row: number;
  constructor(message: string, row: number) {
    super(message);
    this.row = row;
  }
}

/**
 * The ontology: its classes, and all that follows to be above each. The columns that say `EC %` of one row are one intersection,
 * which the class equals. Throws {@link UnreadableTable} for a text that is no table by ROBOT's templates, an expression that is
 * not read, and a name that no row has.
 */
export function readTable(text: string): Ontology {
  const lines = cellsOf(text);
  const header = lines.findIndex((cells) => cells.includes(COLUMNS.id) && cells.includes(COLUMNS.below));
  const template = lines[header];
  if (template === undefined)
    throw new UnreadableTable('no row has the templates of the columns (ID, SC % …)', 1);
  const rows = lines.slice(header + 1).map(
    (cells, index): NumberedRow => ({
      row: header + 2 + index,
      ...rowOf(template, cells),
    }),
  );
  const named = namesOf(rows);
  const below = new Map<string, Intersection>();
  const equal = new Map<string, Intersection[]>();
  const domains = new Map<string, string>();
  const ranges = new Map<string, string>();
  const classes = new Map<string, OntologyClass>();
  for (const row of rows) {
    const id = idOf(row);
    const [type = ''] = row.type;
    if (id === null) continue;
    if (type === PROPERTY) {
      for (const [column, map] of [
        ['domain', domains],
        ['range', ranges],
      ] as const) {
        const [name] = row[column];
        if (name !== undefined && name !== THING) map.set(id, named(name, row.row, column === 'range'));
      }
    } else if (type === '' || type === 'owl:Class') {
      const isSpecifier = SPECIFIER_ID.test(id);
      // A class may have several rows.
      classes.set(id, joined(classes.get(id), classOf(id, row)));
      const { classes: above, restrictions } = intersectionOf(row.below, row.row, named, isSpecifier);
      const before = below.get(id);
      below.set(id, {
        classes: [...(before?.classes ?? []), ...above],
        restrictions: [...(before?.restrictions ?? []), ...restrictions],
      });
      if (row.equal.length > 0)
        equal.set(id, [...(equal.get(id) ?? []), intersectionOf(row.equal, row.row, named, isSpecifier)]);
    }
  }
  const above = new Map<string, ReadonlySet<string>>();
  for (const [id, found] of classify({ below, equal, domains, ranges })) {
    above.set(id, new Set([...found].filter((other) => classes.has(other))));
  }
  return { classes: [...classes.values()], above, version: null };
}

const THING = 'owl:Thing';
const PROPERTY = 'owl:ObjectProperty';

function cellsOf(text: string): readonly (readonly string[])[] {
  try {
    return parse(text, { bom: true, relax_column_count: true, trim: true });
  } catch (error) {
    const { message, lines } = error as Error & { readonly lines?: number };
    throw new UnreadableTable(message, lines ?? 1);
  }
}

function rowOf(template: readonly string[], cells: readonly string[]): Row {
  const texts = (column: Column) =>
    cells.filter((cell, index) => template[index] === COLUMNS[column] && cell !== '');
  const columns = Object.keys(COLUMNS) as Column[];
  return Object.fromEntries(columns.map((column) => [column, texts(column)])) as Record<Column, string[]>;
}

/** null: the row is a heading, or of another ontology. */
function idOf({ id: [iri = ''] }: Row): string | null {
  return iri.startsWith(`${NAMESPACE}PaNET`) ? iri.slice(NAMESPACE.length) : null;
}

const classOf = (id: string, row: Row): OntologyClass => ({
  id,
  label: row.label[0] ?? '',
  synonyms: row.synonym,
  definition: row.definition[0] ?? null,
  definitionSource: row.definitionSource[0] ?? null,
});

const joined = (first: OntologyClass | undefined, more: OntologyClass): OntologyClass =>
  first === undefined
    ? more
    : {
        id: first.id,
        label: first.label === '' ? more.label : first.label,
        synonyms: [...first.synonyms, ...more.synonyms],
        definition: first.definition ?? more.definition,
        definitionSource: first.definitionSource ?? more.definitionSource,
      };

/** The id for a name in an expression of a row: of a specifier, or else of a technique, where several have the name. */
type Named = (name: string, row: number, isSpecifier: boolean) => string;

/** From the names that expressions have to ids: labels, or `PaNET:PaNET00104`. */
function namesOf(rows: readonly NumberedRow[]): Named {
  const byName = new Map<string, Set<string>>();
  for (const row of rows) {
    const id = idOf(row);
    if (id === null) continue;
    for (const name of [`PaNET:${id}`, ...row.label])
      byName.set(name, (byName.get(name) ?? new Set()).add(id));
  }
  return (name, row, isSpecifier) => {
    // A class of another ontology.
    if (/^https?:/.test(name) && !name.startsWith(NAMESPACE)) return name;
    const called = [...(byName.get(name) ?? [])];
    const found = called.length > 1 ? called.filter((id) => SPECIFIER_ID.test(id) === isSpecifier) : called;
    const [id] = found;
    if (id === undefined || found.length > 1) {
      const what = called.length > 1 ? 'several rows are' : 'no row is';
      throw new UnreadableTable(`${what} called ${JSON.stringify(name)}`, row);
    }
    return id;
  };
}

/** The numbers that PaNET gives to specifiers; a technique and what it is defined by may have one label. */
const SPECIFIER_ID = /^PaNET2\d{6}$/;

/** The intersection of what the expressions of one row say; `isSpecifier`: whether the row is of a specifier. */
function intersectionOf(
  expressions: readonly string[],
  row: number,
  named: Named,
  isSpecifier: boolean,
): Intersection {
  const conjuncts = expressions
    .filter((expression) => expression !== THING)
    .flatMap((expression): readonly Conjunct[] => {
      const found = readClassExpression(expression);
      if (found === null) throw new UnreadableTable(`the expression ${expression} is not read`, row);
      return found;
    });
  return {
    classes: conjuncts.flatMap((one) => ('name' in one ? [named(one.name, row, isSpecifier)] : [])),
    restrictions: conjuncts.flatMap((one): readonly Restriction[] =>
      'name' in one ? [] : [{ property: named(one.property, row, false), some: named(one.some, row, true) }],
    ),
  };
}
