import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createMerge } from '../../../src/catalog/ingest/merge.ts';
import { BOUNDS } from '../../../src/model/bounds.ts';
import type { ImageRecord } from '../../../src/model/image.ts';
import { createPace } from '../../../src/model/pace.ts';
import fc from '../../support/fast-check.ts';
import { digestOf, imageRecord } from '../../support/records.ts';

async function merged(records: readonly ImageRecord[], doubts: readonly string[] = []) {
  const merge = createMerge();
  for (const record of records) merge.add(record);
  for (const id of doubts) merge.doubt(id);
  return merge.finish(createPace());
}

test('entries of one id that are equal but for tags and the registry’s own id are one image', async () => {
  const { records, quarantined } = await merged([
    imageRecord({ tags: ['3.1'], upstreamId: 'b' }),
    imageRecord({ tags: ['latest'], upstreamId: 'a' }),
    imageRecord({ tags: ['3.1'], upstreamId: null }),
  ]);
  assert.deepEqual(records, [imageRecord({ tags: ['3.1', 'latest'], upstreamId: 'a' })]);
  assert.deepEqual(quarantined, []);
});

test('if they differ in anything else, all of them are quarantined', async () => {
  const open = imageRecord();
  const { records, quarantined } = await merged([
    open,
    imageRecord({ sharing: 'none' }),
    open,
    imageRecord({ digest: digestOf(2) }),
  ]);
  assert.deepEqual(
    records.map(({ digest }) => digest),
    [digestOf(2)],
  );
  assert.equal(quarantined.length, 3);
  assert.match(quarantined[0]!.reason, /differ in sharing/);
});

test('beside an entry that is quarantined, others of its id are not believed', async () => {
  const record = imageRecord();
  const { records, quarantined } = await merged([record, record], [record.id, 'esrf/main/no/such:id']);
  assert.deepEqual(records, []);
  assert.deepEqual(
    quarantined.map(({ subject }) => subject),
    [record.id, record.id],
  );
});

test('more tags than a record may have quarantine it', async () => {
  const tags = (from: number) => Array.from({ length: BOUNDS.tags }, (_, index) => `t${from + index}`);
  const { records, quarantined } = await merged([
    imageRecord({ tags: tags(0) }),
    imageRecord({ tags: tags(1) }),
  ]);
  assert.equal(records.length, 0);
  assert.equal(quarantined.length, 2);
});

test('as many entries of an image as it may have tags are joined in the time of their number', async () => {
  const entries = Array.from({ length: BOUNDS.tags }, (_, index) => imageRecord({ tags: [`t${index}`] }));
  const begun = performance.now();
  const { records } = await merged(entries);
  assert.equal(records[0]?.tags.length, BOUNDS.tags);
  assert.ok(performance.now() - begun < 5_000);
});

test('the order in which entries come does not matter, and none is lost', async () => {
  const entry = fc
    .record({
      digest: fc.nat(4).map(digestOf),
      tags: fc.subarray(['1', '2', '3'], { minLength: 1 }),
      upstreamId: fc.option(fc.constantFrom('a', 'b')),
      sharing: fc.constantFrom('open' as const, 'open' as const, 'none' as const),
    })
    .map(imageRecord);
  await fc.assert(
    fc.asyncProperty(fc.array(entry, { maxLength: 12 }), fc.nat(11), async (entries, turn) => {
      const one = await merged(entries);
      const other = await merged([...entries.slice(turn), ...entries.slice(0, turn)].reverse());
      assert.deepEqual(one.records, other.records);
      const subjects = (some: typeof one) => some.quarantined.map(({ subject }) => subject);
      assert.deepEqual(subjects(one), subjects(other));
      const refused = new Set(subjects(one));
      const kept = new Set(one.records.map(({ id }) => id));
      for (const { id } of entries) assert.ok(kept.has(id) !== refused.has(id));
      assert.equal(subjects(one).length, entries.filter(({ id }) => refused.has(id)).length);
    }),
  );
});
