import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { lineRanges, percent } from '../../../src/authoring/evaluate/coverage.ts';
import { policyCommand } from '../../../src/cli/policy/command.ts';
import { thresholdOf } from '../../../src/cli/policy/coverage.ts';
import { FederationError } from '../../../src/model/errors.ts';
import { facility, needsOpa } from '../../authoring/opa.ts';
import { collect } from '../collect.ts';

const half = {
  'decision.rego': `package panfed.facility.psi

decision := {"discover": true, "pull": ok, "execute": ok, "reasons": []}

default ok := false

ok if input.record.listed == true

ok if {
	input.record.sharing == "open"
	input.record.suppliedBy == "staff"
}
`,
  'never.rego': 'package panfed.facility.psi\n\nnever if input.record.listed == false\n',
  'decision_test.rego': `package panfed.facility.psi_test

import data.panfed.facility.psi

test_listed if psi.decision.pull with input as {"record": {"listed": true, "sharing": "none", "suppliedBy": "user"}}
`,
};

async function run(...args: string[]) {
  const output = collect();
  let error: unknown = null;
  const command = await policyCommand(output);
  await command.parseAsync(['test', ...args], { from: 'user' }).catch((failure: unknown) => {
    error = failure;
  });
  const code = error instanceof FederationError ? [error.code, error.entry.exit, error.message] : error;
  return { stdout: output.stdout(), stderr: output.stderr(), code };
}

describe('panfed policy test --coverage', needsOpa, () => {
  test('names the lines that no test reaches, of every rule file and no test', async (context) => {
    const { policies } = await facility(context, 'psi', half);
    const { stdout, code } = await run('--coverage', '--policies', policies);
    assert.equal(code, null);
    assert.match(stdout, /^FILE +COVERED +NO TEST REACHES LINES$/m);
    assert.match(stdout, /psi\/decision\.rego +33.3 % +5, 9-11$/m);
    assert.match(stdout, /psi\/never\.rego +0 % +3$/m);
    assert.doesNotMatch(stdout, /_test\.rego/);
  });

  test('--format json has tests and coverage side by side', async (context) => {
    const { policies } = await facility(context, 'psi', half);
    const { stdout } = await run('--coverage', '--format', 'json', '--policies', policies);
    const { tests, coverage } = JSON.parse(stdout);
    assert.deepEqual([tests.length, coverage.length, coverage[1].notCovered], [1, 2, [3]]);
  });

  test('--threshold exits 4 below it, and passes at it', async (context) => {
    const { policies } = await facility(context, 'psi', half);
    const below = await run('--threshold', '100', '--policies', policies);
    assert.deepEqual((below.code as unknown[]).slice(0, 2), ['POLICY_TESTS_FAILED', 4]);
    assert.match(
      String((below.code as unknown[])[2]),
      /^the tests cover [\d.]+ % of psi; 100 % is required$/,
    );
    assert.equal((await run('--threshold', '10', '--policies', policies)).code, null);
  });

  test('is left out where a test fails, whose failure is reported as it is without it', async (context) => {
    const { policies } = await facility(context, 'psi', {
      ...half,
      'decision_test.rego': `${half['decision_test.rego']}\ntest_denied if not psi.decision.discover with input as {}\n`,
    });
    for (const format of ['table', 'json', 'junit']) {
      const { stdout, stderr, code } = await run('--coverage', '--format', format, '--policies', policies);
      assert.deepEqual(code, ['POLICY_TESTS_FAILED', 4, '1 of 2 tests failed']);
      assert.match(stdout, /test_denied/);
      assert.doesNotMatch(stdout + stderr, /COVERED/);
      if (format === 'json') assert.deepEqual(JSON.parse(stdout).coverage, []);
    }
  });

  test('goes to stderr beside what a CI parses', async (context) => {
    const { policies } = await facility(context, 'psi', half);
    const { stdout, stderr } = await run('--coverage', '--format', 'junit', '--policies', policies);
    assert.doesNotMatch(stdout, /COVERED/);
    assert.match(stderr, /COVERED/);
  });
});

test('lines are reported in ranges', () => {
  assert.equal(lineRanges([3, 4, 5, 9, 11, 12]), '3-5, 9, 11-12');
  assert.equal(lineRanges([]), '');
});

test('a policy without lines that count is covered', () => {
  assert.equal(percent([]), 100);
  assert.equal(percent([{ owner: 'psi', file: 'a', covered: 3, notCovered: [1] }]), 75);
});

test('a threshold is a number of per cent', () => {
  assert.equal(thresholdOf('87.5'), 87.5);
  for (const text of ['', 'x', '-1', '101', 'NaN']) assert.throws(() => thresholdOf(text), /from 0 to 100/);
});
