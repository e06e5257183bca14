import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { describe, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { policyCommand } from '../../../src/cli/policy/command.ts';
import { FederationError } from '../../../src/model/errors.ts';
import { facility, needsOpa } from '../../authoring/opa.ts';
import { collect } from '../collect.ts';

const DECISION =
  'decision := {"discover": true, "pull": count(denied) == 0, "execute": false, "reasons": []}';
const DENIAL = 'denied contains "x" if input.record.suppliedBy == "user"';
const misleading = { 'decision.rego': `package panfed.facility.psi\n\n${DECISION}\n\n${DENIAL}\n` };
const untidy = {
  'decision.rego':
    'package panfed.facility.psi\n\ndecision := {"discover":true, "pull": ok, "execute": ok, "reasons": []}\n\ndefault ok := false\n\nok if input.record.listed == true\n',
};

async function run(...args: string[]) {
  const output = collect();
  let error: unknown = null;
  const command = await policyCommand(output);
  await command.parseAsync(args, { from: 'user' }).catch((failure: unknown) => {
    error = failure;
  });
  const code = error instanceof FederationError ? [error.code, error.entry.exit, error.message] : error;
  const at = error instanceof FederationError ? error.at : undefined;
  return { stdout: output.stdout(), stderr: output.stderr(), code, at };
}

describe('panfed policy check', needsOpa, () => {
  test('reports a warning by place and name, and passes', async (context) => {
    const { policies } = await facility(context, 'psi', misleading);
    const { stdout, stderr, code } = await run('check', '--policies', policies);
    assert.equal(code, null);
    assert.match(stdout, /psi\/decision\.rego:5:24: warning: if .* is allowed \[fail-open\]\n {2}hint: /);
    assert.equal(stderr, '1 warning; the policy can be built all the same\n');
  });

  test('--strict makes a warning a failure', async (context) => {
    const { policies } = await facility(context, 'psi', misleading);
    const { code } = await run('check', '--strict', '--policies', policies);
    assert.deepEqual(code, ['POLICY_INVALID', 3, '1 warning found']);
  });

  test('--format json has check and severity of each', async (context) => {
    const { policies } = await facility(context, 'psi', misleading);
    const { stdout } = await run('check', '--format', 'json', '--policies', policies);
    const [{ problems, warnings }] = JSON.parse(stdout);
    assert.deepEqual(problems, []);
    assert.deepEqual(
      [warnings[0].check, warnings[0].severity, warnings[0].line],
      ['fail-open', 'warning', 5],
    );
  });

  test('--format github has an annotation at the line of each', async (context) => {
    const { policies, owner } = await facility(context, 'psi', misleading);
    const { stdout, code } = await run('check', '--format', 'github', '--policies', policies);
    assert.equal(code, null);
    const file = relative(process.cwd(), join(owner.folder, 'decision.rego'));
    assert.match(stdout, /^::warning file=\S+,line=5,title=fail-open::if .* is allowed; hint: .*\n$/);
    assert.ok(stdout.includes(`file=${file},`));
  });

  test('--format sarif has a rule a check and a result each, also where nothing is found', async (context) => {
    const { policies, owner } = await facility(context, 'psi', misleading);
    const [log] = JSON.parse((await run('check', '--format', 'sarif', '--policies', policies)).stdout).runs;
    const [result] = log.results;
    assert.deepEqual([log.results.length, result.ruleId, result.level], [1, 'fail-open', 'warning']);
    assert.equal(log.tool.driver.rules[result.ruleIndex].id, 'fail-open');
    assert.deepEqual(result.locations[0].physicalLocation, {
      artifactLocation: { uri: pathToFileURL(join(owner.folder, 'decision.rego')).href },
      region: { startLine: 5, startColumn: 24 },
    });
    const clean = JSON.parse((await run('check', 'esrf', '--format', 'sarif')).stdout);
    assert.deepEqual([clean.version, clean.runs[0].results], ['2.1.0', []]);
  });

  test('looks at the layout with --fmt alone', async (context) => {
    const { policies } = await facility(context, 'psi', untidy);
    assert.equal((await run('check', '--policies', policies)).code, null);
    const { stdout, code } = await run('check', '--fmt', '--policies', policies);
    assert.deepEqual(code, ['POLICY_INVALID', 3, '1 problem found']);
    assert.match(stdout, /decision\.rego:3:1: error: .* \[format\]\n {2}hint: run `panfed policy fmt psi`/);
  });

  test('what panfed ships is as opa fmt writes it, and gives no warning', async () => {
    const { stdout, code } = await run('check', '--fmt', '--strict');
    assert.equal(code, null, stdout);
  });
});

describe('panfed policy fmt', needsOpa, () => {
  test('--diff shows the lines that would change, writes nothing, and exits 3', async (context) => {
    const { policies, owner } = await facility(context, 'psi', untidy);
    const { stdout, code } = await run('fmt', '--diff', '--policies', policies);
    assert.deepEqual(code, ['POLICY_INVALID', 3, '1 file is not as opa fmt writes them']);
    const [place, ...lines] = stdout.trimEnd().split('\n');
    assert.match(place ?? '', /psi\/decision\.rego:3$/);
    assert.deepEqual(
      lines.map((line) => line.slice(0, 31)),
      ['-decision := {"discover":true, ', '+decision := {"discover": true,'],
    );
    assert.equal(readFileSync(join(owner.folder, 'decision.rego'), 'utf8'), untidy['decision.rego']);
  });

  test('writes what differs and names it; then there is nothing more', async (context) => {
    const { policies, owner } = await facility(context, 'psi', untidy);
    assert.match((await run('fmt', 'psi', '--policies', policies)).stdout, /^\S+psi\/decision\.rego\n$/);
    assert.match(readFileSync(join(owner.folder, 'decision.rego'), 'utf8'), /"discover": true/);
    assert.equal((await run('fmt', '--policies', policies)).stdout, '');
    assert.equal((await run('fmt', '--diff', '--policies', policies)).code, null);
  });

  test('a file that is not Rego is reported with its path', async (context) => {
    const { policies } = await facility(context, 'psi', { 'decision.rego': 'package\n' });
    const { code, at } = await run('fmt', '--policies', policies);
    assert.equal((code as string[])[0], 'POLICY_INVALID');
    assert.match(at ?? '', /decision\.rego:2/);
  });
});
