// A gateway without OPA and the policy builder as a process of its own: what a lab signs is fetched and built by the one
// and comes into force in the other; and what `--once` reports to a timer or a script.
import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { stringify } from 'yaml';
import { watchSources } from '../../src/cli/policy/build/watch.ts';
import { loadConfig } from '../../src/config/load.ts';
import type { FederationError } from '../../src/model/errors.ts';
import { collect } from '../cli/collect.ts';
import { type RunningGateway, startGateway } from '../support/gateway.ts';
import { OPA } from '../support/policies.ts';
import { type PolicyServer, policyServer } from '../support/policy-server.ts';
import { needs } from '../support/real.ts';
import { panfed, startPanfed } from '../support/serve.ts';
import { labKey, opaBundle } from '../support/signed-bundle.ts';

const key = labKey('ES256', 'desy-2026');
const SECRET = 'a secret of the federation, of 32 bytes or more';
const env = { SECRET, DESY_KEY: key.trusted };

const TEST = `package panfed.facility.desy.testing

import data.panfed.facility.desy

test_discover if desy.decision.discover with input as {"record": {"facility": "desy"}}
`;

import { temporaryFolder } from '../support/temporary-folder.ts';

/** Rules that let everybody pull, or nobody; or that their own test refuses. */
const bundle = (version: number, { pull = true, discover = true, signedBy = key } = {}) =>
  opaBundle({
    ...{ owner: 'desy', version, key: signedBy },
    files: {
      'decision.rego': `package panfed.facility.desy\n\ndecision := {"discover": ${discover}, "pull": ${pull}, "execute": ${pull}, "reasons": []}\n`,
      'decision_test.rego': TEST,
    },
  });

interface Policy {
  readonly status: string;
  readonly revision: string | null;
  readonly version: number | null;
  readonly signer: string | null;
  readonly refused: { readonly code: string } | null;
}

