import assert from 'node:assert/strict';
import { cpSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { OWN_POLICIES } from '../../../src/authoring/source/owner.ts';
import { policyCommand } from '../../../src/cli/policy/command.ts';
import type { Output } from '../../../src/cli/terminal/output.ts';
import { FederationError } from '../../../src/model/errors.ts';
import { allowing, facility, needsOpa, scratch } from '../../authoring/opa.ts';

/** Runs the command; a failure is returned and not thrown. */
async function run(...args: string[]) {
  const printed = { data: '', messages: '', error: null as unknown };
  const output: Output = {
    data: (text) => {
      printed.data += text;
    },
    show: (text) => {
      printed.data += text;
    },
    message: (text) => {
      printed.messages += text;
    },
    log: (line) => {
      printed.messages += line;
    },
    style: (_style, text) => text,
    columns: null,
    ascii: false,
  };
  const command = (await policyCommand(output)).exitOverride();
  await command.parseAsync(args, { from: 'user' }).catch((error: unknown) => {
    printed.error = error;
  });
  return printed;
}

function assertFailure(error: unknown, code: string, exit: number): void {
  assert.ok(error instanceof FederationError, String(error));
  assert.deepEqual([error.code, error.entry.exit], [code, exit]);
}

/** A copy of the shipped policies in another folder. */
function copied(context: TestContext): string {
  const folder = scratch(context);
  cpSync(OWN_POLICIES, folder, { recursive: true });
  return folder;
}

test('a format that is neither table nor json is a usage error', async () => {
  const command = (await policyCommand()).exitOverride();
  for (const each of command.commands) each.exitOverride().configureOutput({ writeErr: () => {} });
  await assert.rejects(command.parseAsync(['check', '--format', 'xml'], { from: 'user' }), /Allowed choices/);
});

describe('panfed policy', needsOpa, () => {
  test('check reports what each policy reads', async () => {
    const { data, error } = await run('check', 'federation', 'desy');
    assert.equal(error, null);
    assert.match(data, /^OWNER +READS +REASONS\nfederation +record\.facility /);
    assert.match(data, /^desy +record\.suppliedBy subject\.assurance subject\.sites +1$/m);
  });

  test('check reports each problem with file, line, column and hint, and exits 3', async (context) => {
    const { policies } = await facility(context, 'psi', {
      'decision.rego': allowing(
        'psi',
        'ok if input.record.sharin == "open"\n\nok if input.subject.site == []',
      ),
    });
    const { data, error } = await run('check', 'psi', '--policies', policies);
    assertFailure(error, 'POLICY_INVALID', 3);
    assert.match(
      data,
      /decision\.rego:7:7: error: undefined ref: input\.record\.sharin \[compiles\]\n {2}hint: did you mean input\.record\.sharing\?\n/,
    );
    assert.match(data, /decision\.rego:9:7: .*\n {2}hint: did you mean input\.subject\.sites\?\n/);
    assert.match((error as Error).message, /^2 problems found$/);
  });

  test('check --format json gives the same as data', async () => {
    const { data } = await run('check', 'esrf', '--format', 'json');
    const [esrf] = JSON.parse(data);
    assert.deepEqual([esrf.owner, esrf.problems], ['esrf', []]);
    assert.deepEqual(Object.keys(esrf.reasons), ['ESRF_ACADEMIC_AGREEMENT']);
  });

  test('test counts by owner', async () => {
    const { data, error } = await run('test', 'esrf', 'desy');
    assert.equal(error, null);
    assert.match(data, /^OWNER +PASSED +FAILED +SKIPPED\ndesy +\d+ +0 +0\nesrf +\d+ +0 +0\n$/);
  });

  test('a test that fails is reported with file and line, and exits 4', async (context) => {
    const policies = copied(context);
    writeFileSync(
      join(policies, 'facilities/esrf/more_test.rego'),
      'package panfed.facility.esrf_test\n\ntest_no if 1 == 2\n',
    );
    const { data, error } = await run('test', 'esrf', '--policies', policies);
    assertFailure(error, 'POLICY_TESTS_FAILED', 4);
    assert.match(data, /esrf\/more_test\.rego:3: test_no failed\n$/);
  });

  test('build --check passes over what is shipped, progress on stderr alone', async () => {
    const { data, messages, error } = await run('build', '--check', 'preference', 'esrf');
    assert.equal(error, null);
    assert.match(data, /preference\.tar\.gz +unchanged +\d+ +sha256:[0-9a-f]{64}\n/);
    assert.doesNotMatch(data, /compiling/);
    assert.equal(messages, 'policies: ./policies\ncompiling preference\ncompiling esrf\n');
  });

  test('build --check names a bundle that is not what its sources build, and exits 3', async (context) => {
    const policies = copied(context);
    rmSync(join(policies, 'bundle/desy.tar.gz'));
    writeFileSync(join(policies, 'bundle/esrf.tar.gz'), 'not it');
    const { data, error } = await run(
      ...['build', '--check', 'preference', 'desy', 'esrf'],
      ...['--policies', policies, '--format', 'json'],
    );
    assertFailure(error, 'POLICY_INVALID', 3);
    const outcomes = JSON.parse(data).map((one: { owner: string; outcome: string }) => [
      one.owner,
      one.outcome,
    ]);
    assert.deepEqual(outcomes, [
      ['preference', 'unchanged'],
      ['desy', 'missing'],
      ['esrf', 'differs'],
    ]);
  });

  test('build brings a bundle back to what was committed', async (context) => {
    const policies = copied(context);
    rmSync(join(policies, 'bundle/desy.tar.gz'));
    assert.equal((await run('build', 'desy', '--policies', policies)).error, null);
    assert.equal((await run('build', '--check', 'desy', '--policies', policies)).error, null);
  });

  test('an owner without a policy is a usage error', async () => {
    assertFailure((await run('check', 'isis')).error, 'USAGE', 2);
  });
});
