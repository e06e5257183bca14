import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { loadVocabulary } from '../../src/vocabulary/load.ts';
import fc from '../support/fast-check.ts';

const vocabulary = loadVocabulary();

describe('the packaged vocabulary', () => {
  test('is read once', () => {
    assert.equal(loadVocabulary(), vocabulary);
  });

  test('has every technique of PaNET once, each found by its id, and by its label where no other has it', () => {
    const terms = vocabulary.techniques();
    assert(terms.length > 350);
    assert.equal(new Set(terms.map(({ id }) => id)).size, terms.length);
    for (const term of terms) {
      assert.deepEqual(vocabulary.technique(term.id), term);
      const shared = terms.filter(({ label }) => label.toLowerCase() === term.label.toLowerCase()).length > 1;
      assert.equal(vocabulary.technique(term.label)?.id ?? null, shared ? null : term.id);
    }
  });

  test('says EM as PaNET does: one technique has it, electron microscopy, and as a synonym', () => {
    assert.deepEqual(vocabulary.technique('EM'), {
      ...{ id: 'PaNET01145', label: 'electron microscopy', synonyms: ['EM'], definition: null },
      ...{ terms: [], broader: ['PaNET01047', 'PaNET01069'], narrower: ['PaNET01146'] },
    });
    assert.equal(vocabulary.senses('EM').length, 1);
  });

  test('technique-hyphen: a hyphen of any kind, a blank and neither are one spelling', () => {
    for (const [label, ...spellings] of [
      ['x-ray tomography', 'X ray tomography', 'xray tomography', 'x\u2011ray tomography'],
      ['small angle x-ray scattering', 'small-angle x-ray scattering', 'SmallAngle Xray Scattering'],
      ['time of flight spectrometry', 'time-of-flight spectrometry'],
      ['electron microscopy', 'electron-microscopy', 'electron\u2010microscopy', 'electron_microscopy'],
      ['reflectometry', 'Reflectometry'],
    ] as const) {
      const term = vocabulary.technique(label);
      assert.equal(term?.label, label);
      for (const spelling of spellings) assert.equal(vocabulary.technique(spelling), term, spelling);
    }
  });

  test('an accent is left out, or written as two letters', () => {
    for (const text of ['Röntgen technique', 'Rontgen technique', 'Roentgen techniques', 'röntgen-technique'])
      assert.equal(loadVocabulary().technique(text)?.id, 'PaNET01012', text);
    assert.equal(loadVocabulary().technique('tomográphy')?.label, 'tomography');
  });

  test('formats and frameworks are spelled as freely', () => {
    for (const name of ['HDF-5', 'hdf 5', 'hdf5', 'Hdf_5'])
      assert.equal(vocabulary.format(name)?.id, 'HDF5', name);
    for (const name of ['cryo SPARC', 'Cryo-SPARC', 'cryosparc'])
      assert.equal(vocabulary.framework(name), 'cryoSPARC', name);
  });

  test('knows that ptychography is below scattering', () => {
    const ptychography = vocabulary.technique('ptychography');
    assert(ptychography !== null);
    assert(vocabulary.narrower('PaNET00200').includes(ptychography.id));
    assert(!vocabulary.narrower(ptychography.id).includes('PaNET00200'));
  });

  test('narrower is transitive, and never gives what is not a technique', () => {
    const ids = vocabulary.techniques().map(({ id }) => id);
    for (const id of ids) {
      const below = vocabulary.narrower(id);
      assert(below.includes(id));
      for (const other of below) {
        assert(ids.includes(other));
        assert(vocabulary.narrower(other).every((lower) => below.includes(lower)));
      }
    }
  });

  test('no text makes a lookup throw, and none finds what the object prototype has', () => {
    const lookups = [
      vocabulary.technique,
      vocabulary.technique,
      vocabulary.narrower,
      vocabulary.format,
      vocabulary.framework,
      vocabulary.frameworkSynonyms,
      vocabulary.license,
    ];
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        for (const lookup of lookups) lookup(text);
      }),
    );
    for (const text of ['__proto__', 'constructor', 'toString', 'hasOwnProperty', '\ud800']) {
      assert.equal(vocabulary.technique(text), null);
      assert.equal(vocabulary.technique(text), null);
      assert.deepEqual(vocabulary.narrower(text), []);
      assert.equal(vocabulary.format(text), null);
      assert.equal(vocabulary.framework(text), null);
      assert.deepEqual(vocabulary.frameworkSynonyms(text), []);
      assert.equal(vocabulary.license(text).state, 'declared');
    }
  });

  test('names are found in any case and with space around them', () => {
    const names = [
      ...vocabulary.techniques().map(({ id }) => [id, vocabulary.technique] as const),
      ...vocabulary.formats().map(({ id }) => [id, vocabulary.format] as const),
      ...vocabulary.frameworks().map((name) => [name, vocabulary.framework] as const),
    ];
    for (const [name, lookup] of names) {
      for (const text of [name.toUpperCase(), name.toLowerCase(), ` \t${name}\n`]) {
        assert.deepEqual(lookup(text), lookup(name), text);
      }
    }
  });
});
