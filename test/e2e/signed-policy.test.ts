// A lab ships its policy itself: signed source from its own server comes into force in a running gateway, an older one does
// not, and what was in force is there after a restart without the lab.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { type Config, configSchema } from '../../src/config/schema.ts';
import { demoConfig, type RunningGateway, settled, startGateway } from '../support/gateway.ts';
import { OPA } from '../support/policies.ts';
import { type PolicyServer, policyServer } from '../support/policy-server.ts';
import { needs } from '../support/real.ts';
import { ROOT } from '../support/root.ts';
import { type LabKey, labKey, opaBundle } from '../support/signed-bundle.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const QUESTION = `{
  facilities { id policy { status revision version signer refused { at code } } }
  images(only: { facilities: ["desy"] }, first: 100) { nodes { access { pull reasons { code } } } }
}`;

interface Answer {
  readonly facilities: readonly {
    readonly id: string;
    readonly policy: {
      readonly status: string;
      readonly revision: string | null;
      readonly version: number | null;
      readonly signer: string | null;
      readonly refused: { readonly at: string; readonly code: string } | null;
    } | null;
  }[];
  readonly images: {
    readonly nodes: readonly {
      readonly access: { readonly pull: boolean; readonly reasons: readonly { readonly code: string }[] };
    }[];
  };
}

const CLOSED = `package panfed.facility.desy

# METADATA
# custom:
#   reasons:
#     DESY_CLOSED:
#       message: "DESY gives nothing away this week."
#       remedy: "Come back next week."
closed := {"code": "DESY_CLOSED", "action": "pull", "params": {}} if input.record.facility == "desy"

decision := {"discover": true, "pull": false, "execute": false, "reasons": [closed]}
`;

const CLOSED_TEST = `package panfed.facility.desy.testing

import data.panfed.facility.desy

test_nothing_is_given_away if not desy.decision.pull with input as {"record": {"facility": "desy"}}
`;

/** Two labs of the demo, with desy's policy from there; without a folder nothing is kept on disk. */
async function startWith(
  server: PolicyServer,
  { folder, key }: { readonly folder?: string; readonly key: LabKey },
): Promise<RunningGateway> {
  const { baseDirectory, ...config } = await demoConfig();
  const policy = { source: server.url, algorithm: key.alg, key: { env: 'DESY_KEY' }, keyId: key.keyId };
  const changed = configSchema.parse({
    ...config,
    ...(folder !== undefined && { federation: { ...config.federation, secret: { env: 'SECRET' } } }),
    policies: { ...config.policies, watch: 1, ...(folder !== undefined && { state: join(folder, 'state') }) },
    facilities: config.facilities
      .filter(({ id }) => ['desy', 'esrf'].includes(id))
      .map((facility) => (facility.id === 'desy' ? { ...facility, policy } : facility)),
  });
  const env = {
    DESY_KEY: key.trusted,
    SECRET: 'a secret of the federation, of 32 bytes or more',
    PATH: process.env.PATH,
  };
  const running = await startGateway({ ...changed, baseDirectory } satisfies Config, { env });
  await settled(running);
  return running;
}

describe('a policy that a lab ships itself', needs('opa', OPA), () => {
  const key = labKey('ES256', 'desy-2026');
  let server: PolicyServer;
  let gateway: RunningGateway;
  let open: Uint8Array;

  const bundle = (version: number, files: Readonly<Record<string, string>>) =>
    opaBundle({ owner: 'desy', version, key, files });

  before(async () => {
    server = await policyServer();
    const source = (name: string) => readFile(`${ROOT}policies/facilities/desy/${name}`, 'utf8');
    open = await bundle(1, {
      'decision.rego': await source('decision.rego'),
      'decision_test.rego': await source('decision_test.rego'),
    });
    server.ship(open);
  });
  after(async () => {
    await gateway?.close();
    await server[Symbol.asyncDispose]();
  });
  const folder = temporaryFolder({ after });

  const start = () => startWith(server, { folder, key });

  async function ask() {
    const { data } = await gateway.ask<Answer>(QUESTION, {}, await gateway.token('desy-staff'));
    const policy = data.facilities.find(({ id }) => id === 'desy')?.policy;
    assert(policy != null);
    return { policy, access: data.images.nodes.map(({ access }) => access) };
  }

  async function until(holds: (now: Awaited<ReturnType<typeof ask>>) => boolean) {
    let now = await ask();
    while (!holds(now)) {
      await setTimeout(100);
      now = await ask();
    }
    return now;
  }

  test('comes into force, gives way to its next version, and to no older one, across a restart', async () => {
    gateway = await start();
    const first = await until(({ policy }) => policy.version === 1);
    assert.deepEqual(
      [first.policy.status, first.policy.signer, first.policy.refused],
      ['ACTIVE', 'desy-2026', null],
    );
    assert(first.access.some(({ pull }) => pull));

    server.ship(await bundle(2, { 'decision.rego': CLOSED, 'decision_test.rego': CLOSED_TEST }));
    const second = await until(({ policy }) => policy.version === 2);
    assert(second.access.length > 0);
    assert(
      second.access.every(({ pull, reasons }) => !pull && reasons.some(({ code }) => code === 'DESY_CLOSED')),
    );

    server.ship(open);
    const replayed = await until(({ policy }) => policy.refused !== null);
    assert.equal(replayed.policy.refused?.code, 'POLICY_REPLAYED');
    assert.deepEqual([replayed.policy.version, replayed.access], [2, second.access]);
    const metrics = await gateway.metrics();
    assert.match(metrics, /^panfed_policy_version\{owner="desy",signer="desy-2026"\} 2$/m);
    const refusals = /^panfed_policy_activation_failures_total\{owner="desy",code="POLICY_REPLAYED"\} 1$/m;
    assert.match(metrics, refusals);

    await gateway.close();
    server.misbehave((response) => response.destroy());
    gateway = await start();
    const kept = await ask();
    assert.deepEqual([kept.policy.version, kept.policy.revision], [2, second.policy.revision]);
    assert.equal(kept.policy.refused?.code, 'POLICY_REPLAYED');
    assert.deepEqual(kept.access, second.access);
  });
});

describe('a policy that its lab never delivered', () => {
  test('denies that lab’s records, and keeps the gateway ready for the others', async () => {
    await using server = await policyServer();
    server.misbehave((response) => response.writeHead(503).end());
    const gateway = await startWith(server, { key: labKey() });
    try {
      const { data } = await gateway.ask<Answer>(QUESTION, {}, await gateway.token('desy-staff'));
      const policy = data.facilities.find(({ id }) => id === 'desy')?.policy;
      assert.deepEqual(
        [policy, data.images.nodes],
        [{ status: 'FAILED', revision: null, version: null, signer: null, refused: null }, []],
      );
      assert.equal((await fetch(`${gateway.url}/readyz`)).status, 200);
      const others = await gateway.ask<Answer>(QUESTION.replace('only: { facilities: ["desy"] }, ', ''));
      assert.ok(others.data.images.nodes.length > 0);
    } finally {
      await gateway.close();
    }
  });
});
