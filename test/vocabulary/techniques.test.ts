import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { indexSenses } from '../../src/vocabulary/senses.ts';
import { indexTechniques, techniquesSchema } from '../../src/vocabulary/techniques.ts';

const techniques = (
  ...list: readonly (readonly [id: string, label: string, synonyms: string[], parents: string[]])[]
) => {
  const index = indexTechniques(
    techniquesSchema.parse({
      about: {},
      techniques: list.map(([id, label, synonyms, parents]) => ({ id, label, synonyms, parents })),
    }),
  );
  return { ...index, ...indexSenses(index) };
};

describe('techniques', () => {
  const some = techniques(
    ['PaNET00001', 'technique', [], []],
    ['PaNET00002', 'scattering', ['scatter'], ['PaNET00001']],
    ['PaNET00003', 'electron microscopy', ['EM'], ['PaNET00001']],
    ['PaNET00004', 'small angle scattering', ['SAS'], ['PaNET00002', 'PaNET00001']],
  );

  test('an id is known in all its forms, in any case', () => {
    for (const text of [
      'PaNET00004',
      ' panet00004 ',
      'panet:PaNET00004',
      'http://purl.org/pan-science/PaNET/PaNET00004',
      'https://purl.org/pan-science/PaNET/PaNET00004',
    ]) {
      assert.equal(some.technique(text)?.id, 'PaNET00004', text);
    }
  });

  test('an id that is not in the file is null, and so is another namespace', () => {
    for (const text of ['PaNET09999', 'https://example.org/PaNET00004', 'PaNET00004/', 'xPaNET00004', '']) {
      assert.equal(some.technique(text), null, text);
    }
  });

  test('a technique is known by its label and its synonyms, hyphenated, joined or apart, in any case', () => {
    for (const text of [
      'Small  Angle SCATTERING',
      'small-angle scattering',
      'small\u2011anglescattering',
      'sas',
    ]) {
      assert.deepEqual(
        some.technique(text),
        {
          ...{ id: 'PaNET00004', label: 'small angle scattering', synonyms: ['SAS'], definition: null },
          ...{ terms: [], broader: ['PaNET00002', 'PaNET00001'], narrower: [] },
        },
        text,
      );
    }
  });

  test('EM names the one technique that has it, and nothing once a second has it', () => {
    assert.equal(some.technique('EM')?.id, 'PaNET00003');
    const two = techniques(
      ['PaNET00003', 'electron microscopy', ['EM'], []],
      ['PaNET00005', 'emission microscopy', ['em'], []],
    );
    assert.equal(two.technique('EM'), null);
  });

  test('a label that two techniques have names neither, and their ids still do', () => {
    const two = techniques(['PaNET00003', 'imaging', [], []], ['PaNET00005', 'Imaging', [], []]);
    assert.equal(two.technique('imaging'), null);
    assert.equal(two.technique('PaNET00005')?.id, 'PaNET00005');
  });

  test('narrower gives the technique and all below it, each once', () => {
    assert.deepEqual(some.narrower('PaNET00001'), ['PaNET00001', 'PaNET00002', 'PaNET00003', 'PaNET00004']);
    assert.deepEqual(some.narrower('panet:PaNET00004'), ['PaNET00004']);
    assert.deepEqual(some.narrower('PaNET09999'), []);
  });

  test('techniques that are below each other in a circle are all narrower than each, without end', () => {
    const circle = techniques(
      ['PaNET00001', 'a', [], ['PaNET00003']],
      ['PaNET00002', 'b', [], ['PaNET00001']],
      ['PaNET00003', 'c', [], ['PaNET00002', 'PaNET00003']],
    );
    for (const id of ['PaNET00001', 'PaNET00002', 'PaNET00003']) {
      assert.deepEqual(circle.narrower(id), ['PaNET00001', 'PaNET00002', 'PaNET00003']);
    }
  });
});
