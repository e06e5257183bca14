import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { OWN_POLICIES } from '../../../src/authoring/source/owner.ts';
import { policyCommand } from '../../../src/cli/policy/command.ts';
import { FederationError } from '../../../src/model/errors.ts';
import { verifySource } from '../../../src/policy/distribution/verify.ts';
import { needsOpa, scratch } from '../../authoring/opa.ts';
import { OPA } from '../../support/policies.ts';
import { needs } from '../../support/real.ts';
import { labKey, opaBundle, trustOf } from '../../support/signed-bundle.ts';
import { collect } from '../collect.ts';

async function run(...args: string[]) {
  const output = collect();
  const command = await policyCommand(output);
  await command.parseAsync(args, { from: 'user' });
  return output;
}

async function begun(context: TestContext, id: string) {
  const policies = join(scratch(context), 'policies');
  const output = await run('init', id, '--policies', policies);
  return { policies, folder: join(policies, 'facilities', id), output };
}

describe('panfed policy init', () => {
  test('writes a policy and its test, and says what to do next', async (context) => {
    const { folder, output } = await begun(context, 'kit');
    assert.deepEqual(readdirSync(folder), ['decision.rego', 'decision_test.rego']);
    assert.match(output.stdout(), /kit\/decision\.rego\n.*kit\/decision_test\.rego\n$/);
    assert.match(output.stderr(), /^now: panfed policy check kit --policies /);
  });

  test('lists what a policy is given, with the values of the schema', async (context) => {
    const { folder } = await begun(context, 'kit');
    const text = readFileSync(join(folder, 'decision.rego'), 'utf8');
    assert.match(text, /^# input\.record\.sharing +"open" \| "conditional" \| "none" \| "unknown"$/m);
    assert.match(text, /^# input\.subject\.academic +boolean \| null$/m);
    assert.match(text, /^# input\.record\.license\.conditions\[_\]\.kind +"academic" \| /m);
    assert.match(text, /^# input\.request\.at\.licenseServers +list of string$/m);
  });

  test('replaces nothing: a facility that has a policy keeps it', async (context) => {
    const policies = scratch(context);
    const folder = join(policies, 'facilities', 'kit');
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'rules.rego'), 'package panfed.facility.kit\n');
    await assert.rejects(
      run('init', 'kit', '--policies', policies),
      (error) => error instanceof FederationError && error.code === 'USAGE' && error.entry.exit === 2,
    );
    assert.deepEqual(readdirSync(folder), ['rules.rego']);
  });

  for (const id of ['KIT', '../kit', 'a b', '', '1st', 'federation', 'preference', 'kit"]']) {
    test(`refuses ${JSON.stringify(id)} as a facility’s id`, async (context) => {
      const policies = scratch(context);
      await assert.rejects(run('init', id, '--policies', policies), /cannot be the id of a facility/);
      assert.deepEqual(readdirSync(policies), []);
    });
  }
});

/** The files that the gateway reads from an archive, packed and signed by OPA as docs/policies/signing.md describes. */
async function signed(id: string, folder: string): Promise<string[]> {
  const names = readdirSync(folder);
  const files = Object.fromEntries(names.map((name) => [name, readFileSync(join(folder, name), 'utf8')]));
  const key = labKey('ES256');
  const archive = await opaBundle({ owner: id, version: 1, key, files });
  const source = await verifySource(archive, trustOf(id, key), 'bundle.tar.gz');
  return [...source.files.keys()].sort();
}

describe('a policy in the folder that init writes', needs('opa', OPA), () => {
  for (const id of ['kit', 'my-lab']) {
    test(`is what a lab may sign, as ${id} has it first`, async (context) => {
      const { folder } = await begun(context, id);
      assert.deepEqual(await signed(id, folder), ['decision.rego', 'decision_test.rego']);
    });
  }

  for (const id of readdirSync(join(OWN_POLICIES, 'facilities'))) {
    test(`is what a lab may sign, as panfed has that of ${id}`, async () => {
      const files = await signed(id, join(OWN_POLICIES, 'facilities', id));
      assert.deepEqual(files, ['decision.rego', 'decision_test.rego']);
    });
  }
});

describe('the first policy', needsOpa, () => {
  for (const id of ['kit', 'my-lab']) {
    test(`of ${id} checks, tests wholly and builds as it stands`, async (context) => {
      const { policies } = await begun(context, id);
      await run('check', '--fmt', '--strict', id, '--policies', policies);
      const tested = await run('test', '--threshold', '100', id, '--policies', policies);
      assert.match(tested.stdout(), new RegExp(`^${id} +5 +0 +0$`, 'm'));
      const built = await run('build', id, '--policies', policies);
      assert.match(built.stdout(), /\.tar\.gz +written /);
    });
  }
});
