import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { configCommand } from '../../../src/cli/config/command.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { collect } from '../collect.ts';

async function folder(context: TestContext): Promise<string> {
  const path = temporaryFolder(context);
  return path;
}

async function run(words: readonly string[], env: NodeJS.ProcessEnv = {}) {
  const output = collect();
  const failure = await configCommand(output, env)
    .parseAsync(words, { from: 'user' })
    .then(
      () => null,
      (error: Error & { code?: string; entry?: { exit: number } }) => error,
    );
  return { failure, stdout: output.stdout(), stderr: output.stderr() };
}

describe('panfed config init', () => {
  test('writes a configuration without demo that is valid once its secret is set', async (context) => {
    const file = join(await folder(context), 'federation.yaml');
    assert.equal((await run(['init', '--output', file])).failure, null);
    const text = await readFile(file, 'utf8');
    assert.match(text, /^# yaml-language-server: \$schema=\.\/federation\.schema\.json\n/);
    assert.doesNotMatch(text, /demo/);

    const unset = await run(['check', file]);
    assert.equal(unset.failure?.entry?.exit, 3);
    assert.match(
      unset.stdout,
      /^federation\.yaml:\d+:\d+: error: the environment variable PANFED_SECRET is not set\n/,
    );

    const set = await run(['check', file], { PANFED_SECRET: 'x'.repeat(32) });
    assert.equal(set.failure, null);
    assert.match(set.stdout, /is valid\n$/);
  });

  test('writes the schema that the file names beside it', async (context) => {
    const path = await folder(context);
    await run(['init', '--output', join(path, 'federation.yaml')]);
    const schema = JSON.parse(await readFile(join(path, 'federation.schema.json'), 'utf8'));
    assert.equal(schema.title, 'federation.yaml');
  });

  test('replaces a file only with --force', async (context) => {
    const file = join(await folder(context), 'federation.yaml');
    await writeFile(file, 'mine');
    const refused = await run(['init', '--output', file]);
    assert.equal(refused.failure?.code, 'USAGE');
    assert.equal(await readFile(file, 'utf8'), 'mine');
    assert.equal((await run(['init', '--output', file, '--force'])).failure, null);
    assert.notEqual(await readFile(file, 'utf8'), 'mine');
  });
});

describe('panfed config check', () => {
  test('reports problems as data with --format json', async (context) => {
    const file = join(await folder(context), 'federation.yaml');
    await writeFile(file, 'federation: { nam: x }\nfacilities: []\n');
    const { failure, stdout } = await run(['check', file, '--format', 'json']);
    assert.equal(failure?.code, 'CONFIG_INVALID');
    const report = JSON.parse(stdout);
    assert.equal(report.valid, false);
    assert.equal(report.problems.length, 3);
    assert.ok(report.problems.some(({ hint }: { hint: string }) => hint === 'Did you mean name?'));
  });

  test('with --no-secrets needs none, says so, and reports everything else', async (context) => {
    const file = join(await folder(context), 'federation.yaml');
    await run(['init', '--output', file]);
    const { failure, stdout } = await run(['check', file, '--no-secrets']);
    assert.equal(failure, null);
    assert.match(stdout, /is valid; its secrets were not read\n$/);
    assert.equal(
      JSON.parse((await run(['check', file, '--no-secrets', '--format', 'json'])).stdout).secrets,
      false,
    );
    await writeFile(file, 'federation: { nam: x }\n');
    assert.equal((await run(['check', file, '--no-secrets'])).failure?.code, 'CONFIG_INVALID');
  });

  test('reports an address of a store that is none, without a word of it', async (context) => {
    const file = join(await folder(context), 'federation.yaml');
    await run(['init', '--output', file]);
    await writeFile(file, `${await readFile(file, 'utf8')}\nstore: { postgres: { env: DATABASE_URL } }\n`);
    const env = { PANFED_SECRET: 'x'.repeat(32), DATABASE_URL: 'host=db.example password=s3cr3t' };
    const { failure, stdout } = await run(['check', file], env);
    assert.equal(failure?.code, 'CONFIG_INVALID');
    assert.match(stdout, /the address of the store is not a URL of PostgreSQL/);
    assert.doesNotMatch(stdout, /s3cr3t/);
    const right = await run(['check', file], { ...env, DATABASE_URL: 'postgres://a:b@db.example/panfed' });
    assert.equal(right.failure, null);
  });

  test('reports each key and root of a facility’s trust that cannot verify anything', async (context) => {
    const path = await folder(context);
    const file = join(path, 'federation.yaml');
    await run(['init', '--output', file]);
    const template = await readFile(file, 'utf8');
    const facility = /^ {2}- id: .*$/m.exec(template);
    assert.ok(facility !== null);
    const trust = [
      '    trust:',
      '      keys:',
      '        - { name: Good, file: good.pub }',
      '        - { name: Private, file: private.pem }',
      '        - { name: Unset, env: LAB_KEY }',
      '      notation: { store: absent.pem }',
      '      root: good.pub',
    ];
    await writeFile(file, template.replace(facility[0], [facility[0], ...trust].join('\n')));
    const { publicKey, privateKey } = generateKeyPairSync('ec', {
      namedCurve: 'P-256',
      publicKeyEncoding: { type: 'spki', format: 'pem' },
      privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    });
    await writeFile(join(path, 'good.pub'), publicKey);
    await writeFile(join(path, 'private.pem'), privateKey);
    const env = { PANFED_SECRET: 'x'.repeat(32) };
    const { problems } = JSON.parse((await run(['check', file, '--format', 'json'], env)).stdout);
    const line = template.slice(0, facility.index).split('\n').length;
    assert.deepEqual(
      problems.map(({ at }: { at: string }) => at.split(':')[1]),
      [4, 5, 6, 7].map((below) => String(line + below)),
    );
    assert.equal((await run(['check', file, '--no-secrets'])).failure, null);
  });

  test('a file that is not there is exit code 3', async () => {
    assert.equal((await run(['check', '/nonexistent.yaml'])).failure?.entry?.exit, 3);
  });

  test('the demo’s configuration is valid', async () => {
    const { failure } = await run(['check', new URL('../../../federation.yaml', import.meta.url).pathname]);
    assert.equal(failure, null);
  });
});

describe('panfed config schema', () => {
  test('prints the schema, or the reference', async () => {
    assert.equal(JSON.parse((await run(['schema'])).stdout).title, 'federation.yaml');
    assert.match((await run(['schema', '--format', 'markdown'])).stdout, /^# Configuration\n/);
  });
});

describe('panfed config check of the vocabulary', () => {
  const FACILITY = [
    'federation: { name: x, secret: { env: SECRET } }',
    'facilities:',
    '  - id: kit',
    '    name: KIT',
    '    registries: [{ key: main, kind: file, url: kit.yaml, pull: r.kit.edu }]',
  ];

  test('reports each term that is not right, at its line', async (context) => {
    const file = join(await folder(context), 'federation.yaml');
    const terms = [
      '    terms:',
      '      - { term: EM, technique: electronmicroscopie }',
      '      - { term: TM, label: tomography }',
      '      - { term: OK, label: expectation maximization }',
    ];
    await writeFile(file, [...FACILITY, ...terms, ''].join('\n'));
    const { stdout } = await run(['check', file, '--no-secrets', '--format', 'json']);
    assert.deepEqual(
      JSON.parse(stdout).problems.map(({ at, message }: { at: string; message: string }) => [
        at.split(':')[1],
        message,
      ]),
      [
        ['7', 'PaNET has no technique called "electronmicroscopie"'],
        ['8', 'PaNET has "tomography"'],
      ],
    );
  });

  test('reports techniques that cannot be read, and takes those of another release', async (context) => {
    const path = await folder(context);
    const file = join(path, 'federation.yaml');
    await writeFile(file, [...FACILITY, 'vocabulary: { techniques: panet.json }', ''].join('\n'));
    const absent = await run(['check', file, '--no-secrets']);
    assert.match(
      absent.stdout,
      /federation\.yaml:6:\d+: error: .*panet\.json: the file cannot be read\n {2}hint: Make it with/,
    );
    const technique = { id: 'PaNET00001', label: 'x', synonyms: [], parents: ['PaNET00002'] };
    await writeFile(join(path, 'panet.json'), JSON.stringify({ about: {}, techniques: [technique] }));
    assert.match(
      (await run(['check', file, '--no-secrets'])).stdout,
      /PaNET00002 is not a technique of this file/,
    );
    await writeFile(
      join(path, 'panet.json'),
      JSON.stringify({ about: {}, techniques: [{ ...technique, parents: [] }] }),
    );
    assert.equal((await run(['check', file, '--no-secrets'])).failure, null);
  });
});
