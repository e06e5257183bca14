import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { checkPolicy } from '../../../src/authoring/check.ts';
import { facility, needsOpa, opa } from '../opa.ts';
import { checkPsi, found, restricting } from './found.ts';

const TESTS = 'test_listed if usable with input.record.listed as true\n\ntodo_test_more if true';
const RULES = restricting('default usable := false\n\nusable if input.record.listed == true');

describe('shipped-test', needsOpa, () => {
  test('warns of each test in a file of rules, with where it belongs', async (context) => {
    const { problems, warnings } = await checkPsi(context, `${RULES}\n\n${TESTS}`);
    assert.deepEqual(problems, []);
    assert.deepEqual(
      warnings.map(({ check, line }) => `${check} ${line}`),
      ['shipped-test 9', 'shipped-test 11'],
    );
    assert.match(warnings[0]?.message ?? '', /^test_listed is a test for OPA/);
    assert.match(warnings[0]?.hint ?? '', /files named …_test\.rego/);
  });

  test('finds nothing in a file of tests, nor in rules with other names', async (context) => {
    const { owner } = await facility(context, 'psi', {
      'decision.rego': `package panfed.facility.psi\n\n${RULES}\n\ntested if usable\n\nlatest_test_1 := 2\n`,
      'decision_test.rego': `package panfed.facility.psi\n\n${TESTS}\n`,
    });
    const { problems, warnings } = await checkPolicy(opa, owner);
    assert.deepEqual([...problems, ...warnings], []);
  });

  test('is switched off with a reason', async (context) => {
    const rule = '# panfed:allow shipped-test a beamline is called so\ntest_line := "b1"';
    assert.deepEqual(await found(context, `${RULES}\n\n${rule}`), []);
  });
});
