import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { FederationError } from '../../../src/model/errors.ts';
import { importPanet } from '../../../src/vocabulary/panet/import.ts';
import {
  type ImportedTechnique,
  type Ontology,
  techniquesOf,
} from '../../../src/vocabulary/panet/ontology.ts';
import { readReasoned, reasonedSchema } from '../../../src/vocabulary/panet/reasoned.ts';
import { readTable } from '../../../src/vocabulary/panet/table.ts';
import { indexTechniques, techniquesSchema } from '../../../src/vocabulary/techniques.ts';
import { needsShared, sharedData } from '../../support/shared.ts';

const IRI = 'http://purl.org/pan-science/PaNET/';
const RDFS = 'http://www.w3.org/2000/01/rdf-schema#';
const owlClass = (id: string, label: string, above: readonly string[], more: object = {}) => ({
  '@id': `${IRI}${id}`,
  '@type': ['http://www.w3.org/2002/07/owl#Class'],
  [`${RDFS}label`]: [{ '@value': label }],
  [`${RDFS}subClassOf`]: above.map((other) => ({ '@id': `${IRI}${other}` })),
  ...more,
});

const imported = (...nodes: object[]): readonly ImportedTechnique[] =>
  JSON.parse(importPanet(JSON.stringify(nodes), 'x.json', null).text).techniques;
const parents = (techniques: readonly ImportedTechnique[]) => techniques.map((one) => one.parents);

describe('techniques of PaNET after reasoning', () => {
  test('have the direct ancestors alone', () => {
    const found = imported(
      owlClass('PaNET00001', 'a', []),
      owlClass('PaNET00002', 'b', ['PaNET00001']),
      owlClass('PaNET00003', 'c', ['PaNET00001', 'PaNET00002']),
    );
    assert.deepEqual(parents(found), [[], ['PaNET00001'], ['PaNET00002']]);
  });

  test('that are equivalent have each other as parents, and what is above both', () => {
    const found = imported(
      owlClass('PaNET00001', 'a', []),
      owlClass('PaNET00002', 'b', ['PaNET00003', 'PaNET00001']),
      owlClass('PaNET00003', 'c', ['PaNET00002']),
    );
    assert.deepEqual(parents(found), [[], ['PaNET00001', 'PaNET00003'], ['PaNET00001', 'PaNET00002']]);
  });

  test('are no specifiers, deprecated classes, blank nodes or classes of other ontologies', () => {
    const found = imported(
      owlClass('PaNET00001', 'a', []),
      owlClass('PaNET2000000', 'photon and neutron specifiers', []),
      owlClass('PaNET2011000', 'probe', ['PaNET2000000']),
      owlClass('PaNET00009', 'old', [], {
        'http://www.w3.org/2002/07/owl#deprecated': [{ '@value': 'true' }],
      }),
      { '@id': '_:b0', '@type': ['http://www.w3.org/2002/07/owl#Class'] },
      { ...owlClass('x', 'y', []), '@id': 'https://www.wikidata.org/wiki/Q133900' },
    );
    assert.deepEqual(
      found.map(({ id }) => id),
      ['PaNET00001'],
    );
  });

  test('have one blank between words, no synonym that is the label again, and PaNET’s own definitions', () => {
    const synonyms = ['a  b', ' c ', 'c'].map((value) => ({ '@value': value }));
    const altLabel = { 'http://www.w3.org/2004/02/skos/core#altLabel': synonyms };
    const definition = { 'http://purl.obolibrary.org/obo/IAO_0000115': [{ '@value': ' of  a ' }] };
    const source = {
      'http://purl.obolibrary.org/obo/IAO_0000119': [{ '@value': 'https://en.wikipedia.org/wiki/A' }],
    };
    const technique = { id: 'PaNET00001', label: 'a b', synonyms: ['c'] };
    assert.deepEqual(imported(owlClass('PaNET00001', ' a b ', [], { ...altLabel, ...definition })), [
      { ...technique, definition: 'of a', parents: [] },
    ]);
    assert.deepEqual(imported(owlClass('PaNET00001', 'a b', [], { ...altLabel, ...definition, ...source })), [
      { ...technique, parents: [] },
    ]);
  });
});

