import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { loadVocabulary } from '../../src/vocabulary/load.ts';
import { joinedKey } from '../../src/vocabulary/names.ts';
import { spellingKey } from '../../src/vocabulary/spelling.ts';

describe('the spelling of a name', () => {
  for (const [one, ...others] of [
    ['polarized neutron', 'polarised neutrons', 'Polarized-Neutron'],
    ['color center', 'colour centre', 'colours centers'],
    ['x-ray microscopy', 'X ray microscopies', 'xray microscopy'],
    ['spectral analysis', 'spectral analyses'],
    ['catalog', 'catalogue', 'catalogues'],
    ['modeling', 'modelling'],
    ['fiber diffraction', 'fibre diffraction'],
    ['sulfur', 'sulphur'],
    ['tomogram', 'tomograms'],
    ['crystallography', 'Crystallographies'],
    ['röntgen', 'Rontgen', 'ro\u0308ntgen'],
    ['tomography', 'tomográphy'],
  ]) {
    test(`is one: ${[one, ...others].join(', ')}`, () => {
      for (const other of others) assert.equal(spellingKey(other ?? ''), spellingKey(one ?? ''), other);
    });
  }

  for (const [one, other] of [
    ['SAX', 'SAXS'],
    ['EM', 'EMS'],
    ['scattering', 'scatter'],
    ['diffraction', 'diffractometer'],
    ['muon', 'moon'],
    ['emission', 'mission'],
    ['gas', 'ga'],
    ['analysis', 'analyst'],
  ] as const) {
    test(`is not one: ${one}, ${other}`, () => {
      assert.notEqual(spellingKey(one), spellingKey(other));
    });
  }

  test('is the one of each name of PaNET that nothing else has', () => {
    const owners = new Map<string, Set<string>>();
    for (const { id, label, synonyms } of loadVocabulary().techniques()) {
      for (const name of [label, ...synonyms]) {
        const key = spellingKey(name) ?? '';
        owners.set(key, (owners.get(key) ?? new Set()).add(`${id} ${joinedKey(name)}`));
      }
    }
    const misled = [...owners.values()].filter((of) => {
      const ids = new Set([...of].map((one) => one.split(' ')[0]));
      const keys = new Set([...of].map((one) => one.split(' ')[1]));
      return ids.size > 1 && keys.size > 1;
    });
    assert.deepEqual(misled, []);
  });

  test('is none of an empty or an endless name', () => {
    for (const text of ['', ' - ', 'a'.repeat(2_000)]) assert.equal(spellingKey(text), null);
  });
});
