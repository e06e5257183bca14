import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { describe, test } from 'node:test';
import { deriveTechniques, techniquesFile } from '../../vocabularies/build.ts';
import { needsShared, sharedData } from '../support/shared.ts';

const IRI = 'http://purl.org/pan-science/PaNET/';
const owlClass = (id: string, label: string, above: readonly string[], more: object = {}) => ({
  '@id': `${IRI}${id}`,
  '@type': ['http://www.w3.org/2002/07/owl#Class'],
  'http://www.w3.org/2000/01/rdf-schema#label': [{ '@value': label }],
  'http://www.w3.org/2000/01/rdf-schema#subClassOf': above.map((other) => ({ '@id': `${IRI}${other}` })),
  ...more,
});
const every = { has: () => true } as unknown as ReadonlySet<string>;

describe('deriving the techniques', () => {
  test('only the direct ancestors stay', () => {
    const derived = deriveTechniques(
      [
        owlClass('PaNET00001', 'a', []),
        owlClass('PaNET00002', 'b', ['PaNET00001']),
        owlClass('PaNET00003', 'c', ['PaNET00001', 'PaNET00002']),
      ],
      every,
    );
    assert.deepEqual(
      derived.map(({ parents }) => parents),
      [[], ['PaNET00001'], ['PaNET00002']],
    );
  });

  test('equivalent classes, each above the other, keep each other as parents', () => {
    const derived = deriveTechniques(
      [owlClass('PaNET00001', 'a', ['PaNET00002']), owlClass('PaNET00002', 'b', ['PaNET00001'])],
      every,
    );
    assert.deepEqual(
      derived.map(({ parents }) => parents),
      [['PaNET00002'], ['PaNET00001']],
    );
  });

  test('specifiers, deprecated classes, blank nodes and other ontologies are left out', () => {
    const derived = deriveTechniques(
      [
        owlClass('PaNET00001', 'a', []),
        owlClass('PaNET2000000', 'photon and neutron specifiers', []),
        owlClass('PaNET2011000', 'probe', ['PaNET2000000']),
        owlClass('PaNET00009', 'old', [], {
          'http://www.w3.org/2002/07/owl#deprecated': [{ '@value': 'true' }],
        }),
        { '@id': '_:b0', '@type': ['http://www.w3.org/2002/07/owl#Class'] },
        { ...owlClass('x', 'y', []), '@id': 'https://www.wikidata.org/wiki/Q133900' },
      ],
      every,
    );
    assert.deepEqual(
      derived.map(({ id }) => id),
      ['PaNET00001'],
    );
  });

  test('spaces around and within names are collapsed, and a synonym is not the label again', () => {
    const synonyms = ['a  b', ' c ', 'c'].map((value) => ({ '@value': value }));
    const derived = deriveTechniques(
      [owlClass('PaNET00001', ' a b ', [], { 'http://www.w3.org/2004/02/skos/core#altLabel': synonyms })],
      every,
    );
    assert.deepEqual(derived, [{ id: 'PaNET00001', label: 'a b', synonyms: ['c'], parents: [] }]);
  });

  test('the packaged file is what the real PaNET gives', needsShared('panet/PaNET_reasoned.json'), () => {
    const packaged = readFileSync(new URL('../../vocabularies/techniques.json', import.meta.url), 'utf8');
    assert.equal(packaged, techniquesFile(dirname(sharedData('panet/PaNET_reasoned.json')!)));
  });
});
