import assert from 'node:assert/strict';
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { FederationError } from '../../../src/model/errors.ts';
import { askCredentialHelper } from '../../../src/network/registry/credential-helper.ts';
import { readDockerLogin } from '../../../src/network/registry/docker-config.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const SECRET = 'hunter2:with:colons';
const base64 = (text: string): string => Buffer.from(text).toString('base64');
const PASSWORD = { kind: 'password', username: 'robot', password: SECRET };

function configFile(context: TestContext, content: unknown): string {
  const path = join(temporaryFolder(context), 'config.json');
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
}

const login = (context: TestContext, content: unknown, registry = 'https://registry.esrf.eu') =>
  readDockerLogin(configFile(context, content), new URL(registry));

/** Puts a helper docker-credential-<name> in the path for the test; gives the folder that it may write in. */
function helper(context: TestContext, name: string, script: string): string {
  const folder = temporaryFolder(context);
  const path = join(folder, `docker-credential-${name}`);
  writeFileSync(path, `#!/bin/sh\n${script.replaceAll('$FOLDER', folder)}\n`);
  chmodSync(path, 0o755);
  const before = process.env.PATH;
  process.env.PATH = `${folder}${delimiter}${before}`;
  context.after(() => {
    process.env.PATH = before;
  });
  return folder;
}

const ANSWER = `echo '{"ServerURL":"x","Username":"robot","Secret":"${SECRET}"}'`;

describe('a Docker configuration', () => {
  const auth = { auth: base64(`robot:${SECRET}`) };
  const found: readonly (readonly [string, string, string])[] = [
    ['the host', 'registry.esrf.eu', 'https://registry.esrf.eu'],
    ['the host in capitals', 'Registry.ESRF.eu', 'https://registry.esrf.eu'],
    ['an address', 'https://registry.esrf.eu/v2/', 'https://registry.esrf.eu'],
    ['the host with a path', 'registry.esrf.eu/em', 'https://registry.esrf.eu'],
    ['host and port', 'registry.esrf.eu:5000', 'https://registry.esrf.eu:5000'],
    ['the port of https', 'registry.esrf.eu:443', 'https://registry.esrf.eu'],
    ['an IPv6 address', '[2001:db8::1]:5000', 'https://[2001:db8::1]:5000'],
    ['Docker Hub’s own key', 'https://index.docker.io/v1/', 'https://registry-1.docker.io'],
    ['docker.io', 'docker.io', 'https://registry-1.docker.io'],
    ['index.docker.io', 'index.docker.io', 'https://registry-1.docker.io'],
    ['registry-1.docker.io', 'registry-1.docker.io', 'https://index.docker.io'],
  ];
  for (const [what, key, registry] of found) {
    test(`has a registry by ${what}`, async (context) => {
      assert.deepEqual(
        await login(context, { auths: { 'other.org': { auth: base64('a:b') }, [key]: auth } }, registry),
        PASSWORD,
      );
    });
  }

  test('has no credential of another host, port or suffix', async (context) => {
    for (const key of [
      'esrf.eu',
      'registry.esrf.eu:5000',
      'registry.esrf.eu.evil.org',
      'evil.org/registry.esrf.eu',
      '__proto__',
    ]) {
      assert.equal(await login(context, `{"auths":{"${key}":{"auth":"${auth.auth}"}}}`), null, key);
    }
    assert.equal(await login(context, {}), null);
    assert.equal(await login(context, { auths: { 'registry.esrf.eu': {} } }), null);
  });

  test('has user and password beside each other, an identity token, or a token of the registry', async (context) => {
    const entry = (value: unknown) => login(context, { auths: { 'registry.esrf.eu': value } });
    assert.deepEqual(await entry({ username: 'robot', password: SECRET }), PASSWORD);
    assert.deepEqual(await entry({ identitytoken: 'abc' }), { kind: 'identity', token: 'abc' });
    assert.deepEqual(await entry({ ...auth, identitytoken: 'abc' }), { kind: 'identity', token: 'abc' });
    assert.deepEqual(await entry({ registrytoken: 'abc' }), { kind: 'token', token: 'abc' });
    assert.deepEqual(await entry({ auth: base64('<token>:abc') }), { kind: 'identity', token: 'abc' });
    assert.deepEqual(await entry({ auth: base64(`robot:${SECRET}\0\0`) }), PASSWORD);
  });

  test('that is none is CONFIG_INVALID, and nothing of it is in the error', async (context) => {
    for (const content of [
      '',
      '[]',
      `{"auths": "${SECRET}"}`,
      `{"auths": {"registry.esrf.eu": {"auth": "${base64('hunter2')}"}}}`,
    ]) {
      const error: unknown = await login(context, content).then(
        () => assert.fail('it was read'),
        (thrown: unknown) => thrown,
      );
      assert.ok(error instanceof FederationError);
      assert.equal(error.code, 'CONFIG_INVALID');
      assert.doesNotMatch(`${error.message} ${error.hint} ${String(error.cause)}`, /hunter2/);
    }
    await assert.rejects(readDockerLogin('/nonexistent/config.json', new URL('https://a.org')), {
      code: 'CONFIG_INVALID',
    });
  });
});

