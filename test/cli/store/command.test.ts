import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { describe, type TestContext, test } from 'node:test';
import { storeCommand } from '../../../src/cli/store/command.ts';
import { throwsUsage } from '../../../src/cli/usage.ts';
import { openStore } from '../../../src/store/open.ts';
import type { Store } from '../../../src/store/store.ts';
import { MAIN } from '../../support/serve.ts';
import { KEY, stored, tampered } from '../../support/stored-crawls.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { collect } from '../collect.ts';

const ENV = { PANFED_SECRET: 'a secret of the federation, for tests alone' };
const DAY = 86_400_000;

const CONFIG = `
federation: { name: test, secret: { env: PANFED_SECRET } }
store: { sqlite: state/store.sqlite }
facilities:
  - id: esrf
    name: ESRF
    registries: [{ key: internal, kind: file, url: esrf.yaml, pull: registry.esrf.example }]
`;

interface Configured {
  readonly folder: string;
  readonly path: string;
  readonly store: Store;
  run(...words: string[]): ReturnType<typeof run>;
}

/** A federation.yaml with a store that has two registries, of which the file names one, and is open as by a gateway. */
async function configured(context: TestContext): Promise<Configured> {
  const folder = temporaryFolder(context);
  const path = `${folder}/state/store.sqlite`;
  writeFileSync(`${folder}/federation.yaml`, CONFIG);
  const secret = Buffer.from(ENV.PANFED_SECRET);
  const store = await openStore({
    place: { kind: 'sqlite', path },
    secret,
    now: () => Date.parse('2026-01-01'),
  });
  context.after(() => store.close());
  const at = Date.parse('2026-05-01T10:00:00Z');
  const facts = { generation: 'g1', crawledAt: at, checkedAt: at + DAY };
  await stored(store, ['{"a":1}', '{"b":1}'], facts);
  await stored(store, ['{"c":1}'], facts, { ...KEY, facility: 'desy', registry: 'old' });
  return {
    folder,
    path,
    store,
    run: (...words) => run([...words, '--config', `${folder}/federation.yaml`]),
  };
}

async function run(words: readonly string[], env: NodeJS.ProcessEnv = ENV) {
  const output = collect();
  const command = storeCommand(output, env);
  for (const each of [command, ...command.commands]) throwsUsage(each);
  const failure = await command.parseAsync(words, { from: 'user' }).then(
    () => null,
    (error: Error & { code?: string; at?: string; hint?: string; entry?: { exit: number } }) => error,
  );
  return { failure, stdout: output.stdout(), stderr: output.stderr() };
}

describe('panfed store info', () => {
  test('shows place, size and each registry, while a gateway has the store', async (context) => {
    const { path, run } = await configured(context);
    const { failure, stdout } = await run('info');
    assert.equal(failure, null);
    assert.match(stdout, /^engine {5}SQLite\n/);
    assert.ok(stdout.includes(`place      ${path}\n`), stdout);
    assert.match(stdout, /^schema {5}version 2\nsize {7}[\d.]+ KiB\n/m);
    assert.match(
      stdout,
      /^desy {6}old {7}1 {6}g1 {10}2026-05-01T10:00:00\.000Z {2}2026-05-02T10:00:00\.000Z$/m,
    );
  });

  test('gives the same as JSON', async (context) => {
    const { path, run } = await configured(context);
    const { bytes, ...info } = JSON.parse((await run('info', '--format', 'json')).stdout);
    assert.ok(bytes > 0);
    const times = { crawledAt: '2026-05-01T10:00:00.000Z', checkedAt: '2026-05-02T10:00:00.000Z' };
    assert.deepEqual(info, {
      ...{ place: path, engine: 'sqlite', schema: 2, documents: 0, tags: 0 },
      registries: [
        { facility: 'desy', registry: 'old', nodes: 1, generation: 'g1', ...times },
        { facility: 'esrf', registry: 'internal', nodes: 2, generation: 'g1', ...times },
      ],
    });
  });

  test('needs no secret of the configuration', async (context) => {
    const { folder } = await configured(context);
    const { failure } = await run(['info', '--config', `${folder}/federation.yaml`], {});
    assert.equal(failure, null);
  });

  test('is a command of panfed, with examples', () => {
    const { status, stdout } = spawnSync(process.execPath, [MAIN, 'store', 'info', '--help'], {
      encoding: 'utf8',
    });
    assert.equal(status, 0);
    assert.match(stdout, /Examples:\n {2}\$ panfed store info\n/);
  });
});

