import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { FederationError } from '../../../src/model/errors.ts';
import { OWN_POLICIES, policyOwners } from '../../../src/policy/build/owner.ts';
import { testPolicy } from '../../../src/policy/build/test.ts';
import { allowing, facility, needsOpa, opa } from './opa.ts';

const rules = { 'decision.rego': allowing('psi', 'ok if input.record.sharing == "open"') };
const inTests = (text: string) => `package panfed.facility.psi_test\n\n${text}\n`;

describe('the policies’ own tests', needsOpa, () => {
  for (const owner of policyOwners(OWN_POLICIES)) {
    test(`${owner.name}: pass`, async () => {
      const tests = await testPolicy(opa, owner);
      assert.ok(tests.length >= 5);
      assert.deepEqual(
        tests.filter(({ outcome }) => outcome !== 'passed'),
        [],
      );
    });
  }
});

describe('running tests', needsOpa, () => {
  test('tells each by file and line: passed, failed, skipped', async (context) => {
    const { owner } = await facility(context, 'psi', {
      ...rules,
      'decision_test.rego': inTests('test_a if true\n\ntest_b if 1 == 2\n\ntodo_test_c if true'),
    });
    const tests = await testPolicy(opa, owner);
    assert.deepEqual(
      tests.map(({ name, outcome }) => [name, outcome]),
      [
        ['test_a', 'passed'],
        ['test_b', 'failed'],
        ['todo_test_c', 'skipped'],
      ],
    );
    assert.match(tests[1]?.at ?? '', /psi\/decision_test\.rego:5$/);
  });

  test('a test cannot read the environment', async (context) => {
    const { owner } = await facility(context, 'psi', {
      ...rules,
      'decision_test.rego': inTests('test_env if opa.runtime().env.PATH'),
    });
    await assert.rejects(
      testPolicy(opa, owner),
      (error) => error instanceof FederationError && /undefined function opa\.runtime/.test(error.message),
    );
  });

  test('a policy without tests fails', async (context) => {
    const { owner } = await facility(context, 'psi', rules);
    await assert.rejects(
      testPolicy(opa, owner),
      (error) =>
        error instanceof FederationError &&
        error.code === 'POLICY_TESTS_FAILED' &&
        error.entry.exit === 4 &&
        /has no tests/.test(error.message),
    );
  });
});