describe('a credential helper', () => {
  test('is asked for the registry that credHelpers names it for, before auths', async (context) => {
    const folder = helper(context, 'lab', `cat > $FOLDER/asked; echo "$@" >> $FOLDER/asked; ${ANSWER}`);
    const content = {
      credHelpers: { 'registry.esrf.eu': 'lab', 'other.org': 'absent' },
      auths: { 'registry.esrf.eu': { auth: base64('old:old') } },
    };
    assert.deepEqual(await login(context, content), PASSWORD);
    assert.equal(readFileSync(join(folder, 'asked'), 'utf8'), 'registry.esrf.euget\n');
  });

  test('of credsStore is asked by the key of auths, and Docker Hub’s by its own', async (context) => {
    const folder = helper(context, 'store', `cat > $FOLDER/asked; ${ANSWER}`);
    const asked = () => readFileSync(join(folder, 'asked'), 'utf8');
    const content = { credsStore: 'store', auths: { 'https://registry.esrf.eu': {} } };
    assert.deepEqual(await login(context, content), PASSWORD);
    assert.equal(asked(), 'https://registry.esrf.eu');
    await login(context, content, 'https://registry-1.docker.io');
    assert.equal(asked(), 'https://index.docker.io/v1/');
  });

  test('that has no credential leaves auths to credsStore, and nothing to credHelpers', async (context) => {
    helper(context, 'none', 'echo "credentials not found in native keychain"; exit 1');
    const auths = { 'registry.esrf.eu': { auth: base64(`robot:${SECRET}`) } };
    assert.deepEqual(await login(context, { credsStore: 'none', auths }), PASSWORD);
    assert.equal(await login(context, { credHelpers: { 'registry.esrf.eu': 'none' }, auths }), null);
  });

  test('with the user <token> gives an identity token', async (context) => {
    helper(context, 'identity', `echo '{"Username":"<token>","Secret":"abc"}'`);
    assert.deepEqual(await login(context, { credsStore: 'identity' }), { kind: 'identity', token: 'abc' });
  });

  test('is given PATH and HOME alone', async (context) => {
    process.env.PANFED_TEST_SECRET = SECRET;
    context.after(() => delete process.env.PANFED_TEST_SECRET);
    const folder = helper(context, 'env', `env > $FOLDER/env; ${ANSWER}`);
    await askCredentialHelper('env', 'registry.esrf.eu');
    const names = readFileSync(join(folder, 'env'), 'utf8').match(/^\w+(?==)/gm) ?? [];
    // A shell sets the others itself.
    assert.deepEqual(names.filter((name) => !['PWD', 'OLDPWD', 'SHLVL', '_'].includes(name)).sort(), [
      'HOME',
      'PATH',
    ]);
  });

  test('with a name that is no part of a file’s name is not started', async (context) => {
    const folder = helper(context, 'x', `touch $FOLDER/started; ${ANSWER}`);
    for (const name of ['../x', 'x;touch y', '-x', '.', '', 'x y', 'x\n', '/bin/sh', 'a'.repeat(65)]) {
      await assert.rejects(
        askCredentialHelper(name, 'registry.esrf.eu'),
        { code: 'CONFIG_INVALID', message: /has a name that is none/ },
        name,
      );
    }
    assert.throws(() => readFileSync(join(folder, 'started')), { code: 'ENOENT' });
  });

  const failing: readonly (readonly [string, string])[] = [
    ['fails', `echo ${SECRET}; exit 3`],
    ['answers garbage', `echo ${SECRET}`],
    ['answers without a secret', `echo '{"Username":"${SECRET}"}'`],
    ['writes for ever', `yes ${SECRET}`],
    ['is silent', 'sleep 30'],
    ['leaves a process behind that keeps its output open', 'sleep 30 & sleep 30'],
  ];
  for (const [what, script] of failing) {
    test(`that ${what} is CONFIG_INVALID, in time, and nothing that it wrote is in the error`, async (context) => {
      helper(context, 'bad', script);
      const error: unknown = await askCredentialHelper('bad', 'registry.esrf.eu', 1_000).then(
        () => assert.fail('it answered'),
        (thrown: unknown) => thrown,
      );
      assert.ok(error instanceof FederationError);
      assert.equal(error.code, 'CONFIG_INVALID');
      assert.doesNotMatch(`${error.message} ${error.hint} ${String(error.cause)}`, /hunter2/);
    });
  }

  test('that is not there is CONFIG_INVALID', async () => {
    await assert.rejects(askCredentialHelper('absent-from-every-path', 'a.org'), { code: 'CONFIG_INVALID' });
  });
});
