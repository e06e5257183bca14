import assert from 'node:assert/strict';
import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { Command, Option } from 'commander';
import type { PolicyTest } from '../../../src/authoring/evaluate/test.ts';
import { testCommand } from '../../../src/cli/policy/test.ts';
import { testReport } from '../../../src/cli/policy/test-report.ts';
import type { Output } from '../../../src/cli/terminal/output.ts';
import { allowing, facility, needsOpa } from '../../authoring/opa.ts';

const silent: Output = {
  data: () => {},
  show: () => {},
  message: () => {},
  log: () => {},
  style: (_style, text) => text,
  columns: null,
  ascii: false,
};

const outcomes: readonly PolicyTest[] = [
  { owner: 'psi', name: 'test_a', at: 'p/a_test.rego:3', outcome: 'passed', detail: null, inputs: 2 },
  { owner: 'psi', name: 'test_b', at: 'p/a_test.rego:5', outcome: 'failed', detail: null, inputs: 0 },
  { owner: 'psi', name: 'todo_test_c', at: 'p/a_test.rego:7', outcome: 'skipped', detail: null, inputs: 0 },
  {
    owner: 'esrf',
    name: 'test_d',
    at: 'e:f,%.rego:9',
    outcome: 'error',
    detail: 'a "b" <c>\u001b[1m 5%',
    inputs: 0,
  },
  {
    owner: 'esrf',
    name: 'test_e',
    at: 'e.rego:11',
    outcome: 'differs',
    detail: 'OPA: 1; compiled: 2',
    inputs: 1,
  },
];

describe('the report of tests', () => {
  test('as a table counts by owner, then reports each failure with its place', () => {
    assert.equal(
      testReport('table', outcomes, silent),
      [
        'OWNER  PASSED  FAILED  SKIPPED',
        'psi    1       1       1',
        'esrf   0       2       0',
        'p/a_test.rego:5: test_b failed',
        'e:f,%.rego:9: test_d error: a "b" <c> [1m 5%',
        'e.rego:11: test_e differs: OPA: 1; compiled: 2',
        '',
      ].join('\n'),
    );
  });

  test('as JSON is what was found', () => {
    assert.deepEqual(JSON.parse(testReport('json', outcomes, silent)), outcomes);
  });

  test('as JUnit has a suite an owner, and no character that XML cannot hold', () => {
    assert.equal(
      testReport('junit', outcomes, silent),
      `<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="panfed policy test" tests="5" failures="2" errors="1" skipped="1">
  <testsuite name="psi" tests="3" failures="1" errors="0" skipped="1">
    <testcase classname="psi" name="test_a" file="p/a_test.rego" line="3"/>
    <testcase classname="psi" name="test_b" file="p/a_test.rego" line="5"><failure message="failed" type="failed">p/a_test.rego:5</failure></testcase>
    <testcase classname="psi" name="todo_test_c" file="p/a_test.rego" line="7"><skipped/></testcase>
  </testsuite>
  <testsuite name="esrf" tests="2" failures="1" errors="1" skipped="0">
    <testcase classname="esrf" name="test_d" file="e:f,%.rego" line="9"><error message="a &quot;b&quot; &lt;c&gt; [1m 5%" type="error">e:f,%.rego:9</error></testcase>
    <testcase classname="esrf" name="test_e" file="e.rego" line="11"><failure message="OPA: 1; compiled: 2" type="differs">e.rego:11</failure></testcase>
  </testsuite>
</testsuites>
`,
    );
  });

  test('for GitHub puts each failure at its line', () => {
    assert.deepEqual(testReport('github', outcomes, silent).split('\n').slice(3), [
      '::error file=p/a_test.rego,line=5,title=test_b failed::test_b failed',
      '::error file=e%3Af%2C%25.rego,line=9,title=test_d error::a "b" <c> [1m 5%25',
      '::error file=e.rego,line=11,title=test_e differs::OPA: 1; compiled: 2',
      '',
    ]);
  });
});

describe('panfed policy test --watch', { ...needsOpa, timeout: 120_000 }, () => {
  test('reports the outcome again after each change, failures included', async (context) => {
    const { policies } = await facility(context, 'psi', {
      'decision.rego': allowing('psi'),
      'decision_test.rego': 'package panfed.facility.psi_test\n\ntest_a if true\n',
    });
    const run = watching(context, policies);
    await run.prints('data', /^psi +1 +0 +0\n$/m);
    writeFileSync(join(policies, 'facilities/psi/more_test.rego'), 'package more\n\ntest_b if false\n');
    await run.prints('data', /more_test\.rego:3: test_b failed\n$/);
    await run.prints('messages', /error POLICY_TESTS_FAILED: 1 of 2 tests failed[\s\S]*waiting for changes/);
    // Most editors save like this.
    writeFileSync(join(policies, 'saved'), 'package more\n\ntest_b if {\n');
    renameSync(join(policies, 'saved'), join(policies, 'facilities/psi/more_test.rego'));
    await run.prints('messages', /error POLICY_INVALID: [\s\S]*waiting for changes/);
    writeFileSync(join(policies, 'facilities/psi/more_test.rego'), 'package more\n\ntest_c if true\n');
    await run.prints('data', /^psi +2 +0 +0\n$/m);
    await run.end();
  });
});

function watching(context: TestContext, policies: string) {
  const printed = { data: '', messages: '' };
  let wake = () => {};
  const write = (stream: keyof typeof printed) => (text: string) => {
    printed[stream] += text;
    wake();
  };
  const output: Output = { ...silent, data: write('data'), show: write('data'), message: write('messages') };
  const ending = new AbortController();
  context.after(() => ending.abort());
  const command = new Command('test').argument('[owner...]').addOption(new Option('--policies <folder>'));
  const done = testCommand(command, output, ending.signal).parseAsync(['--policies', policies, '--watch'], {
    from: 'user',
  });
  return {
    /** Waits for the output: how often it runs depends on how the file system reports a change. */
    async prints(stream: keyof typeof printed, what: RegExp): Promise<void> {
      while (!what.test(printed[stream])) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    },
    async end(): Promise<void> {
      ending.abort();
      await done;
    },
  };
}
