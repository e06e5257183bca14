// The policy builder as a process of its own: what it keeps is what a gateway with the same state puts in force.

import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { stringify } from 'yaml';
import { watchSources } from '../../../../src/cli/policy/build/watch.ts';
import { policyCommand } from '../../../../src/cli/policy/command.ts';
import { folderState } from '../../../../src/policy/distribution/state/folder-state.ts';
import { createStateSigner } from '../../../../src/policy/distribution/state/state-signer.ts';
import { OPA } from '../../../support/policies.ts';
import { policyServer } from '../../../support/policy-server.ts';
import { needs } from '../../../support/real.ts';
import { labKey, opaBundle } from '../../../support/signed-bundle.ts';
import { temporaryFolder } from '../../../support/temporary-folder.ts';
import { collect } from '../../collect.ts';

const SECRET = 'a secret of the federation, of 32 bytes or more';
const key = labKey('ES256', 'desy-2026');

async function federation(context: TestContext, policy: unknown): Promise<string> {
  const folder = temporaryFolder(context);
  const path = join(folder, 'federation.yaml');
  const registry = { key: 'hub', kind: 'graphql', url: 'https://hub.desy.de/graphql', pull: 'hub.desy.de' };
  await writeFile(
    path,
    stringify({
      federation: { name: 'test', secret: { env: 'SECRET' } },
      facilities: [
        {
          ...{ id: 'desy', name: 'DESY', policy },
          registries: [{ ...registry, token: { env: 'NOT_FOR_THE_BUILDER' } }],
        },
      ],
      policies: { builder: 'separate', state: 'state' },
    }),
  );
  return path;
}

const signed = (source: string) => ({
  ...{ source, algorithm: 'ES256', key: { env: 'DESY_KEY' }, keyId: 'desy-2026' },
});

const always = { owners: [], once: false, format: 'table' } as const;
const env = { SECRET, DESY_KEY: key.trusted, PATH: process.env.PATH };

describe('panfed policy build --watch', needs('opa', OPA), () => {
  test('stores what a lab ships, and reports what it refuses', async (context) => {
    await using server = await policyServer();
    const bundle = (version: number, rego: string) =>
      opaBundle({
        ...{ owner: 'desy', version, key },
        files: {
          'decision.rego': `package panfed.facility.desy\n\n${rego}\n`,
          'decision_test.rego':
            'package panfed.facility.desy.testing\n\nimport data.panfed.facility.desy\n\ntest_pull if desy.decision.pull with input as {}\n',
        },
      });
    const config = await federation(context, signed(server.url));
    const stop = new AbortController();
    const output = collect();
    const printed = (wanted: RegExp) =>
      new Promise<void>((resolve) => {
        const timer = setInterval(() => {
          if (!wanted.test(output.stdout())) return;
          clearInterval(timer);
          resolve();
        }, 20);
      });
    server.ship(
      await bundle(1, 'decision := {"discover": true, "pull": true, "execute": true, "reasons": []}'),
    );
    const ended = watchSources({ ...always, config, env, output, stop: stop.signal });
    await Promise.race([
      printed(/^desy: built, version 1 of desy-2026, 1 test passed, revision sha256:/m),
      ended,
    ]);
    server.ship(
      await bundle(2, 'decision := {"discover": true, "pull": false, "execute": false, "reasons": []}'),
    );
    await Promise.race([printed(/^desy: refused, POLICY_TESTS_FAILED: 1 of 1 tests failed/m), ended]);
    stop.abort();
    await ended;
    assert.deepEqual(
      output
        .stdout()
        .split('\n')
        .map((line) => line.split(',')[0]),
      ['desy: fetched', 'desy: built', 'desy: fetched', 'desy: refused', ''],
    );
    assert.match(output.stderr(), /^watching desy; keeping in .*state$/m);
    const state = await folderState(join(config, '..', 'state'), createStateSigner(SECRET));
    assert.equal((await state.latest('desy'))?.version, 1);
    assert.equal((await state.refusal('desy'))?.code, 'POLICY_TESTS_FAILED');
  });

  test('reports that no lab ships its policy', async (context) => {
    const config = await federation(context, 'desy.tar.gz');
    const stop = AbortSignal.abort();
    await assert.rejects(watchSources({ ...always, config, env, output: collect(), stop }), {
      code: 'CONFIG_INVALID',
    });
  });

  test('does not take an owner that ships no signed source', async (context) => {
    const config = await federation(context, signed('https://policies.desy.de/bundle.tar.gz'));
    const options = { ...always, config, env, output: collect(), stop: AbortSignal.abort() };
    await assert.rejects(watchSources({ ...options, owners: ['desy', 'dsey'] }), {
      code: 'USAGE',
      message: /^dsey is not a facility that ships/,
      hint: 'Those that do: desy.',
    });
  });

  test('requires OPA, and a secret to sign its state with, before it asks any source', async (context) => {
    const config = await federation(context, signed('https://policies.desy.de/bundle.tar.gz'));
    const options = { ...always, config, output: collect(), stop: AbortSignal.abort() };
    const bare = { ...env, PATH: '/nowhere', XDG_CACHE_HOME: '/nowhere' };
    await assert.rejects(watchSources({ ...options, env: bare }), { code: 'OPA_MISSING' });
    const { SECRET: _, ...secretless } = env;
    await assert.rejects(watchSources({ ...options, env: secretless }), { code: 'CONFIG_INVALID' });
  });
});

describe('the options of panfed policy build', () => {
  for (const args of [
    ['--watch', '--check'],
    ['--once', '--check'],
    ['--watch', '--once'],
    ['--watch', '--policies', 'policies'],
    ['--config', 'federation.yaml'],
  ]) {
    test(`do not take ${args.join(' ')}`, async () => {
      const command = await policyCommand(collect());
      await assert.rejects(command.parseAsync(['build', ...args], { from: 'user' }), {
        code: 'USAGE',
      });
    });
  }
});
