import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { formatsSchema, indexFormats } from '../../src/vocabulary/formats.ts';
import { loadVocabulary } from '../../src/vocabulary/load.ts';

describe('formats', () => {
  const vocabulary = loadVocabulary();

  test("every lab's spelling of NeXus is one id", () => {
    for (const text of ['NeXus', 'nexus', 'NXS', '.nxs', ' Nexus File ']) {
      assert.equal(vocabulary.format(text)?.id, 'NeXus', text);
    }
  });

  test('an EDAM id and a registered media type name their format', () => {
    for (const text of ['format_3590', 'edam:format_3590', 'http://edamontology.org/format_3590']) {
      assert.equal(vocabulary.format(text)?.id, 'HDF5', text);
    }
    assert.equal(vocabulary.format('image/tiff')?.id, 'TIFF');
  });

  test('formats that resemble each other stay apart', () => {
    const pairs = [
      ['mrc', 'MRC'],
      ['mrcs', 'MRCS'],
      ['cif', 'CIF'],
      ['mmcif', 'mmCIF'],
      ['tif', 'TIFF'],
      ['ome.tif', 'OME-TIFF'],
      ['h5', 'HDF5'],
      ['nxtomo', 'NXtomo'],
    ] as const;
    for (const [text, id] of pairs) assert.equal(vocabulary.format(text)?.id, id);
  });

  test('an ending that two formats have names neither', () => {
    assert.equal(vocabulary.format('xtc'), null);
    assert.equal(vocabulary.format('LCLS XTC')?.id, 'LCLS-XTC');
    const two = indexFormats(
      formatsSchema.parse(['A', 'B'].map((id) => ({ id, label: id, synonyms: ['.img'] }))),
    );
    assert.equal(two.format('img'), null);
  });

  test('every packaged format is found by its id and its label', () => {
    for (const { id, label } of vocabulary.formats()) {
      assert.equal(vocabulary.format(id)?.id, id);
      assert.equal(vocabulary.format(label)?.id, id);
    }
  });
});
