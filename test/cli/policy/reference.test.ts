import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { inputReference } from '../../../src/authoring/reference/input-reference.ts';
import { referenceCommand } from '../../../src/cli/policy/reference.ts';
import { FederationError } from '../../../src/model/errors.ts';
import { facility, needsOpa, scratch } from '../../authoring/opa.ts';
import { collect } from '../collect.ts';

async function run(...args: string[]): Promise<string> {
  const output = collect();
  await referenceCommand(output).exitOverride().parseAsync(args, { from: 'user' });
  return output.stdout();
}

describe('panfed policy reference input', () => {
  test('prints the page', async () => {
    assert.equal(await run('input'), await inputReference());
  });

  test('writes it to a file instead, and replaces what is there', async (context) => {
    const file = join(scratch(context), 'input.md');
    assert.equal(await run('input', '--output', file), '');
    await run('input', '--output', file);
    assert.equal(readFileSync(file, 'utf8'), await inputReference());
  });

  test('reports a file that cannot be written', async (context) => {
    const file = join(scratch(context), 'no', 'folder.md');
    await assert.rejects(run('input', '--output', file), (error) => {
      assert.ok(error instanceof FederationError);
      assert.deepEqual([error.code, error.at], ['USAGE', file]);
      return true;
    });
  });
});

describe('panfed policy reference reasons', needsOpa, () => {
  test('has the owners that are named, and links from where it is written', async (context) => {
    const file = join(scratch(context), 'reasons.md');
    await run('reasons', 'esrf', '--output', file);
    const page = readFileSync(file, 'utf8');
    assert.deepEqual(page.match(/^## .*/gm), ['## esrf', '## panfed']);
    assert.match(
      page,
      /\| `ESRF_ACADEMIC_AGREEMENT` \|.*\| \[decision\.rego\]\(\.\.\/.*policies\/facilities\/esrf\/decision\.rego\) \|/,
    );
  });

  test('prints the texts of a policy without what would act in a terminal', async (context) => {
    const { policies } = await facility(context, 'psi', {
      'decision.rego': `package panfed.facility.psi

decision := {"discover": false, "pull": false, "execute": false, "reasons": reasons}

# METADATA
# custom:
#   reasons:
#     PSI_CLOSED:
#       message: "Closed\\u001b[2J for \\u202enow."
#       remedy: "Wait."
reasons := [{"code": "PSI_CLOSED", "action": "pull", "params": {}}]
`,
      'decision_test.rego': `package panfed.facility.psi

test_closed if not decision.pull with input as {}
`,
    });
    const page = await run('reasons', 'psi', '--policies', policies);
    assert.match(page, /^\| `PSI_CLOSED` \| Closed\s?\[2J for now\. \| Wait\. \| pull \|/m);
    assert.doesNotMatch(page, /[^\P{C}\n]/u);
  });

  test('refuses an unknown owner', async () => {
    await assert.rejects(run('reasons', 'cern'), { code: 'USAGE' });
  });
});
