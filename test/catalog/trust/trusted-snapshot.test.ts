import assert from 'node:assert/strict';
import { test } from 'node:test';
import { buildSnapshotIndex, INDEXED_FIELDS } from '../../../src/catalog/index/snapshot-index.ts';
import { withTrust } from '../../../src/catalog/trust/trusted-snapshot.ts';
import { preparing } from '../../../src/model/pace.ts';
import { TRUST_STATES } from '../../../src/model/trust.ts';
import { SMALL_VOCABULARY } from '../../support/catalog.ts';
import fc from '../../support/fast-check.ts';
import { snapshotOf } from '../../support/policies.ts';
import { arbitraryRecord, imageRecord, trustOf } from '../../support/records.ts';

const CONTEXT = { vocabulary: SMALL_VOCABULARY, facilityName: (id: string) => id };

test('a snapshot with other trusts has the index that is built anew of them', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(arbitraryRecord('esrf'), fc.constantFrom(...TRUST_STATES), fc.boolean()), {
        maxLength: 20,
      }),
      async (judged) => {
        const index = await buildSnapshotIndex(
          snapshotOf(judged.map(([record]) => record)),
          CONTEXT,
          preparing,
        );
        const numbers = new Map(index.snapshot.records.map((record, number) => [record, number]));
        const found = await withTrust(
          index,
          (record) => {
            const [, state, isDoubted] = judged[numbers.get(record) ?? -1] ?? [];
            if (state === undefined || state === record.trust.state) return record;
            return { ...record, trust: trustOf(state, [], isDoubted) };
          },
          preparing,
        );
        if (found === null) return;
        const anew = await buildSnapshotIndex(found.snapshot, CONTEXT, preparing);
        const { snapshot, fields, doubted, ...same } = found.index;
        assert.deepEqual(
          [snapshot, fields.trust, doubted],
          [found.snapshot, anew.fields.trust, anew.doubted],
        );
        for (const [name, part] of Object.entries(same))
          assert.equal(part, index[name as keyof typeof index]);
        for (const field of INDEXED_FIELDS) {
          if (field !== 'trust') assert.ok(fields[field] === index.fields[field], field);
        }
        const changed = [...found.snapshot.records.keys()].filter(
          (number) => found.snapshot.records[number] !== index.snapshot.records[number],
        );
        assert.deepEqual([...found.revision.changed], changed);
        assert.notEqual(found.snapshot.serial, index.snapshot.serial);
      },
    ),
  );
});

test('a snapshot whose trust is known already is no other one', async () => {
  const index = await buildSnapshotIndex(snapshotOf([imageRecord()]), CONTEXT, preparing);
  assert.equal(await withTrust(index, (record) => record, preparing), null);
});