describe('what is no file of PaNET', () => {
  for (const [what, text, at] of [
    ['another JSON', '{"a": 1}', 'x'],
    ['JSON that breaks off', '[{"@id": "', 'x'],
    ['JSON without techniques', '[]', 'x'],
    [
      'JSON with a label that is none',
      JSON.stringify([owlClass('PaNET00001', 'a', [], { [`${RDFS}label`]: 1 })]),
      'x',
    ],
    ['a text', 'once upon a time', 'x:1'],
    ['a table without templates', 'ID,Label\n1,a\n', 'x:1'],
    ['a table with a quote that is not closed', '"ID', 'x:1'],
    ['a table with an expression that is not read', table("('a' or 'b')"), 'x:3'],
    ['a table with a name that no row has', table('nobody'), 'x:3'],
  ] as const) {
    test(`is refused, with its place: ${what}`, () => {
      assert.throws(
        () => importPanet(text, 'x', null),
        (error) => error instanceof FederationError && error.code === 'USAGE' && error.at === at,
      );
    });
  }
});

/** A table of one class, which equals the expression. */
function table(expression: string): string {
  return `number,ID,Label,Equivalent\n,ID,A rdfs:label,SC %,EC %\n1,${IRI}PaNET00001,a,,"${expression}"\n`;
}

const pairsOf = ({ above }: Ontology): ReadonlySet<string> =>
  new Set([...above].flatMap(([id, found]) => [...found].map((upper) => `${id} ${upper}`)));

describe('the real PaNET', needsShared('panet/PaNET_reasoned.json'), () => {
  const read = (name: string) => readFileSync(sharedData(`panet/${name}`) ?? '', 'utf8');

  test('is the packaged file', () => {
    const packaged = readFileSync(new URL('../../../vocabularies/techniques.json', import.meta.url), 'utf8');
    assert.equal(packaged, importPanet(read('PaNET_reasoned.json'), 'PaNET_reasoned.json', null).text);
  });

  test('has 3,741 pairs of a class and one above it: 75 are Wikidata’s, 386 of specifiers, and ours are all others', () => {
    const nodes = JSON.parse(read('PaNET_reasoned.json')) as Record<string, { '@id': string }[]>[];
    const pairs = nodes.flatMap((node) =>
      (node[`${RDFS}subClassOf`] ?? []).map((upper) => [String(node['@id']), upper['@id']] as const),
    );
    assert.equal(pairs.length, 3_741);
    const inside = pairs.filter((pair) => pair.every((iri) => iri.startsWith(IRI)));
    assert.equal(pairs.length - inside.length, 75);
    const { techniques } = JSON.parse(importPanet(read('PaNET_reasoned.json'), 'x', null).text);
    const ids = new Set((techniques as ImportedTechnique[]).map(({ id }) => id));
    const local = inside.map((pair) => pair.map((iri) => iri.slice(IRI.length)) as [string, string]);
    const ofTechniques = local.filter((pair) => pair.every((id) => ids.has(id)));
    assert.equal(local.length - ofTechniques.length, 386);
    assert.ok(
      local.every((pair) => pair.every((id) => ids.has(id)) || pair.every((id) => id.startsWith('PaNET2'))),
    );
    const index = indexTechniques(techniquesSchema.parse({ about: {}, techniques }));
    const ours = [...ids].flatMap((upper) =>
      index.narrower(upper).flatMap((id) => (id === upper ? [] : [`${id} ${upper}`])),
    );
    assert.deepEqual(ours.sort(), ofTechniques.map((pair) => pair.join(' ')).sort());
  });

  test('follows from the table of its authors, which also has what is equivalent', () => {
    const authored = readTable(read('PaNET.csv'));
    const reasoned = readReasoned(reasonedSchema.parse(JSON.parse(read('PaNET_reasoned.json'))));
    const pairs = pairsOf(authored);
    const published = pairsOf(reasoned);
    assert.deepEqual(
      [...published].filter((pair) => !pairs.has(pair)),
      [],
    );
    // The reasoned file has the equivalence of these by another axiom, or not at all.
    const equivalent = [
      ['PaNET00401', 'PaNET01106'],
      ['PaNET01107', 'PaNET01273'],
      ['PaNET01261', 'PaNET01334'],
      ['PaNET2014001', 'PaNET2020070'],
    ].flatMap(([one, other]) => [`${one} ${one}`, `${one} ${other}`, `${other} ${one}`, `${other} ${other}`]);
    assert.deepEqual([...pairs].filter((pair) => !published.has(pair)).sort(), equivalent.sort());
    const named = ({ id, label, synonyms, definition }: ImportedTechnique) => ({
      id,
      label,
      synonyms,
      definition,
    });
    assert.deepEqual(techniquesOf(authored).map(named), techniquesOf(reasoned).map(named));
  });
});