describe('panfed store check', () => {
  test('says what was read back where all is as it was written', async (context) => {
    const { run } = await configured(context);
    const { failure, stdout } = await run('check');
    assert.equal(failure, null);
    assert.equal(
      stdout,
      'read back: 2 crawls, 3 nodes, 0 documents, 0 states, 0 tags; all is as it was written\n',
    );
  });

  test('reports each finding with what to do, and leaves with 3', async (context) => {
    const { path, run } = await configured(context);
    await tampered({ kind: 'sqlite', path }, (db) => db.updateTable('registry').set({ nodes: 9 }).execute());
    const { failure, stdout } = await run('check');
    assert.equal(failure?.entry?.exit, 3);
    assert.equal(failure?.message, '2 findings, reported above');
    assert.match(
      stdout,
      /^registry desy\/old: error: .* is not what panfed wrote.*\n {2}hint: .* crawled anew/,
    );
    const json = await run('check', '--format', 'json');
    assert.equal(json.failure?.code, 'STORE_INVALID');
    assert.deepEqual(
      JSON.parse(json.stdout).findings.map(({ at }: { at: string }) => at),
      ['registry desy/old', 'registry esrf/internal'],
    );
  });

  test('names the secret that it lacks', async (context) => {
    const { folder } = await configured(context);
    const { failure } = await run(['check', '--config', `${folder}/federation.yaml`], {});
    assert.equal(failure?.code, 'CONFIG_INVALID');
    assert.match(failure?.message ?? '', /PANFED_SECRET/);
  });
});

describe('panfed store prune', () => {
  test('is refused while a gateway has the store, and says with --dry-run what it would remove', async (context) => {
    const { run } = await configured(context);
    assert.equal((await run('prune')).failure?.code, 'STORE_IN_USE');
    const { failure, stdout } = await run('prune', '--dry-run');
    assert.equal(failure, null);
    assert.match(stdout, /^would remove desy\/old\nwould remove 1 registry and 0 documents\nsize: /);
    assert.equal(JSON.parse((await run('info', '--format', 'json')).stdout).registries.length, 2);
  });

  test('removes registries that federation.yaml does not have, and documents of the days that it is given', async (context) => {
    const { store, run } = await configured(context);
    const digest = 'sha256:2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae';
    await store.documents.write(KEY, 'em/relion', [{ digest, bytes: Buffer.from('foo') }]);
    await store.close();
    const kept = JSON.parse((await run('prune', '--format', 'json', '--older-than', '36500')).stdout);
    assert.equal(kept.documents, 0);
    assert.deepEqual(kept.registries, [{ facility: 'desy', registry: 'old' }]);
    assert.match(
      (await run('prune')).stdout,
      /^removed 0 registries and 1 document\nsize: .* before, .* now\n$/,
    );
    const { registries } = JSON.parse((await run('info', '--format', 'json')).stdout);
    assert.deepEqual(
      registries.map(({ facility }: { facility: string }) => facility),
      ['esrf'],
    );
  });

  test('takes no other time than whole days', async (context) => {
    const { run } = await configured(context);
    for (const days of ['30d', '-1', '']) {
      assert.match((await run('prune', `--older-than=${days}`)).failure?.message ?? '', /number of days/);
    }
  });
});

describe('panfed store export', () => {
  test('writes a copy while a gateway has the store, and replaces none', async (context) => {
    const { folder, run } = await configured(context);
    const file = `${folder}/backup.sqlite`;
    const { failure, stdout, stderr } = await run('export', file);
    assert.equal(failure, null);
    assert.equal(stdout, '');
    assert.match(stderr, /^wrote .*backup\.sqlite, [\d.]+ KiB\n$/);
    const before = readFileSync(file);
    assert.equal((await run('export', file)).failure?.code, 'USAGE');
    assert.deepEqual(readFileSync(file), before);
  });

  test('names pg_dump for PostgreSQL, and no password', async (context) => {
    const folder = temporaryFolder(context);
    const store = '{ postgres: { env: DATABASE_URL } }';
    writeFileSync(`${folder}/federation.yaml`, CONFIG.replace('{ sqlite: state/store.sqlite }', store));
    const env = { ...ENV, DATABASE_URL: 'postgres://panfed:s3cr3t@127.0.0.1:1/panfed' };
    const { failure } = await run(['export', `${folder}/copy`, '--config', `${folder}/federation.yaml`], env);
    assert.equal(failure?.code, 'USAGE');
    assert.match(failure?.hint ?? '', /^pg_dump .* "\$DATABASE_URL"$/);
    assert.equal(existsSync(`${folder}/copy`), false);
    const info = await run(['info', '--config', `${folder}/federation.yaml`], env);
    assert.equal(info.failure?.code, 'STORE_UNAVAILABLE');
    assert.doesNotMatch(JSON.stringify([info, String(info.failure?.cause)]), /s3cr3t/);
  });
});

describe('a configuration without a store', () => {
  test('is said to have none, for each command', async (context) => {
    const folder = temporaryFolder(context);
    writeFileSync(`${folder}/federation.yaml`, CONFIG.replace('{ sqlite: state/store.sqlite }', 'none'));
    for (const words of [['info'], ['check'], ['prune'], ['export', `${folder}/copy`]]) {
      const { failure } = await run([...words, '--config', `${folder}/federation.yaml`]);
      assert.equal(failure?.code, 'CONFIG_INVALID');
      assert.match(failure?.message ?? '', /`store: none`/);
    }
  });
});
