// Facets of versions over very many of them: no count holds the event loop, or takes longer than it should.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { FieldIndexBuilder } from '../../src/catalog/index/field.ts';
import { VersionIndexBuilder } from '../../src/catalog/index/version.ts';
import { countFrameworks, countVersions } from '../../src/discovery/facet-versions.ts';
import type { View } from '../../src/discovery/view.ts';
import { createPace } from '../../src/model/pace.ts';
import { allBits } from '../support/bits.ts';
import { heldBy } from '../support/main-thread.ts';
import { imageRecord } from '../support/records.ts';

const MANY = 20_000;
/** Milliseconds: a turn is 5, and a busy machine may stretch it. What this is about took seconds. */
const HELD = 500;

/** Only the parts of a snapshot's index that these facets read: an index of all that records have takes seconds. */
async function viewOf(
  framework: (index: number) => string,
  version: (index: number) => string,
): Promise<View> {
  const record = imageRecord();
  const pace = createPace();
  const versions = new VersionIndexBuilder();
  const fields = { frameworks: new FieldIndexBuilder(), versions: new FieldIndexBuilder() };
  for (let index = 0; index < MANY; index++) {
    const [name, text] = [framework(index), version(index)];
    versions.add({ ...record, frameworks: [{ name, version: text, raw: name }] }, index);
    fields.frameworks.add(name, index);
    fields.versions.add(text, index);
  }
  const snapshotIndex = {
    fields: {
      frameworks: await fields.frameworks.build(MANY, pace),
      versions: await fields.versions.build(MANY, pace),
    },
    versions: await versions.build(MANY, pace),
  };
  const all = allBits(MANY);
  return {
    parts: [{ snapshotIndex, discover: all, pull: all, execute: all }],
    verdict: {},
  } as unknown as View;
}

describe('a facet over twenty thousand versions', () => {
  for (const [name, version, count] of [
    ['that one of them begins', (index: number) => (index === 0 ? '1' : `1.${index}`), MANY],
    ['that are spellings of one', (index: number) => `1${String.fromCodePoint(0x4e00 + index)}`, MANY],
  ] as const) {
    test(`${name} holds nobody up`, async () => {
      const view = await viewOf(() => 'RELION', version);
      const { held } = await heldBy(async () => {
        const counts = await countVersions(view, [allBits(MANY)], ['1'], null, createPace());
        assert.equal(counts.get('1')?.count, count);
      });
      assert.ok(held < HELD, `held for ${Math.round(held)} ms`);
    });
  }

  test('of as many frameworks within a hundred ranges holds nobody up', async () => {
    const view = await viewOf(
      (index) => `software ${index}`,
      (index) => `${index % 100}.1`,
    );
    const ranges = Array.from({ length: 100 }, (_, index) => `>=${index}.0 <${index}.2`);
    const { held } = await heldBy(async () => {
      const chosen = { only: ranges, except: [] };
      const counts = await countFrameworks(view, [allBits(MANY)], chosen, createPace());
      assert.equal(counts.size, MANY);
    });
    assert.ok(held < HELD, `held for ${Math.round(held)} ms`);
  });
});
