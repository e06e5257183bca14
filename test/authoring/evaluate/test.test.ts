import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { testPolicy } from '../../../src/authoring/evaluate/test.ts';
import { OWN_POLICIES, policyOwners } from '../../../src/authoring/source/owner.ts';
import { FederationError } from '../../../src/model/errors.ts';
import { allowing, facility, needsOpa, opa } from '../opa.ts';

const rules = { 'decision.rego': allowing('psi', 'ok if input.record.sharing == "open"') };
const inTests = (text: string) => `package panfed.facility.psi_test\n\n${text}\n`;

describe('the policies’ own tests', needsOpa, () => {
  for (const owner of policyOwners(OWN_POLICIES)) {
    test(`${owner.name}: pass`, async () => {
      const tests = await testPolicy(opa, owner);
      assert.ok(tests.length >= 5);
      assert.ok(tests.reduce((sum, { inputs }) => sum + inputs, 0) >= 10);
      assert.deepEqual(
        tests.filter(({ outcome }) => outcome !== 'passed'),
        [],
      );
    });
  }
});

describe('running tests', needsOpa, () => {
  test('reports each by file and line: passed, failed, skipped', async (context) => {
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

describe('what the tests ask is asked of the compiled policy', needsOpa, () => {
  const asking = (input: string) => `import data.panfed.facility.psi\n\ntest_a if {
	answer := psi.decision with input as ${input}
	answer.pull
}`;

  test('each input of a test, however it is given', async (context) => {
    const { owner } = await facility(context, 'psi', {
      ...rules,
      'decision_test.rego': inTests(`import data.panfed.facility.psi

shared(how) := answer if {
	answer := psi.decision with input as {"record": {"sharing": how}}
}

test_helper if not shared("none").execute

test_every if {
	every how in ["none", "conditional", "unknown"] { not shared(how).execute }
}

test_part if {
	psi.decision.execute with input.record.sharing as "open"
}

test_no_entry_point if psi.ok with input as {"record": {"sharing": "open"}}

test_no_input if psi.decision.pull`),
    });
    const tests = await testPolicy(opa, owner);
    assert.deepEqual(
      tests.map(({ name, outcome, inputs }) => [name, outcome, inputs]),
      [
        ['test_helper', 'passed', 1],
        ['test_every', 'passed', 3],
        ['test_part', 'passed', 1],
        ['test_no_entry_point', 'passed', 0],
        ['test_no_input', 'passed', 0],
      ],
    );
  });

  test('a decision that is written key by key is asked as well', async (context) => {
    const { owner } = await facility(context, 'psi', {
      'decision.rego': `package panfed.facility.psi

decision.discover := true

decision.pull := input.record.sharing == "open"

decision.execute := decision.pull

decision.reasons := []
`,
      'decision_test.rego': inTests(asking('{"record": {"sharing": "open"}}')),
    });
    const [one] = await testPolicy(opa, owner);
    assert.deepEqual([one?.outcome, one?.inputs], ['passed', 1]);
  });

  test('a passed test differs where the gateway would refuse the answer', async (context) => {
    const { owner } = await facility(context, 'psi', {
      'decision.rego': `package panfed.facility.psi

decision := {"discover": true, "pull": true, "execute": true, "reasons": numbers.range(1, input.record.size)}
`,
      'decision_test.rego': inTests(asking('{"record": {"size": 20000}}')),
    });
    const [one] = await testPolicy(opa, owner);
    assert.equal(one?.outcome, 'differs');
    assert.match(one?.detail ?? '', /; compiled: large: the answer has \d+ characters$/);
  });

  test('a passed test differs where the module fails', async (context) => {
    const { owner } = await facility(context, 'psi', {
      'decision.rego': `package panfed.facility.psi

decision := {"discover": true, "pull": count(many) > 0, "execute": false, "reasons": []}

# 100 MB in the module, whose memory has a maximum of 64 MiB.
many := [concat(" ", [input.record.title, "x"]) | some x in numbers.range(1, 2000)]
`,
      'decision_test.rego': inTests(
        `${asking('{"record": {"title": long}}')}\n\nlong := concat("", ["aaaaaaaaaa" | some x in numbers.range(1, 5000)])`,
      ),
    });
    const [one] = await testPolicy(opa, owner);
    assert.equal(one?.outcome, 'differs');
    assert.match(one?.detail ?? '', /^OPA: \{.*"pull":true.*; compiled: threw: /);
  });

  test('an error with OPA is an error of the compiled policy, and does not hide other inputs', async (context) => {
    const { owner } = await facility(context, 'psi', {
      'decision.rego': `package panfed.facility.psi

decision := {"discover": true, "pull": true, "execute": false, "reasons": []} if input.record.size > 0

decision := {"discover": false, "pull": false, "execute": false, "reasons": []} if input.record.size == 2
`,
      'decision_test.rego': inTests(`import data.panfed.facility.psi

sized(size) := answer if {
	answer := psi.decision with input as {"record": {"size": size}}
}

test_one if sized(1).pull

test_two if sized(2).pull

test_none if not sized(0)`),
    });
    const tests = await testPolicy(opa, owner);
    assert.deepEqual(
      tests.map(({ outcome, inputs }) => [outcome, inputs]),
      [
        ['passed', 1],
        ['error', 1],
        ['passed', 1],
        // An image of unknown size has no decision.
        ['refused', 0],
      ],
    );
  });

  test('an answer that the gateway refuses is one of the test that asks for it, and of the usual questions', async (context) => {
    const { owner } = await facility(context, 'psi', {
      'decision.rego': `package panfed.facility.psi

decision := {"discover": true, "pull": false, "execute": usable, "reasons": []}

default usable := false

usable if input.record.sharing == "open"
`,
      'decision_test.rego': inTests(`import data.panfed.facility.psi

test_open if {
	decision := psi.decision with input as {"record": {"sharing": "open"}}
	decision.discover
}`),
    });
    const tests = await testPolicy(opa, owner);
    assert.deepEqual(
      tests.map(({ name, outcome }) => [name, outcome]),
      [
        ['test_open', 'refused'],
        ['usual questions', 'refused'],
      ],
    );
    for (const { detail } of tests) assert.match(detail ?? '', /it allows execute without pull/);
    assert.match(tests[1]?.at ?? '', /decision\.rego:3$/);
  });
});
