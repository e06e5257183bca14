// What the vocabulary makes of what a data catalog states.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { factsOf } from '../../src/data-catalogs/facts.ts';
import type { StatedDataSet } from '../../src/data-catalogs/stated.ts';
import { vocabulary } from './asking.ts';

const STATED: StatedDataSet = {
  ...{ pid: null, techniques: [['PaNET01188']], format: null, files: null, size: null, path: null },
  documents: [],
};
const factsOfStated = (stated: Partial<StatedDataSet>) =>
  factsOf({ ...STATED, ...stated }, { pid: '10.5072/a', facility: 'esrf', vocabulary });
const formatsOf = (stated: Partial<StatedDataSet>) => factsOfStated(stated).dataSet.formats;
const files = (...names: string[]) => ({ names, isComplete: true });

describe('the format of a data set', () => {
  for (const [name, stated, formats] of [
    ['is the one that the catalog names', { format: 'NeXus' }, ['NeXus']],
    [
      'is the one that the catalog names, whatever its files',
      { format: 'NeXus', files: files('a.tif') },
      ['NeXus'],
    ],
    [
      'is the one that all known endings are of',
      { files: files('a.CBF', 'b.cbf', 'README', 'x.unheardof') },
      ['CBF'],
    ],
    ['is HDF5 of an ending that HDF5 and what is in it have', { files: files('a.hdf5', 'b.hdf5') }, ['HDF5']],
    ['is HDF5 of files of it and of what is in it', { files: files('a.hdf5', 'b.nxs') }, ['HDF5']],
    ['is not known of files of two formats', { files: files('a.cbf', 'b.tif') }, null],
    ['is not known of an ending that several formats have', { files: files('a.hdf') }, null],
    ['is not known of files without a known ending', { files: files('a', 'b.unheardof', '.cbf.') }, null],
    ['is not known of no files', { files: files() }, null],
    ['is not known of more files than are read', { files: { names: ['a.cbf'], isComplete: false } }, null],
    ['is not known where nothing is said', {}, null],
    ['is not known by a name that means nothing', { format: 'our own' }, null],
  ] as const satisfies readonly (readonly [string, Partial<StatedDataSet>, readonly string[] | null])[]) {
    test(name, () => {
      assert.deepEqual(formatsOf(stated), formats);
      const codes = factsOfStated(stated).notices.map(({ code }) => code);
      assert.deepEqual(codes, formats === null ? ['DATA_NOT_KNOWN'] : []);
    });
  }

  test('has notices that repeat at most five texts of 80 characters', () => {
    const techniques = Array.from({ length: 20 }, (_, index) => [`${index} ${'x'.repeat(500)}`]);
    const [notice] = factsOfStated({ techniques }).notices;
    assert.deepEqual(
      notice?.suggestions.map(({ length }) => length),
      [80, 80, 80, 80, 80],
    );
  });
});
