import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { OWN_POLICIES } from '../../../src/authoring/source/owner.ts';
import { policyCommand } from '../../../src/cli/policy/command.ts';
import { chosenPolicies } from '../../../src/cli/policy/folder.ts';
import { scratch } from '../../authoring/opa.ts';
import { collect } from '../collect.ts';

/** Changes to an empty folder until the test ends. */
function inFolder(context: TestContext): string {
  const before = process.cwd();
  const folder = scratch(context);
  process.chdir(folder);
  context.after(() => process.chdir(before));
  return folder;
}

describe('the folder of policies', () => {
  test('is the one that is named, which is not reported', (context) => {
    mkdirSync(join(inFolder(context), 'policies'));
    const output = collect();
    assert.equal(chosenPolicies({ policies: 'mine' }, output), 'mine');
    assert.equal(output.stderr(), '');
  });

  test('is ./policies where there is one, and the first line says so', (context) => {
    mkdirSync(join(inFolder(context), 'policies'));
    const output = collect();
    assert.equal(chosenPolicies({}, output), 'policies');
    assert.equal(output.stderr(), 'policies: ./policies\n');
  });

  test('is else what panfed ships, and the first line says so', (context) => {
    inFolder(context);
    const output = collect();
    assert.equal(chosenPolicies({}, output), OWN_POLICIES);
    assert.match(output.stderr(), /^policies: those that panfed ships, .*--policies names others\n$/);
  });

  const commands = [
    ['check'],
    ['fmt'],
    ['test'],
    ['build'],
    ['eval', '--as', 'industry', '--image', 'x'],
    ['explain', '--as', 'industry', '--image', 'x'],
    ['reference', 'reasons'],
    ['diff', 'HEAD', 'HEAD~1', '--demo'],
  ];
  for (const args of commands) {
    test(`policy ${args[0]} asks for ./policies first, and never for others where it is empty`, async (context) => {
      mkdirSync(join(inFolder(context), 'policies'));
      const output = collect();
      const command = (await policyCommand(output)).exitOverride();
      await assert.rejects(command.parseAsync(args, { from: 'user' }));
      assert.match(output.stderr(), /^policies: \.\/policies\n/);
      assert.equal(output.stdout(), '');
    });
  }
});
