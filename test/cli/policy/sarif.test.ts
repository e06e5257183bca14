import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PolicyProblem } from '../../../src/authoring/source/problem.ts';
import { sarifLog } from '../../../src/cli/policy/sarif.ts';

const problem: PolicyProblem = {
  check: 'rules-only',
  severity: 'error',
  file: 'policies/facilities/a b/x#.rego',
  line: null,
  column: null,
  message: 'm',
  hint: 'h',
};

function resultOf(one: PolicyProblem) {
  const log = sarifLog([one]) as { runs: [{ results: [object] }] };
  return log.runs[0].results[0] as Record<string, unknown>;
}

test('a path in the folder is a relative URI, and one outside of it is absolute', () => {
  const uri = (file: string) => JSON.stringify(resultOf({ ...problem, file }));
  assert.ok(uri(problem.file).includes('"uri":"policies/facilities/a%20b/x%23.rego"'));
  assert.match(uri('../beside/x.rego'), /"uri":"file:\/\/\/\S+\/beside\/x\.rego"/);
});

test('a finding in a file as a whole has no region, and its hint is part of the message', () => {
  const { locations, message } = resultOf(problem);
  assert.ok(!JSON.stringify(locations).includes('region'));
  assert.deepEqual(message, { text: 'm\nhint: h' });
});
