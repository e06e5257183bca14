// SPDX 3.0.1: packages of a graph, and the licenses that its elements join.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { bytesOf, sbomOf, spdx3 } from './sboms.ts';

describe('an SPDX 3.0.1 document', () => {
  const licensed = (elements: readonly object[], to: readonly unknown[]) => {
    const graph = [
      { type: 'software_Package', spdxId: 'p', name: 'p' },
      { type: 'Relationship', from: 'p', relationshipType: 'hasDeclaredLicense', to },
      ...elements,
    ];
    return sbomOf(bytesOf(spdx3(graph))).components[0]?.license;
  };

  test('has licenses that elements join', () => {
    const set = (spdxId: string, kind: string, ...members: string[]) => ({
      ...{ spdxId, type: `expandedlicensing_${kind}LicenseSet`, expandedlicensing_member: members },
    });
    const mit = { spdxId: 'm', type: 'expandedlicensing_ListedLicense', name: 'MIT' };
    assert.equal(
      licensed([mit, set('s', 'Disjunctive', 'm', 'https://spdx.org/licenses/ISC')], ['s']),
      'MIT OR ISC',
    );
    assert.equal(
      licensed(
        [mit, set('s', 'Disjunctive', 'm', 'https://spdx.org/licenses/ISC')],
        ['s', 'https://spdx.org/licenses/Zlib'],
      ),
      '(MIT OR ISC) AND Zlib',
    );
    const later = {
      ...{ spdxId: 'l', type: 'expandedlicensing_OrLaterOperator' },
      expandedlicensing_subjectLicense: 'm',
    };
    assert.equal(licensed([mit, later], ['l']), 'MIT+');
    const expression = {
      ...{ spdxId: 'e', type: 'simplelicensing_LicenseExpression' },
      simplelicensing_licenseExpression: 'MIT AND ISC',
    };
    assert.equal(licensed([expression], ['e']), 'MIT AND ISC');
  });

  test('has no license where elements refer to each other in a circle', () => {
    const set = (spdxId: string, member: string) => ({
      ...{ spdxId, type: 'expandedlicensing_ConjunctiveLicenseSet', expandedlicensing_member: [member] },
    });
    assert.equal(licensed([set('a', 'b'), set('b', 'a')], ['a']), null);
  });

  test('reads a thousand licenses of a thousand members once each', () => {
    const ids = Array.from({ length: 1_000 }, (_, index) => `s${index}`);
    const sets = ids.map((spdxId) => ({
      ...{ spdxId, type: 'expandedlicensing_ConjunctiveLicenseSet', expandedlicensing_member: ids },
    }));
    assert.equal(licensed(sets, ids), null);
  });

  test('has the license that was concluded before a declared one, unless nothing was concluded', () => {
    const graph = (concluded: string) => [
      { type: 'software_Package', spdxId: 'p', name: 'p' },
      { from: 'p', relationshipType: 'hasDeclaredLicense', to: ['https://spdx.org/licenses/MIT'] },
      { from: 'p', relationshipType: 'hasConcludedLicense', to: [concluded] },
    ];
    const none = 'https://spdx.org/rdf/3.0.1/terms/ExpandedLicensing/NoAssertionLicense';
    assert.equal(sbomOf(bytesOf(spdx3(graph(none)))).components[0]?.license, 'MIT');
    assert.equal(
      sbomOf(bytesOf(spdx3(graph('https://spdx.org/licenses/ISC')))).components[0]?.license,
      'ISC',
    );
  });

  test('gives packages and models, and neither files nor data', () => {
    const { components } = sbomOf(
      bytesOf(
        spdx3([
          { type: 'software_Package', name: 'a', software_packageVersion: '1' },
          { type: 'ai_AIPackage', name: 'model' },
          { type: 'software_File', name: 'f' },
          { type: 'dataset_DatasetPackage', name: 'd' },
          { type: 'software_Package', name: 'doc', software_primaryPurpose: 'documentation' },
        ]),
      ),
    );
    assert.deepEqual(
      components.map(({ name }) => name),
      ['a', 'model'],
    );
  });
});
