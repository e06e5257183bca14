import assert from 'node:assert/strict';
import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { resourcesCommand } from '../../../src/cli/policy/resources.ts';
import type { FederationError } from '../../../src/model/errors.ts';
import { needsOpa, scratch } from '../../authoring/opa.ts';
import { ROOT } from '../../support/root.ts';
import { endSharedSettings, sharedSetting } from '../../support/shared-setting.ts';
import { collect } from '../collect.ts';

after(endSharedSettings);

async function run(...args: string[]) {
  const output = collect();
  const open = args.includes('--policies') ? undefined : sharedSetting;
  const command = resourcesCommand(output, {}, open).exitOverride();
  const config = ['--config', `${ROOT}federation.yaml`];
  const error = await command.parseAsync([...config, ...args], { from: 'user' }).then(
    () => null,
    (thrown: FederationError) => thrown,
  );
  return { data: output.stdout(), error };
}

describe('panfed policy resources', needsOpa, () => {
  test('shows each resource of the configuration, and why a person may not use it', async () => {
    const { data, error } = await run('--as', 'visitor');
    assert.equal(error, null);
    const [head = '', ...rows] = data.split('\n');
    assert.match(head, /^RESOURCE +SEE +USE +WHY NOT$/);
    assert.ok(
      rows.some((row) => /^desy\/maxwell-gpu +yes +no +\S+: .+maxwell/.test(row)),
      data,
    );
    assert.ok(
      rows.some((row) => /^\S+ +no +no\s*$/.test(row)),
      'one that is hidden is there for its author',
    );
  });

  test('of a member of the lab says that they may use its resource', async () => {
    const { data } = await run('--as', 'desy-staff', '--resource', 'desy/maxwell-gpu', '--format', 'json');
    assert.deepEqual(JSON.parse(data), {
      person: 'desy-staff',
      resources: [{ id: 'desy/maxwell-gpu', visible: true, use: true, reasons: [], failure: null }],
    });
  });

  test('names the nearest resource and person to an unknown one', async () => {
    const resource = await run('--as', 'visitor', '--resource', 'desy/maxwel-gpu');
    assert.deepEqual(
      [resource.error?.code, resource.error?.hint],
      ['USAGE', 'Did you mean desy/maxwell-gpu?'],
    );
    const person = await run('--as', 'visitr');
    assert.deepEqual([person.error?.code, person.error?.hint], ['USAGE', 'Did you mean visitor?']);
  });

  test('says of a policy that gives no decision that it failed, and how; and of one without the rule, what to write', async (context) => {
    const policies = join(scratch(context), 'policies');
    cpSync(join(ROOT, 'policies'), policies, { recursive: true });
    rmSync(join(policies, 'federation', 'resource_test.rego'));
    const path = join(policies, 'federation', 'resource.rego');
    const text = readFileSync(path, 'utf8');
    writeFileSync(path, text.replace('"visible": resource_visible', '"visible": "often"'));
    const { data, error } = await run('--as', 'visitor', '--policies', policies, '--resource', 'desy/pool');
    assert.equal(error, null);
    assert.match(data, /desy\/pool +no +no +The policy failed: not a decision on a resource/);
    writeFileSync(path, text.replace('resource := {', 'other := {'));
    const without = await run('--as', 'visitor', '--policies', policies);
    assert.equal(without.error?.code, 'POLICY_INVALID');
    assert.match(without.error?.hint ?? '', /write the rule `resource`/);
  });
});
