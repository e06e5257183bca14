import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import type { PreferenceField } from '../../../src/model/choices.ts';

import { bundleFolder, countingCounters, OPA, testEngine } from '../../support/policies.ts';
import { needs } from '../../support/real.ts';

const REGO = `
import rego.v1

match := [i | some i, value in input.values; value in input.choice] if input.field == "facilities"

match := [1, 0] if input.field == "descending"

match := [0, 0] if input.field == "twice"

match := [count(input.values)] if input.field == "beyond"

match := {"all": true} if input.field == "object"

match := ["0"] if input.field == "text"

match := numbers.range(0, 9999) if input.field == "endless list"

match := [0] if input.field == "conflict"

match := [1] if input.field == "conflict"

# A set comes as a list, in order.
match := {i | some i, value in input.values; not value in input.choice} if input.field == "set"
`;

describe('the preference module', needs('opa', OPA), () => {
  let folder: Awaited<ReturnType<typeof bundleFolder>>;
  before(async () => {
    folder = await bundleFolder();
    await folder.compile('preference', { rego: REGO, reads: [['field'], ['choice'], ['values']] });
  });
  after(() => folder[Symbol.asyncDispose]());
  const question = (field: string, choice = ['esrf'], values = ['desy', 'esrf', 'psi']) => ({
    // Modules of these tests know fields of their own.
    field: field as PreferenceField,
    choice,
    values,
  });

  test('says which values match a choice', async () => {
    await using engine = await testEngine({ folder: folder.path });
    assert.deepEqual(await engine.match(question('facilities')), [1]);
    assert.deepEqual(await engine.match(question('facilities', ['nobody'])), []);
    assert.deepEqual(await engine.match(question('facilities', ['esrf'], [])), []);
    assert.deepEqual(await engine.match(question('set')), [0, 2]);
  });

  for (const field of [
    'undefined',
    'descending',
    'twice',
    'beyond',
    'object',
    'text',
    'endless list',
    'conflict',
  ]) {
    test(`that answers for ${field} with anything but a list of indexes fails the question`, async () => {
      const { counters, failed } = countingCounters();
      await using engine = await testEngine({ folder: folder.path, counters });
      await assert.rejects(engine.match(question(field)), { code: 'POLICY_FAILED' });
      assert.equal(failed.length, 1);
      assert.equal(failed[0]?.owner, 'preference');
    });
  }

  test('is asked once for the same question, and again for any other', async () => {
    const { counters, evaluated } = countingCounters();
    await using engine = await testEngine({ folder: folder.path, counters });
    await Promise.all([engine.match(question('facilities')), engine.match(question('facilities'))]);
    await engine.match(question('facilities'));
    assert.equal(evaluated.length, 1);
    await engine.match(question('facilities', ['esrf', 'psi']));
    await engine.match(question('facilities', ['esrf'], ['esrf', 'desy', 'psi']));
    await engine.match(question('set'));
    assert.equal(evaluated.length, 4);
    assert.deepEqual(await engine.match(question('facilities', ['esrf'], ['esrf', 'desy', 'psi'])), [0]);
  });

  test('is not remembered for having failed', async () => {
    const { counters, evaluated } = countingCounters();
    await using engine = await testEngine({ folder: folder.path, counters });
    for (let turn = 0; turn < 2; turn++) await assert.rejects(engine.match(question('twice')));
    assert.equal(evaluated.length, 2);
  });

  test('is kept within its share of the bytes', async () => {
    await using engine = await testEngine({ folder: folder.path, decisionBytes: 1_048_576 });
    const values = Array.from({ length: 500 }, (_, i) => `value ${i}`);
    for (let turn = 0; turn < 100; turn++) await engine.match(question('facilities', [`${turn}`], values));
    const { matches } = engine.bytes();
    assert(matches > 0 && matches <= 1_048_576 / 8, `${matches} bytes`);
  });

  test('that does not load refuses every question', async () => {
    await using other = await bundleFolder();
    await using engine = await testEngine({ folder: other.path });
    await assert.rejects(engine.match(question('facilities')), { code: 'POLICY_FAILED' });
  });
});