describe('panfed policy build as a process of its own', needs('opa', OPA), () => {
  let server: PolicyServer;

  before(async () => {
    server = await policyServer();
    await writeFile(join(folder, 'images.yaml'), '- repository: desy/crystfel\n');
  });
  after(async () => {
    await server[Symbol.asyncDispose]();
  });
  const folder = temporaryFolder({ after });

  /** A federation.yaml with a state of its own, by which both processes go. */
  async function federation(state: string): Promise<string> {
    const path = join(folder, `${state}.yaml`);
    const source = { source: server.url, algorithm: 'ES256', key: { env: 'DESY_KEY' }, keyId: 'desy-2026' };
    const registry = { key: 'hub', kind: 'file', url: 'images.yaml', pull: 'hub.desy.de' };
    const federation = { name: 'test', secret: { env: 'SECRET' }, listen: { port: 0 } };
    const facilities = [{ id: 'desy', name: 'DESY', policy: source, registries: [registry] }];
    const policies = { builder: 'separate', watch: 1, state };
    await writeFile(path, stringify({ demo: true, federation, facilities, policies }));
    return path;
  }

  async function policyOf(gateway: RunningGateway): Promise<Policy> {
    const question = '{ facilities { policy { status revision version signer refused { code } } } }';
    const { data } = await gateway.ask<{ facilities: readonly { policy: Policy | null }[] }>(question);
    const policy = data.facilities[0]?.policy;
    assert.ok(policy);
    return policy;
  }

  test('--watch builds what comes, and the gateway takes it up; an interrupt ends it well', async () => {
    const config = await federation('watched');
    server.ship(await bundle(1));
    // It has no OPA.
    const gateway = await startGateway(await loadConfig(config, env), { env });
    const builder = startPanfed(['policy', 'build', '--watch', '--config', config, '--format', 'json'], {
      env,
    });
    const until = async (holds: (policy: Policy) => boolean): Promise<Policy> => {
      for (;;) {
        const policy = await policyOf(gateway);
        if (holds(policy)) return policy;
        const ended = await Promise.race([builder.ended, setTimeout(100, null)]);
        assert.equal(ended, null, 'the builder goes on');
      }
    };
    try {
      assert.equal((await policyOf(gateway)).version, null);
      const first = await until(({ version }) => version === 1);
      assert.deepEqual([first.status, first.signer, first.refused], ['ACTIVE', 'desy-2026', null]);
      server.ship(await bundle(2, { pull: false }));
      const second = await until(({ version }) => version === 2);
      assert.notEqual(second.revision, first.revision);
      server.ship(await bundle(3, { discover: false }));
      const third = await until(({ refused }) => refused !== null);
      assert.deepEqual([third.refused?.code, third.version], ['POLICY_TESTS_FAILED', 2]);

      const { code, signal, stdout, stderr } = await builder.stop('SIGINT');
      assert.deepEqual([code, signal], [0, null], stderr);
      const events = stdout
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line) as Record<string, unknown>);
      assert.deepEqual(
        events.map(({ event, facility, version, signer, revision, code }) => [
          ...[event, facility],
          ...[version ?? code, signer, revision],
        ]),
        [
          ['fetched', 'desy', undefined, undefined, undefined],
          ['built', 'desy', 1, 'desy-2026', first.revision],
          ['fetched', 'desy', undefined, undefined, undefined],
          ['built', 'desy', 2, 'desy-2026', second.revision],
          ['fetched', 'desy', undefined, undefined, undefined],
          ['refused', 'desy', 'POLICY_TESTS_FAILED', undefined, undefined],
        ],
      );
    } finally {
      await builder.stop('SIGKILL');
      await gateway.close();
    }
  });

  test('--once takes what is there, and its exit code says whether it could', async () => {
    const config = await federation('once');
    const once = async (code: number, ...more: string[]) => {
      const ended = await panfed(['policy', 'build', '--once', '--config', config, ...more], { env });
      assert.deepEqual([ended.code, ended.signal], [code, null], ended.stderr);
      return ended;
    };
    server.ship(await bundle(1));
    const first = await once(0, 'desy');
    assert.match(
      first.stdout,
      /^desy: fetched, .*\ndesy: built, version 1 of desy-2026, 1 test passed, revision sha256:\w+.*\n$/,
    );
    // What else there may be is the same command's in this process.
    const inProcess = async () => {
      const output = collect();
      const stop = new AbortController().signal;
      const options = { owners: [], once: true, format: 'table', config, output, stop } as const;
      const error = await watchSources({ ...options, env: { ...env, PATH: process.env.PATH } }).then(
        () => null,
        ({ entry }: FederationError) => entry.exit,
      );
      return { exit: error ?? 0, stdout: output.stdout() };
    };
    const again = await inProcess();
    assert.equal(again.exit, 0);
    assert.match(
      again.stdout,
      /^desy: fetched, .*\ndesy: unchanged, version 1 of desy-2026 is kept already\n$/,
    );

    server.ship(await bundle(2, { signedBy: { ...labKey('ES256'), keyId: key.keyId } }));
    const refused = await once(3);
    assert.match(refused.stdout, /^desy: fetched, .*\ndesy: refused, POLICY_UNSIGNED: .*\n$/);
    assert.match(refused.stderr, /^error POLICY_INVALID: the policy source of desy was refused$/m);

    server.misbehave((response) => response.writeHead(503).end());
    const unavailable = await inProcess();
    assert.equal(unavailable.exit, 5);
    assert.match(unavailable.stdout, /^desy: unavailable, SOURCE_\w+: .*\n$/);
    server.misbehave(null);
  });

  test('an option that is not spelled right is told with the one that is meant', async () => {
    const { code, stdout, stderr } = await panfed(['policy', 'build', '--wacth']);
    assert.deepEqual([code, stdout], [2, '']);
    assert.match(stderr, /unknown option '--wacth'\n.*\n {2}hint: Did you mean --watch\?/);
  });
});
