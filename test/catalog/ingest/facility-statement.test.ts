import assert from 'node:assert/strict';
import { test } from 'node:test';
import { joinConditions } from '../../../src/catalog/ingest/conditions.ts';
import {
  commonGroups,
  type FacilityStatement,
  loweredSharing,
  mergeStatements,
  NOTHING_STATED,
  stricterSharing,
} from '../../../src/catalog/ingest/facility-statement.ts';
import { SHARINGS, SUPPLIERS } from '../../../src/model/image.ts';
import fc from '../../support/fast-check.ts';
import { arbitraryConditions, condition, GROUPS } from '../../support/records.ts';

const word = (fields: Partial<FacilityStatement>): FacilityStatement => ({ ...NOTHING_STATED, ...fields });

test('none is stricter than conditional, and that than open', () => {
  assert.equal(stricterSharing('open', 'conditional'), 'conditional');
  assert.equal(stricterSharing('none', 'conditional'), 'none');
  assert.equal(stricterSharing('open', 'none'), 'none');
});

test('if one place does not state sharing, the other applies', () => {
  assert.equal(mergeStatements(word({ sharing: 'open' }), NOTHING_STATED).sharing, 'open');
  assert.equal(mergeStatements(NOTHING_STATED, word({ sharing: 'conditional' })).sharing, 'conditional');
  assert.equal(mergeStatements(word({ sharing: 'unknown' }), word({ sharing: 'open' })).sharing, 'open');
  assert.equal(mergeStatements(NOTHING_STATED, NOTHING_STATED).sharing, 'unknown');
});

test('listed takes one yes and no no', () => {
  assert.equal(mergeStatements(word({ listed: true }), NOTHING_STATED).listed, true);
  assert.equal(mergeStatements(word({ listed: true }), word({ listed: false })).listed, false);
  assert.equal(mergeStatements(NOTHING_STATED, NOTHING_STATED).listed, false);
});

test('two places that name different suppliers leave it unknown', () => {
  assert.equal(
    mergeStatements(word({ suppliedBy: 'staff' }), word({ suppliedBy: 'user' })).suppliedBy,
    'unknown',
  );
  assert.equal(mergeStatements(word({ suppliedBy: 'user' }), NOTHING_STATED).suppliedBy, 'user');
});

test('if the groups differ, the common ones stay', () => {
  const [a, b, c] = GROUPS;
  assert.deepEqual(commonGroups([a, b], [b, c]), [b]);
  assert.deepEqual(commonGroups([a], null), [a]);
  assert.deepEqual(commonGroups(null, null), []);
});

test('groups with none in common are shared with nobody', () => {
  const joint = mergeStatements(
    word({ sharing: 'open', groups: [GROUPS[0]] }),
    word({ groups: [GROUPS[1]] }),
  );
  assert.equal(joint.sharing, 'none');
  assert.deepEqual(joint.groups, []);
});

test('"no group" is a statement: it has nothing in common with a group, and everything with itself', () => {
  assert.equal(commonGroups([], [GROUPS[0]]), null);
  assert.deepEqual(commonGroups([], []), []);
});

test('conditions are joined, and [] is a statement', () => {
  const joint = mergeStatements(word({ conditions: [condition('academic')] }), word({ conditions: [] }));
  assert.deepEqual(joint.conditions, [condition('academic')]);
  assert.equal(joint.conditionsStated, true);
  assert.equal(mergeStatements(NOTHING_STATED, word({ conditions: [] })).conditionsStated, true);
  assert.equal(mergeStatements(NOTHING_STATED, NOTHING_STATED).conditionsStated, false);
});

test('the same condition by several is kept once, as the facility’s own if it is', () => {
  const academic = (origin: 'facility' | 'license' | 'label') => condition('academic', { origin });
  assert.deepEqual(joinConditions([academic('label')], [academic('license')]), [academic('license')]);
  assert.deepEqual(joinConditions([academic('license')], [academic('facility')]), [academic('facility')]);
});

test('the same condition by several has the remedy of the one that says it', () => {
  const plain = condition('academic', { origin: 'facility' });
  const remedied = condition('academic', { origin: 'license', remedy: 'Register.' });
  const joint = { ...plain, remedy: 'Register.' };
  assert.deepEqual(joinConditions([plain], [remedied]), [joint]);
  assert.deepEqual(joinConditions([remedied], [plain]), [joint]);
  assert.deepEqual(joinConditions([joint], [condition('academic', { origin: 'facility', remedy: 'Ask.' })]), [
    joint,
  ]);
});

test('a label lowers sharing, never raises it, and leaves the unknown unknown', () => {
  assert.equal(loweredSharing('open', 'conditional'), 'conditional');
  assert.equal(loweredSharing('conditional', 'none'), 'none');
  assert.equal(loweredSharing('none', 'conditional'), 'none');
  assert.equal(loweredSharing('unknown', 'none'), 'unknown');
  assert.equal(loweredSharing('open', null), 'open');
});

const arbitraryWord: fc.Arbitrary<FacilityStatement> = fc.record({
  sharing: fc.constantFrom(...SHARINGS, null),
  listed: fc.constantFrom(true, false, null),
  suppliedBy: fc.constantFrom(...SUPPLIERS, null),
  groups: fc.option(fc.subarray([...GROUPS])),
  conditions: fc.option(arbitraryConditions()),
});

test('neither place has precedence, and a statement merged with itself stays the same', () => {
  fc.assert(
    fc.property(arbitraryWord, arbitraryWord, (one, other) => {
      assert.deepEqual(mergeStatements(one, other), mergeStatements(other, one));
      assert.deepEqual(mergeStatements(one, one), mergeStatements(one, NOTHING_STATED));
    }),
  );
});

test('merging another statement never opens access', () => {
  const openness = { open: 2, conditional: 1, none: 0, unknown: 3 };
  fc.assert(
    fc.property(arbitraryWord, arbitraryWord, (one, other) => {
      const alone = mergeStatements(one, NOTHING_STATED);
      const joint = mergeStatements(one, other);
      assert.ok(openness[joint.sharing] <= openness[alone.sharing]);
      if (one.listed !== null) assert.ok(alone.listed || !joint.listed);
      if (one.groups !== null) assert.ok(joint.groups.every((group) => one.groups?.includes(group)));
      if (one.groups?.length && joint.groups.length === 0) assert.equal(joint.sharing, 'none');
    }),
  );
});
