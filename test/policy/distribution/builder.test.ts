// From a lab's server, or its file, to what is kept: what is new is taken once, what is wrong is refused once, and what was
// good stays whatever comes after it.

import assert from 'node:assert/strict';
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { gunzipSync, gzipSync } from 'node:zlib';
import { FederationError } from '../../../src/model/errors.ts';
import { folderState } from '../../../src/policy/distribution/state/folder-state.ts';
import { memoryState } from '../../../src/policy/distribution/state/memory-state.ts';
import type { PolicyState } from '../../../src/policy/distribution/state/state.ts';
import { createStateSigner } from '../../../src/policy/distribution/state/state-signer.ts';
import { OWNER, opaMissing, pretendToBuild, shipment, testBuilder } from '../../support/policy-builder.ts';
import { policyServer } from '../../support/policy-server.ts';
import { labKey } from '../../support/signed-bundle.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const key = labKey();

async function folder(context: TestContext): Promise<string> {
  const path = temporaryFolder(context);
  return path;
}

const stateIn = (path: string): Promise<PolicyState> =>
  folderState(join(path, 'policies'), createStateSigner('a secret of the federation, of 32 bytes or more'));

const versionOf = async (state: PolicyState) => (await state.latest(OWNER))?.version ?? null;

// Each test waits most of its time, for its server to be asked again: a few run side by side.
describe('the policy builder', { concurrency: 4 }, () => {
  test('takes what a lab ships, and the next one while it waits for it', async () => {
    await using server = await policyServer();
    server.ship(await shipment(1, key));
    const state = memoryState();
    await using builder = await testBuilder({ source: server.url, key, state });
    await builder.reached(1);
    await server.reached(2);
    server.ship(await shipment(2, key));
    await builder.reached(2);
    assert.deepEqual(builder.told, ['kept 1', 'kept 2']);
    const [first, second] = server.asked;
    assert.deepEqual([first?.etag, first?.prefer], [undefined, 'modes=snapshot']);
    assert.match(second?.etag ?? '', /^"[0-9a-f]{64}"$/);
    assert.equal(second?.prefer, 'modes=snapshot;wait=20');
    assert.equal(builder.builds(), 2);
  });

  test('polls a server without long polling', async () => {
    await using server = await policyServer({ longPolls: false });
    server.ship(await shipment(1, key));
    await using builder = await testBuilder({ source: server.url, key, state: memoryState() });
    await server.reached(4);
    server.ship(await shipment(2, key));
    await builder.reached(2);
    assert.deepEqual(builder.told, ['kept 1', 'kept 2']);
    assert.ok(server.asked.every(({ prefer }) => prefer === 'modes=snapshot'));
  });

  test('refuses an older version, and another bundle of the same one, once each', async () => {
    await using server = await policyServer({ longPolls: false });
    server.ship(await shipment(5, key));
    const state = memoryState();
    await using builder = await testBuilder({ source: server.url, key, state });
    await builder.reached(1);
    server.ship(await shipment(4, key));
    await builder.reached(2);
    server.ship(await shipment(5, key, 'another text'));
    await builder.reached(3);
    const [, older, other] = builder.told;
    assert.match(older ?? '', /^POLICY_REPLAYED the bundle has version 4, and version 5 was in force/);
    assert.match(other ?? '', /^POLICY_REPLAYED another bundle of version 5 was in force/);
    await server.reached(server.asked.length + 4);
    assert.equal(builder.told.length, 3);
    assert.equal((await state.refusal(OWNER))?.code, 'POLICY_REPLAYED');
    assert.equal(await versionOf(state), 5);
    assert.equal(builder.builds(), 1);
  });

  test('takes what it has for unchanged, and does not build it again, however it is compressed on its way', async () => {
    await using server = await policyServer({ longPolls: false });
    const genuine = await shipment(5, key);
    server.ship(gzipSync(gunzipSync(genuine), { level: 0 }));
    const state = memoryState();
    await using builder = await testBuilder({ source: server.url, key, state });
    await builder.reached(1);
    server.ship(genuine);
    await server.reached(server.asked.length + 3);
    assert.deepEqual([builder.told, builder.builds()], [['kept 5'], 1]);
    assert.equal(await state.refusal(OWNER), null);
  });

  for (const etags of [true, false]) {
    test(`refuses what another key signed once, ${etags ? 'by its entity tag' : 'though it has none'}`, async () => {
      await using server = await policyServer({ longPolls: false, etags });
      server.ship(await shipment(1, key));
      const state = memoryState();
      await using builder = await testBuilder({ source: server.url, key, state });
      await builder.reached(1);
      server.ship(await shipment(2, { ...labKey(), keyId: key.keyId }));
      await builder.reached(2);
      assert.match(builder.told[1] ?? '', /^POLICY_UNSIGNED /);
      await server.reached(server.asked.length + 4);
      assert.equal(builder.told.length, 2);
      assert.equal(await versionOf(state), 1);
      server.ship(await shipment(2, key));
      await builder.reached(3);
      assert.equal(builder.told[2], 'kept 2');
      assert.equal(await state.refusal(OWNER), null);
    });
  }

  test('has nothing refused any more once the lab serves again what is in force', async () => {
    await using server = await policyServer();
    const good = await shipment(3, key);
    server.ship(good);
    const state = memoryState();
    await using builder = await testBuilder({ source: server.url, key, state });
    await builder.reached(1);
    server.ship(Buffer.from('no bundle'));
    await builder.reached(2);
    server.ship(good);
    await builder.reached(3);
    assert.match(builder.told[1] ?? '', /^POLICY_INVALID /);
    assert.equal(builder.told[2], 'kept 3');
    assert.equal(await state.refusal(OWNER), null);
    assert.equal(builder.builds(), 1);
  });

  for (const [what, version, told, noted] of [
    ['is removed where the next one is good', 2, /^kept 2$/, undefined],
    ['gives way to the next one', 1, /^POLICY_REPLAYED /, 'POLICY_REPLAYED'],
  ] as const) {
    test(`has a note of a refusal that is damaged, which ${what}`, async (context) => {
      const path = await folder(context);
      await using server = await policyServer();
      server.ship(await shipment(1, key));
      const state = await stateIn(path);
      await using builder = await testBuilder({ source: server.url, key, state });
      await builder.reached(1);
      await writeFile(join(path, 'policies', OWNER, 'refused.jws'), 'damaged');
      server.ship(await shipment(version, key, 'another text'));
      await builder.reached(2);
      assert.match(builder.told[1] ?? '', told);
      assert.equal((await state.refusal(OWNER))?.code, noted);
    });
  }

  test('refuses what does not pass its tests, and does not raise the version by it', async () => {
    await using server = await policyServer();
    server.ship(await shipment(1, key));
    const state = memoryState();
    const build: typeof pretendToBuild = (source) =>
      source.version === 3
        ? Promise.reject(new FederationError('POLICY_TESTS_FAILED', '1 of 2 tests failed'))
        : pretendToBuild(source);
    await using builder = await testBuilder({ source: server.url, key, state, build });
    await builder.reached(1);
    server.ship(await shipment(3, key));
    await builder.reached(2);
    server.ship(await shipment(2, key));
    await builder.reached(3);
    assert.deepEqual(builder.told, ['kept 1', 'POLICY_TESTS_FAILED 1 of 2 tests failed', 'kept 2']);
  });

  test('tries again what failed because OPA was missing, and reports it once', async () => {
    await using server = await policyServer();
    server.ship(await shipment(1, key));
    let tries = 0;
    const build: typeof pretendToBuild = (source) => {
      tries += 1;
      return tries < 3 ? opaMissing() : pretendToBuild(source);
    };
    await using builder = await testBuilder({ source: server.url, key, state: memoryState(), build });
    await builder.reached(2);
    assert.deepEqual(builder.told, ['OPA_MISSING OPA is needed and was not found', 'kept 1']);
  });

  test('takes what comes after a server was down', async () => {
    await using server = await policyServer();
    server.misbehave((response) => response.writeHead(503).end());
    await using builder = await testBuilder({ source: server.url, key, state: memoryState() });
    await server.reached(2);
    server.ship(await shipment(1, key));
    server.misbehave(null);
    await builder.reached(1);
    assert.deepEqual(builder.told, ['kept 1']);
  });

  test('keeps what it has where the server redirects, or answers without end', async () => {
    await using server = await policyServer({ longPolls: false });
    server.ship(await shipment(1, key));
    const state = memoryState();
    await using builder = await testBuilder({ source: server.url, key, state });
    await builder.reached(1);
    for (const answer of [
      { status: 302, headers: { location: '/elsewhere' }, body: '' },
      { status: 200, headers: {}, body: Buffer.alloc(17_000_000) },
    ]) {
      server.misbehave((response) => response.writeHead(answer.status, answer.headers).end(answer.body));
      await server.reached(server.asked.length + 2);
    }
    assert.deepEqual(builder.told, ['kept 1']);
    assert.equal(await versionOf(state), 1);
  });

  test('sends the token that federation.yaml names', async () => {
    await using server = await policyServer();
    server.ship(await shipment(1, key));
    await using builder = await testBuilder({
      ...{ source: server.url, key, state: memoryState() },
      policy: { token: { env: 'DESY_TOKEN' } },
      env: { DESY_TOKEN: 's3cret' },
    });
    await builder.reached(1);
    assert.equal(server.asked[0]?.authorization, 'Bearer s3cret');
  });

  test('takes a file, and the next one where it is replaced', async (context) => {
    const source = join(await folder(context), 'bundle.tar.gz');
    await writeFile(source, await shipment(1, key));
    await using builder = await testBuilder({ source, key, state: memoryState() });
    await builder.reached(1);
    await writeFile(source, await shipment(2, key));
    await builder.reached(2);
    assert.deepEqual(builder.told, ['kept 1', 'kept 2']);
  });

  test('builds nothing again after a restart, and still refuses what is older', async (context) => {
    const path = await folder(context);
    await using server = await policyServer({ longPolls: false });
    server.ship(await shipment(7, key));
    {
      await using builder = await testBuilder({ source: server.url, key, state: await stateIn(path) });
      await builder.reached(1);
    }
    const state = await stateIn(path);
    await using builder = await testBuilder({ source: server.url, key, state });
    await server.reached(server.asked.length + 2);
    server.ship(await shipment(6, key));
    await builder.reached(1);
    assert.match(builder.told[0] ?? '', /^POLICY_REPLAYED /);
    assert.equal(builder.builds(), 0);
    assert.equal(await versionOf(state), 7);
  });

  test('builds again what was damaged on disk', async (context) => {
    const path = await folder(context);
    await using server = await policyServer();
    server.ship(await shipment(7, key));
    {
      await using builder = await testBuilder({ source: server.url, key, state: await stateIn(path) });
      await builder.reached(1);
    }
    const lab = join(path, 'policies', OWNER);
    const [bundle = ''] = (await readdir(lab)).filter((name) => name.endsWith('.tar.gz'));
    await writeFile(join(lab, bundle), 'damaged');
    const state = await stateIn(path);
    await using builder = await testBuilder({ source: server.url, key, state });
    await builder.reached(1);
    assert.deepEqual(builder.told, ['kept 7']);
    const record = await state.latest(OWNER);
    assert.ok(record !== null && (await state.bundle(record)).byteLength > 100);
  });

  test('accepts nothing if the highest version cannot be known', async (context) => {
    const path = await folder(context);
    await using server = await policyServer();
    server.ship(await shipment(7, key));
    {
      await using builder = await testBuilder({ source: server.url, key, state: await stateIn(path) });
      await builder.reached(1);
    }
    await writeFile(join(path, 'policies', OWNER, '7.jws'), 'damaged');
    server.ship(await shipment(8, key));
    await using builder = await testBuilder({ source: server.url, key, state: await stateIn(path) });
    await server.reached(server.asked.length + 2);
    assert.deepEqual([builder.told, builder.builds()], [[], 0]);
  });

  test('does not treat as unchanged what a key signed that is no longer trusted', async (context) => {
    const path = await folder(context);
    await using server = await policyServer();
    server.ship(await shipment(7, key));
    {
      await using builder = await testBuilder({ source: server.url, key, state: await stateIn(path) });
      await builder.reached(1);
    }
    const next = labKey('ES256', 'desy-2027');
    await using builder = await testBuilder({ source: server.url, key: next, state: await stateIn(path) });
    await builder.reached(1);
    assert.match(builder.told[0] ?? '', /^POLICY_UNSIGNED /);
    server.ship(await shipment(8, next));
    await builder.reached(2);
    assert.equal(builder.told[1], 'kept 8');
  });

  test('shares a state with another one: what one keeps is unchanged for the other', async (context) => {
    const path = await folder(context);
    await using server = await policyServer();
    server.ship(await shipment(1, key));
    await using one = await testBuilder({ source: server.url, key, state: await stateIn(path) });
    await using other = await testBuilder({ source: server.url, key, state: await stateIn(path) });
    await server.reached(4);
    for (const version of [2, 3]) {
      server.ship(await shipment(version, key));
      await server.reached(server.asked.length + 2);
    }
    const state = await stateIn(path);
    assert.equal(await versionOf(state), 3);
    assert.deepEqual(
      [...one.told, ...other.told].filter((told) => !told.startsWith('kept')),
      [],
    );
  });

  test('ends during a long poll, and while it builds', async () => {
    await using server = await policyServer();
    server.ship(await shipment(1, key));
    const state = memoryState();
    const waiting = await testBuilder({ source: server.url, key, state });
    await waiting.reached(1);
    await server.reached(2);
    await waiting.close();
    server.ship(await shipment(2, key));
    let building = () => {};
    const begun = new Promise<void>((resolve) => {
      building = resolve;
    });
    const busy = await testBuilder({
      ...{ source: server.url, key, state },
      build: (_, signal) => {
        building();
        return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
      },
    });
    await begun;
    await busy.close();
    assert.deepEqual(busy.told, []);
    assert.equal(await state.refusal(OWNER), null);
    assert.equal(await versionOf(state), 1);
  });
});
