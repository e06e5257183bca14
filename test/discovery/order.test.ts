// The order of a part's records is that of their keys: what a cursor holds, and what registries are merged by.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { has } from '../../src/catalog/bitset.ts';
import { buildSnapshotIndex } from '../../src/catalog/index/snapshot-index.ts';
import { orderingOf } from '../../src/discovery/order.ts';
import type { ImageRecord } from '../../src/model/image.ts';
import { createPace } from '../../src/model/pace.ts';
import { loadVocabulary } from '../../src/vocabulary/load.ts';
import { allBits } from '../support/bits.ts';
import fc, { runs } from '../support/fast-check.ts';
import { computed } from '../support/main-thread.ts';
import { digestOf, imageRecord } from '../support/records.ts';

const vocabulary = loadVocabulary();
const NAMES = ['alpha', 'Beta', 'gamma', 'zeta'];

async function selectedOf(records: readonly ImageRecord[], bits: Uint32Array) {
  const snapshot = {
    ...{ serial: 1, facility: 'esrf', registry: 'main', generation: 'g', crawledAt: 0 },
    ...{ records, quarantined: [], quarantinedCount: 0 },
  };
  const snapshotIndex = await buildSnapshotIndex(
    snapshot,
    { vocabulary, facilityName: (id) => id },
    createPace(),
  );
  const all = allBits(records.length);
  return {
    part: { snapshotIndex, discover: all, pull: all, execute: all },
    bits,
    preferred: null,
    scores: null,
  };
}

const image = (index: number, title: string, frameworks: readonly (readonly [string, string | null])[]) =>
  imageRecord({
    ...{ digest: digestOf(index), title },
    frameworks: frameworks.map(([name, version]) => ({ name, version, raw: name })),
  });

describe('the order of versions', () => {
  const entry = fc.tuple(fc.constantFrom(...NAMES), fc.constantFrom('5', '5.0', '5.1', '4.0-beta', null));
  const record = fc.tuple(fc.constantFrom('one', 'two'), fc.array(entry, { maxLength: 4 }));

  for (const order of ['RELEVANCE', 'VERSION'] as const) {
    test(`${order} is that of the keys, whichever frameworks it is about`, async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.array(record, { maxLength: 12 }),
          fc.option(fc.subarray([...NAMES.map((name) => name.toLowerCase()), 'unknown'])),
          fc.nat(),
          async (made, wanted, chosen) => {
            const records = made.map(([title, frameworks], index) => image(index, title, frameworks));
            const bits = allBits(records.length).map((word) => word & chosen);
            const selected = await selectedOf(records, bits);
            const { key, compare, within } = orderingOf(order, wanted && new Set(wanted), true);
            const documents = [...within(selected)].filter((document) => has(bits, document));
            const keys = documents.map((document) => key(selected, document));
            assert.deepEqual(keys, [...keys].sort(compare));
            const right = [...records.keys()].filter((document) => has(bits, document));
            assert.deepEqual(
              documents.sort((a, b) => a - b),
              right,
            );
          },
        ),
        { numRuns: runs(100) },
      );
    });
  }

  test('of a framework that is the second one of twenty thousand images is at hand', async () => {
    const records = Array.from({ length: 20_000 }, (_, index) =>
      image(index, 'RELION', [
        ['CTFFIND', `${index % 7}.1`],
        ['RELION', `${index}.${index % 13}`],
      ]),
    );
    const selected = await selectedOf(records, allBits(records.length));
    const { within } = orderingOf('RELEVANCE', new Set(['relion']), true);
    const begun = computed();
    const [first] = within(selected);
    const took = computed() - begun;
    assert.equal(first, 19_999);
    // Sorted for each question it took a second and more.
    assert.ok(took < 200, `${Math.round(took)} ms`);
  });
});
