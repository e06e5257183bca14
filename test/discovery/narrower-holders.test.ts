// Holders of a value and of what is narrower: what is kept of them, and for whom.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { holdersOf } from '../../src/catalog/index/holders.ts';
import type { SnapshotIndex } from '../../src/catalog/index/snapshot-index.ts';
import { narrowerHolders } from '../../src/discovery/narrower-holders.ts';
import type { Vocabulary } from '../../src/vocabulary/vocabulary.ts';

/** An index of 40 records, two of which read HDF5, and a vocabulary that notes which ids were asked for. */
function world() {
  const reads = new Map([['hdf5', holdersOf(40, Uint32Array.of(1, 3))]]);
  const index = { snapshot: { records: { length: 40 } }, fields: { reads } } as unknown as SnapshotIndex;
  const asked: string[] = [];
  const below: Record<string, string[]> = { HDF5: ['HDF5', 'NeXus'], MRC: ['MRC'] };
  const vocabulary = {
    narrowerFormats: (id: string) => {
      asked.push(id);
      return below[id] ?? [];
    },
  } as unknown as Vocabulary;
  const holders = (id: string) => [...narrowerHolders(index, 'reads', id, vocabulary).documents];
  return { asked, holders };
}

test('a value of the vocabulary is joined once for a snapshot, also where no record has it', () => {
  const { asked, holders } = world();
  for (let time = 0; time < 3; time += 1) {
    assert.deepEqual(holders('HDF5'), [1, 3]);
    assert.deepEqual(holders('MRC'), []);
  }
  assert.deepEqual(asked, ['HDF5', 'MRC']);
});

test('a value that neither the vocabulary nor a record has is not kept', () => {
  const { asked, holders } = world();
  assert.deepEqual([holders('made up'), holders('made up')], [[], []]);
  assert.deepEqual(asked, ['made up', 'made up']);
});
