// A lab's bundle is written anew while the gateway runs: it comes into force, the portal sees when, and one that is
// broken changes nothing.
import assert from 'node:assert/strict';
import { cp, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { type RunningGateway, startDemo } from '../support/gateway.ts';
import { bundleFolder, OPA } from '../support/policies.ts';
import { needs } from '../support/real.ts';
import { ROOT } from '../support/root.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const QUESTION = `{
  facilities { id policy { status revision activated } }
  images(only: { facilities: ["esrf"] }, first: 100) { nodes { access { pull reasons { code policy } } } }
}`;
const CLOSED = {
  rego: `decision := {"discover": true, "pull": false, "execute": false, "reasons": [{"code": "ESRF_CLOSED", "action": "pull", "params": {}}]}`,
  reads: [['record', 'facility']],
  reasons: { ESRF_CLOSED: { message: 'The ESRF is closed.', remedy: null } },
};

interface Answer {
  readonly facilities: readonly {
    readonly id: string;
    readonly policy: {
      readonly status: string;
      readonly revision: string;
      readonly activated: string;
    } | null;
  }[];
  readonly images: {
    readonly nodes: readonly {
      readonly access: { readonly pull: boolean; readonly reasons: readonly { readonly code: string }[] };
    }[];
  };
}

describe('a bundle that is written while the gateway runs', needs('opa', OPA), () => {
  let compiled: Awaited<ReturnType<typeof bundleFolder>>;
  let gateway: RunningGateway;
  before(async () => {
    compiled = await bundleFolder();
    await cp(`${ROOT}policies/bundle/esrf.tar.gz`, join(folder, 'esrf.tar.gz'));
    gateway = await startDemo((config) => ({
      ...config,
      policies: { ...config.policies, watch: 1 },
      facilities: config.facilities
        .filter(({ id }) => id === 'esrf')
        .map((facility) => ({ ...facility, policy: join(folder, 'esrf.tar.gz') })),
    }));
  });
  after(async () => {
    await gateway.close();
    await compiled[Symbol.asyncDispose]();
  });
  const folder = temporaryFolder({ after });

  const ask = async () => {
    const { data } = await gateway.ask<Answer>(QUESTION, {}, await gateway.token('esrf-em'));
    const policy = data.facilities.find(({ id }) => id === 'esrf')?.policy;
    assert(policy != null);
    return { policy, images: data.images.nodes };
  };
  const metric = async (line: string) => {
    const text = await gateway.metrics();
    return text.split('\n').find((each) => each.startsWith(line)) ?? null;
  };

  test('comes into force, and a broken one leaves it there', async () => {
    const old = await ask();
    assert(old.images.some(({ access }) => access.pull));

    await rename(await compiled.compile('esrf', CLOSED), join(folder, 'esrf.tar.gz'));
    let now = await ask();
    while (now.policy.revision === old.policy.revision) {
      assert(now.images.some(({ access }) => access.pull));
      await setTimeout(100);
      now = await ask();
    }
    assert(now.images.every(({ access }) => !access.pull));
    assert(now.images.some(({ access }) => access.reasons.some(({ code }) => code === 'ESRF_CLOSED')));
    assert(Date.parse(now.policy.activated) > Date.parse(old.policy.activated));
    assert.equal(await metric('panfed_policy_activation_failures_total'), null);

    await writeFile(join(folder, 'esrf.tar.gz'), 'not a bundle');
    const failures = 'panfed_policy_activation_failures_total{owner="esrf",code="POLICY_INVALID"}';
    while ((await metric(failures)) === null) await setTimeout(100);
    assert.equal(await metric(failures), `${failures} 1`);
    assert.deepEqual(await ask(), now);
  });
});
