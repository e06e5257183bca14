// What holds for every node, however it is made.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type ImageRecord, SHARINGS } from '../../src/model/image.ts';
import { CONDITION_KINDS } from '../../src/model/license.ts';
import { ingestNode, labels, node, rule } from '../support/catalog.ts';
import fc, { runs } from '../support/fast-check.ts';
import { digestOf, FACILITIES, GROUPS } from '../support/records.ts';

const orNothing = <T>(value: fc.Arbitrary<T>) => fc.option(value, { freq: 2 });
const conditions = fc.array(
  fc.record({
    kind: fc.constantFrom(...CONDITION_KINDS),
    groups: orNothing(fc.subarray([...GROUPS])),
    facilities: orNothing(fc.subarray([...FACILITIES])),
  }),
  { maxLength: 3 },
);
const realistic = fc.record({
  digest: orNothing(fc.nat(3).map(digestOf)),
  tags: fc.subarray(['1.0', '2.0', 'latest'], { minLength: 1 }),
  license: fc.constantFrom('MIT', 'XDS', 'LicenseRef-unheard', 'ask Bob', null),
  conditions: orNothing(conditions),
  sharing: fc.constantFrom(...SHARINGS, null),
  listed: orNothing(fc.boolean()),
  suppliedBy: fc.constantFrom('staff', 'user', 'unknown', null),
  groups: orNothing(fc.subarray([...GROUPS])),
});
const rules = fc.array(
  fc.record(
    {
      sharing: fc.constantFrom('open' as const, 'conditional' as const, 'none' as const),
      listed: fc.boolean(),
      suppliedBy: fc.constantFrom('staff' as const, 'user' as const),
      groups: fc.subarray([...GROUPS]),
    },
    { requiredKeys: [] },
  ),
  { maxLength: 1 },
);

/** Labels of every family, many of them broken. */
const label = fc.oneof(
  fc.tuple(fc.constant('io.panfed.sharing'), fc.constantFrom('open', 'conditional', 'none', 'opne', '')),
  fc.tuple(fc.constant('io.panfed.listed'), fc.constantFrom('true', 'false', 'perhaps')),
  fc.tuple(fc.constant('io.panfed.groups'), fc.constantFrom(JSON.stringify(GROUPS), GROUPS[0])),
  fc.tuple(
    fc.constant('io.panfed.conditions'),
    fc.oneof(
      conditions.map((some) => JSON.stringify(some)),
      fc.json(),
    ),
  ),
  fc.tuple(fc.constant('io.panfed.suppliedBy'), fc.constantFrom('staff', 'user')),
  fc.tuple(
    fc.constant('io.panfed.image'),
    fc.oneof(
      fc.json(),
      realistic.map((some) => JSON.stringify({ ...some, listed: true, sharing: 'open', groups: GROUPS })),
    ),
  ),
  fc.tuple(fc.string({ maxLength: 20 }), fc.string({ maxLength: 40 })),
);

test('any JSON is valid or quarantined, and nothing is thrown', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 4 }), (json) => {
      const result = ingestNode(json);
      assert.ok('quarantined' in result ? result.quarantined.reason !== '' : result.records.length > 0);
    }),
  );
});

test('any JSON in any field is valid or quarantined, and the reason names the field', () => {
  const fields = [
    ...['id', 'repository', 'digest', 'tags', 'title', 'created', 'size', 'platforms', 'frameworks'],
    ...['techniques', 'reads', 'license', 'conditions', 'sharing', 'listed', 'suppliedBy', 'groups'],
    ...['requires', 'labels', 'facility', 'registry'],
  ];
  fc.assert(
    fc.property(fc.constantFrom(...fields), fc.jsonValue({ maxDepth: 3 }), (field, json) => {
      const result = ingestNode(node({ [field]: json }));
      if (!('quarantined' in result)) return;
      assert.ok(!('cause' in result), String(result.cause));
      assert.ok(result.quarantined.reason.startsWith(field), result.quarantined.reason);
    }),
    { numRuns: runs(400) },
  );
});

test('the same node always gives the same records', () => {
  fc.assert(
    fc.property(realistic, rules, (fields, some) => {
      const twice = [1, 2].map(() => ingestNode(node(structuredClone(fields)), some.map(rule)));
      assert.deepEqual(twice[0], twice[1]);
    }),
  );
});

test('whatever labels say, sharing, listed, groups and conditions are never looser, nor is trust verified', () => {
  fc.assert(
    fc.property(
      realistic,
      rules,
      fc.uniqueArray(label, { selector: ([name]) => name }),
      (fields, some, added) => {
        const before = ingestNode(node(fields), some.map(rule));
        const after = ingestNode(
          node({ ...fields, labels: labels(Object.fromEntries(added)) }),
          some.map(rule),
        );
        if ('quarantined' in after) return;
        assert.ok('records' in before);
        for (const [index, bare] of before.records.entries()) assertNoLooser(bare, after.records[index]!);
      },
    ),
    { numRuns: runs(800) },
  );
});

function assertNoLooser(bare: ImageRecord, labelled: ImageRecord): void {
  const openness = { open: 2, conditional: 1, none: 0, unknown: -1 };
  assert.ok(openness[labelled.sharing] <= openness[bare.sharing]);
  assert.equal(labelled.sharing === 'unknown', bare.sharing === 'unknown');
  assert.deepEqual(labelled.stated, bare.stated);
  assert.ok(bare.listed || !labelled.listed);
  assert.deepEqual(labelled.groups, bare.groups);
  assert.equal(labelled.suppliedBy, bare.suppliedBy);
  const facts = (record: ImageRecord) => record.license.conditions.map((one) => JSON.stringify(one));
  const now = facts(labelled);
  for (const condition of facts(bare)) assert.ok(now.includes(condition), condition);
  const byFacility = (record: ImageRecord) =>
    record.license.conditions.filter((one) => one.origin === 'facility');
  assert.deepEqual(byFacility(labelled), byFacility(bare));
  assert.ok(labelled.trust.state === 'unsigned' || labelled.trust.state === 'claimed');
  if (bare.license.raw !== null) {
    assert.ok(bare.license.state === 'normalized' || labelled.license.state !== 'normalized');
    assert.ok(bare.license.conditionsKnown || !labelled.license.conditionsKnown);
  }
}
