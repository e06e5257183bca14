import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { readVocabularyFile } from '../../src/vocabulary/document.ts';
import { frameworksSchema } from '../../src/vocabulary/frameworks.ts';
import { loadVocabulary } from '../../src/vocabulary/load.ts';

const file = readVocabularyFile(
  new URL('../../vocabularies/frameworks.yaml', import.meta.url),
  frameworksSchema,
);

describe('frameworks', () => {
  const vocabulary = loadVocabulary();

  test('a synonym gives the canonical name', () => {
    const pairs = [
      ['relion', 'RELION'],
      ['Relion-4', 'RELION'],
      ['simex_platform', 'SIMEX'],
      ['EPICS base', 'EPICS'],
      ['TANGO Controls', 'Tango'],
      ['ufo-kit', 'UFO'],
      ['MotionCor3', 'MotionCor3'],
    ] as const;
    for (const [text, name] of pairs) assert.equal(vocabulary.framework(text), name);
  });

  test('a name that two frameworks have names neither', () => {
    for (const text of ['Dragonfly', 'octopus']) assert.equal(vocabulary.framework(text), null, text);
    assert.equal(vocabulary.framework('Dragonfly ORS'), 'Dragonfly ORS');
  });

  test('a part of a name, or a name with more to it, is not the name', () => {
    for (const text of ['reli', 'relion-gui', 'my relion', ''])
      assert.equal(vocabulary.framework(text), null, text);
  });

  test('every packaged framework is found by its own name, and no other has it', () => {
    for (const name of vocabulary.frameworks()) assert.equal(vocabulary.framework(name), name);
  });

  test('every packaged synonym names its framework or, if shared, none', () => {
    for (const { name, synonyms } of file) {
      for (const synonym of synonyms) {
        const shared = file.filter((other) => other.synonyms.includes(synonym)).length > 1;
        assert.equal(vocabulary.framework(synonym), shared ? null : name, synonym);
      }
    }
  });

  test('synonyms are given for suggestions, none for an unknown name', () => {
    assert(vocabulary.frameworkSynonyms('RELION').includes('relion-4'));
    assert.deepEqual(vocabulary.frameworkSynonyms('nothing'), []);
  });

  test('a name that two frameworks have gives both of them, with what is known of each', () => {
    const names = (text: string) => vocabulary.frameworksOf(text).map(({ name }) => name);
    assert.deepEqual(names('octopus'), ['Octopus Reconstruction', 'Octopus TDDFT']);
    assert.deepEqual(names('nothing'), []);
    const [ccp4] = vocabulary.frameworksOf('ccp4 suite');
    assert.deepEqual(
      [ccp4?.biotools, ccp4?.rrid, ccp4?.homepage],
      ['ccp4', 'SCR_007255', 'https://www.ccp4.ac.uk'],
    );
  });

  test('an id is of one framework', () => {
    for (const kind of ['biotools', 'rrid', 'wikidata'] as const) {
      const ids = file.flatMap((framework) => framework[kind] ?? []);
      assert.deepEqual(ids, [...new Set(ids)]);
    }
  });

  test('a suite and what it holds name each other, and no suite holds itself', () => {
    const [dials] = vocabulary.frameworksOf('DIALS');
    assert.deepEqual([dials?.holds, dials?.heldBy], [['cctbx'], ['CCP4']]);
    for (const { name, holds } of file) {
      assert(!holds.includes(name));
      for (const held of holds)
        assert(vocabulary.frameworksOf(held).some(({ heldBy }) => heldBy.includes(name)));
    }
  });

  test('what a suite holds must be a framework of the file', () => {
    const entry = { name: 'A', homepage: 'https://a.example', holds: ['B'] };
    assert.match(
      frameworksSchema.safeParse([entry]).error?.message ?? '',
      /B is not a framework of this file/,
    );
  });

  test('every license that is stated of a framework is an expression that the vocabulary reads as it is written', () => {
    for (const { name, license } of file) {
      if (license !== undefined) assert.equal(vocabulary.license(license).expression, license, name);
    }
  });
});
