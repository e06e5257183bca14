import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { formatsSchema } from '../../src/vocabulary/format-schema.ts';
import { indexFormats } from '../../src/vocabulary/formats.ts';
import { loadVocabulary } from '../../src/vocabulary/load.ts';

const indexed = (formats: readonly object[]) =>
  indexFormats(formatsSchema.parse({ about: {}, formats }).formats);

describe('formats', () => {
  const vocabulary = loadVocabulary();
  const ids = (text: string) => vocabulary.formatsOf(text).map(({ id }) => id);

  test("every lab's spelling of NeXus is one id", () => {
    for (const text of ['NeXus', 'nexus', 'NXS', '.nxs', '*.nxs', ' Nexus File ', 'application/x-nexus']) {
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

  test('an ending that several formats have names none of them, and all are given', () => {
    for (const ending of ['.h5', '.img', '.spe', '.cif', 'xtc', 'img'])
      assert.equal(vocabulary.format(ending), null, ending);
    assert.deepEqual(ids('.xtc'), ['LCLS-XTC', 'GROMACS-XTC']);
    assert.deepEqual(ids('.spe'), ['Princeton-SPE', 'Maestro-SPE', 'ISIS-SPE']);
    for (const id of ['HDF5', 'NeXus', 'Eiger-HDF5', 'Data-Exchange', 'openPMD'])
      assert(ids('.h5').includes(id));
    for (const id of ['SMV', 'HiPic', 'R-AXIS', 'NIfTI']) assert(ids('.img').includes(id));
    assert.deepEqual(ids('nothing'), []);
  });

  test('a text with a dot is an ending alone, and one without is a name first', () => {
    assert.equal(vocabulary.format('.hierarchical data format 5'), null);
    assert.equal(vocabulary.format('raw')?.id, 'RAW');
    assert.equal(vocabulary.format('.raw'), null);
    assert.equal(ids('raw')[0], 'RAW');
    assert(ids('raw').includes('ISIS-RAW'));
  });

  test('a name of two formats is no ending of a third', () => {
    const two = indexed([
      { id: 'A', label: 'A', synonyms: ['x'] },
      { id: 'B', label: 'B', synonyms: ['x'] },
      { id: 'C', label: 'C', extensions: ['x'] },
    ]);
    assert.equal(two.format('x'), null);
    assert.equal(two.format('.x')?.id, 'C');
    assert.deepEqual(
      two.formatsOf('x').map(({ id }) => id),
      ['A', 'B', 'C'],
    );
  });

  test('an ending that is its own is a synonym of a format, by which images are searched for', () => {
    assert(vocabulary.format('NeXus')?.synonyms.includes('nxs'));
    assert(!vocabulary.format('NeXus')?.synonyms.includes('h5'));
  });

  test('a format includes what is it and what is in it, not what it is', () => {
    const nexus = vocabulary.narrowerFormats('NeXus');
    for (const id of ['NeXus', 'NXmx', 'NXtomo', 'NXxlaueplate', 'Lima-HDF5']) assert(nexus.includes(id), id);
    for (const id of ['HDF5', 'CXI', 'HDF4']) assert(!nexus.includes(id), id);
    const hdf5 = vocabulary.narrowerFormats('HDF5');
    for (const id of [...nexus, 'CXI', 'Imaris']) assert(hdf5.includes(id), id);
    assert.deepEqual(vocabulary.narrowerFormats('NXtomo'), ['NXtomo']);
    assert.deepEqual(vocabulary.narrowerFormats('nothing'), []);
  });

  test('a format that is or is in one that nobody lists is refused', () => {
    for (const field of [{ isA: ['B'] }, { in: 'B' }])
      assert.throws(() => indexed([{ id: 'A', label: 'A', ...field }]), /A refers to B/);
  });

  test('a format that is listed twice is refused', () => {
    assert.throws(
      () =>
        indexed([
          { id: 'A', label: 'A' },
          { id: 'A', label: 'B' },
        ]),
      /A is listed twice/,
    );
  });
});
