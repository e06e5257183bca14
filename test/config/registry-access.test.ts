import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import { checkRegistryAccess } from '../../src/config/check/registry-access.ts';
import type { RegistryConfig } from '../../src/config/facility.ts';
import { registrySchema } from '../../src/config/facility.ts';
import { loadConfig } from '../../src/config/load.ts';
import type { DescribedProblem } from '../../src/config/problem.ts';
import { registryAccessSchema } from '../../src/config/registry-access.ts';
import { FederationError } from '../../src/model/errors.ts';
import { configFile, LEAST, SECRET } from './folder.ts';

async function problems(context: TestContext, keys: string): Promise<readonly DescribedProblem[]> {
  const path = await configFile(context, `${LEAST}${keys.replace(/^/gm, '        ')}\n`);
  const error: unknown = await loadConfig(path, { PANFED_SECRET: SECRET }).then(
    () => assert.fail('the configuration was accepted'),
    (thrown: unknown) => thrown,
  );
  assert.ok(error instanceof FederationError);
  return error.extensions?.problems as readonly DescribedProblem[];
}

const accepts = (access: unknown): boolean => registryAccessSchema.safeParse(access).success;

describe('what a registry is asked with', () => {
  test('may be nothing', () => {
    assert.deepEqual(registryAccessSchema.parse({}), { realms: [], storage: [] });
    const { requests } = registryAccessSchema.parse({ requests: { budget: { requests: 90 } } });
    assert.deepEqual(requests, {
      ...{ atOnce: 4, budget: { requests: 90, window: 21_600 } },
      referrers: 86_400,
    });
  });

  test('is one credential: a token, a user with a password, or a Docker configuration', () => {
    const secret = { env: 'X' };
    for (const credential of [
      { token: secret },
      { username: 'robot$em+x', password: secret },
      { dockerConfig: 'c.json' },
    ]) {
      assert.ok(accepts({ credential }), JSON.stringify(credential));
    }
    const wrong = [
      {},
      { username: 'robot' },
      { password: secret },
      { token: secret, username: 'robot', password: secret },
      { token: secret, dockerConfig: 'c.json' },
      { username: 'a:b', password: secret },
      { token: 'written out' },
    ];
    for (const credential of wrong) assert.ok(!accepts({ credential }), JSON.stringify(credential));
  });

  test('names hosts with or without a port, and nothing else', () => {
    const { realms } = registryAccessSchema.parse({
      realms: ['Auth.Docker.io', 'a.org:5000', '[2001:DB8::1]:5000', '10.0.0.1'],
    });
    assert.deepEqual(realms, ['auth.docker.io', 'a.org:5000', '[2001:db8::1]:5000', '10.0.0.1']);
    for (const host of [
      '',
      'https://a.org',
      'a.org/x',
      'a@b.org',
      '*.a.org',
      'a.org:99999',
      '[::x]',
      'a.org:',
      'a b',
      'a.org#',
    ]) {
      assert.ok(!accepts({ realms: [host] }), host);
      assert.ok(!accepts({ storage: [host] }), host);
    }
  });

  test('is refused for a graphql registry, with the place and what to write', async (context) => {
    const found = await problems(
      context,
      'credential: { token: { env: PANFED_SECRET } }\nrealms: [auth.docker.io]\nca: ca.pem\nstorage: [s3.org]\nrequests: { atOnce: 2 }\nwebhook: { secret: { env: PANFED_SECRET } }',
    );
    assert.deepEqual(
      found.map(({ at, message }) => `${at.replace(/^federation\.yaml/, '')} ${message}`),
      ['credential', 'realms', 'ca', 'storage', 'requests', 'webhook'].map(
        (key, index) => `:${13 + index}:${11 + key.length} a registry of kind graphql is read without ${key}`,
      ),
    );
    assert.equal(found[0]?.hint, 'Write token: {env: NAME} or {file: PATH}.');
  });

  test('is explained where it is wrong', async (context) => {
    const [host] = await problems(context, 'realms: ["https://auth.docker.io"]');
    assert.match(host?.message ?? '', /expected host or host:port without a scheme/);
    const [key] = await problems(context, 'credential: { pasword: { env: X } }');
    assert.match(`${key?.message} ${key?.hint}`, /password/);
    const [missing] = await problems(context, 'credential: { username: robot, password: { env: MISSING } }');
    assert.ok(missing !== undefined);
  });

  test('of a kind with an API of its own has no token beside it', () => {
    const registry = registrySchema.parse({
      key: 'main',
      kind: 'graphql',
      pull: 'a.org',
      token: { env: 'X' },
    });
    const reported: string[] = [];
    const report = (path: readonly PropertyKey[], message: string): void =>
      void reported.push(`${path.join('.')}: ${message}`);
    checkRegistryAccess({ ...registry, kind: 'oci' } as unknown as RegistryConfig, ['here'], report);
    assert.deepEqual(reported, ['here.token: a registry of kind oci has no token']);
  });
});
