import assert from 'node:assert/strict';
import { dirname } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { loadConfig, loadConfigWithoutSecrets } from '../../src/config/load.ts';
import type { DescribedProblem } from '../../src/config/problem.ts';
import type { Environment } from '../../src/config/secrets.ts';
import { FederationError } from '../../src/model/errors.ts';
import { computed } from '../support/main-thread.ts';
import { configFile, LEAST, SECRET } from './folder.ts';

const env = { PANFED_SECRET: SECRET };

async function problems(
  context: TestContext,
  text: string,
  environment: Environment = env,
): Promise<readonly DescribedProblem[]> {
  const path = await configFile(context, text);
  const error = await loadConfig(path, environment).then(
    () => assert.fail('the configuration was accepted'),
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof FederationError);
  assert.equal(error.code, 'CONFIG_INVALID');
  return error.extensions?.problems as readonly DescribedProblem[];
}

async function problem(
  context: TestContext,
  text: string,
  environment: Environment = env,
): Promise<DescribedProblem> {
  const all = await problems(context, text, environment);
  assert.equal(all.length, 1, JSON.stringify(all));
  return all[0]!;
}

const extended = (registry: string): string => `${LEAST}${registry.replace(/^/gm, '        ')}\n`;

describe('loadConfig', () => {
  test('fills in defaults and the folder that relative paths start from', async (context) => {
    const path = await configFile(context, LEAST);
    const config = await loadConfig(path, env);
    assert.equal(config.baseDirectory, dirname(path));
    assert.equal(config.federation.listen.port, 4000);
    assert.equal(config.limits.minAge.anonymous, 60);
    assert.equal(config.cache.staleIfError, 86_400);
    assert.equal(config.facilities[0]?.registries[0]?.repositories.length, 0);
    assert.match(config.policies.federation, /policies.bundle.federation\.tar\.gz$/);
  });

  test('requires its secrets, except where the command needs none', async (context) => {
    const path = await configFile(context, LEAST);
    await assert.rejects(loadConfig(path, {}), { code: 'CONFIG_INVALID' });
    assert.deepEqual(await loadConfigWithoutSecrets(path, {}), await loadConfig(path, env));
  });

  test('gives groups, namespaces and scopes their canonical form', async (context) => {
    const text = `${extended('repositories: [{match: "**", groups: ["URN:GEANT:ESRF.EU:group:em"]}]')}
issuers: [{url: "https://aai.esrf.eu", audience: [panfed], namespaces: ["urn:GEANT:ESRF.eu"], scopes: [ESRF.eu]}]
`;
    const config = await loadConfig(await configFile(context, text), env);
    assert.deepEqual(config.facilities[0]?.registries[0]?.repositories[0]?.groups, [
      'urn:geant:esrf.eu:group:em',
    ]);
    assert.deepEqual(config.issuers[0]?.namespaces, ['urn:geant:esrf.eu']);
    assert.deepEqual(config.issuers[0]?.scopes, ['esrf.eu']);
  });

  test('reports a missing file, and how to make one', async () => {
    await assert.rejects(loadConfig('/nonexistent/federation.yaml', env), {
      code: 'CONFIG_INVALID',
      at: '/nonexistent/federation.yaml',
      message: 'the file does not exist',
    });
  });

  test('refuses a file beyond its bound', async (context) => {
    const path = await configFile(context, `# ${'x'.repeat(1_048_576)}\n${LEAST}`);
    await assert.rejects(loadConfig(path, env), {
      code: 'CONFIG_INVALID',
      message: /more than 1 MiB/,
    });
  });
});

describe('a problem names its place and what to do', () => {
  test('an unknown key, with the nearest known one', async (context) => {
    assert.deepEqual(await problem(context, LEAST.replace('    scopes:', '    scope:')), {
      at: 'federation.yaml:7:5',
      message: 'there is no key scope in facilities[0]',
      hint: 'Did you mean scopes?',
    });
  });

  test('an unknown key that is near to none, with all that are known', async (context) => {
    const found = await problem(context, `${LEAST}zzzzzzzz: 1\n`);
    assert.equal(found.at, 'federation.yaml:13:1');
    assert.match(found.hint ?? '', /^Known keys: federation, demo, facilities, /);
  });

  test('an unknown value of an enumeration', async (context) => {
    assert.deepEqual(await problem(context, LEAST.replace('kind: graphql', 'kind: grapql')), {
      at: 'federation.yaml:10:15',
      message:
        'facilities[0].registries[0].kind must be one of graphql, file, oci, dockerhub, harbor, gitlab, quay, zot, ghcr',
      hint: 'Did you mean graphql?',
    });
  });

  test('a missing key, at the place where it belongs', async (context) => {
    const found = await problem(context, LEAST.replace('        pull: registry.esrf.eu\n', ''));
    assert.equal(found.at, 'federation.yaml:9:9');
    assert.equal(found.message, 'facilities[0].registries[0].pull is missing');
  });

  test('a number out of bounds, and a text that should be a number', async (context) => {
    const found = await problems(context, `${LEAST}limits: { depth: 1, tokens: "4000" }\n`);
    assert.deepEqual(
      found.map(({ at, message }) => [at, message]),
      [
        ['federation.yaml:13:18', 'limits.depth must be at least 2'],
        ['federation.yaml:13:29', 'limits.tokens must be a number, not text'],
      ],
    );
  });

  test('a number that is not finite', async (context) => {
    const found = await problem(context, `${LEAST}limits: { tokens: 1e400 }\n`);
    assert.equal(found.message, 'limits.tokens must be a finite number');
  });

  test('several at once, in the order of the file', async (context) => {
    const text = LEAST.replace('name: Test', 'nam: Test').replace('id: esrf', 'id: ESRF');
    const path = await configFile(context, text);
    await assert.rejects(loadConfig(path, env), (error: FederationError) => {
      assert.match(
        error.message,
        /^3 problems:\n {2}federation\.yaml:2:3: .*\n {2}federation\.yaml:2:3: .*\n {2}federation\.yaml:5:9: /,
      );
      assert.equal(error.at, 'federation.yaml');
      return true;
    });
  });

  test('at most fifty of them', async (context) => {
    const many = Array.from({ length: 80 }, (_, index) => `key${index}: 1`).join('\n');
    assert.equal((await problems(context, `${LEAST}${many}\n`)).length, 50);
  });

  test('a duplicate key', async (context) => {
    const found = await problem(
      context,
      LEAST.replace('    name: ESRF\n', '    name: ESRF\n    name: DESY\n'),
    );
    assert.equal(found.at, 'federation.yaml:7:5');
    assert.match(found.message, /twice/);
  });

  test('a second document', async (context) => {
    assert.match((await problem(context, `${LEAST}---\nfederation: {}\n`)).message, /multiple documents/);
  });

  test('more aliases than a configuration needs', async (context) => {
    const aliases = `${'*a,'.repeat(20)}`;
    const bomb = `a: &a [x,x,x,x,x,x,x,x,x,x]\nb: &b [${aliases}]\nc: &c [${aliases.replaceAll('*a', '*b')}]\nd: [${aliases.replaceAll('*a', '*c')}]\n`;
    assert.match((await problem(context, bomb)).message, /alias/i);
  });

  test('nesting that is too deep', async (context) => {
    assert.match((await problem(context, '['.repeat(100_000))).message, /nested too deeply/);
  });
});

describe('environment variables in federation.yaml', () => {
  test('are inserted into texts, with a default where there is one', async (context) => {
    const text = LEAST.replace('name: Test', `name: "\${NAME:-Photons} and \${OTHER}"`);
    const path = await configFile(context, text);
    assert.equal(
      (await loadConfig(path, { ...env, OTHER: 'neutrons' })).federation.name,
      'Photons and neutrons',
    );
  });

  test('cannot add keys or values of their own', async (context) => {
    const text = LEAST.replace('name: Test', `name: \${NAME}`);
    const injected = 'x"\n  publicUrl: https://evil.example\ndemo: true #';
    const config = await loadConfig(await configFile(context, text), { ...env, NAME: injected });
    assert.equal(config.federation.name, injected);
    assert.equal(config.federation.publicUrl, undefined);
    assert.equal(config.demo, false);
  });

  test('are an error with its place where the variable is missing', async (context) => {
    const found = await problem(context, LEAST.replace('name: Test', `name: \${MISSING}`));
    assert.equal(found.at, 'federation.yaml:2:9');
    assert.equal(found.message, 'the environment variable MISSING is not set');
  });
});

describe('secrets in federation.yaml', () => {
  test('are never repeated where somebody wrote one', async (context) => {
    const path = await configFile(
      context,
      LEAST.replace('{ env: PANFED_SECRET }', 'hunter2-hunter2-hunter2-hunter2-x'),
    );
    await assert.rejects(loadConfig(path, env), (error: FederationError) => {
      assert.equal(error.message, 'federation.secret must be {env: NAME} or {file: PATH}');
      assert.doesNotMatch(JSON.stringify([error.message, error.hint, error.extensions]), /hunter2/);
      return true;
    });
  });

  test('must exist', async (context) => {
    const found = await problem(context, LEAST, { PANFED_SECRET: '' });
    assert.equal(found.at, 'federation.yaml:3:11');
    assert.equal(found.message, 'the environment variable PANFED_SECRET is not set');
  });

  test('have 32 bytes or more for the federation', async (context) => {
    const short = 'tooshortasecret';
    const found = await problem(context, LEAST, { PANFED_SECRET: short });
    assert.equal(found.message, 'federation.secret has fewer than 32 bytes');
    assert.doesNotMatch(JSON.stringify(found), new RegExp(short));
  });

  test('are bearer tokens where they are sent as such', async (context) => {
    const text = extended('token: { env: LAB_TOKEN }');
    const found = await problem(context, text, { ...env, LAB_TOKEN: 'Bearer s3cret' });
    assert.match(found.message, /^facilities\[0\]\.registries\[0\]\.token is not a bearer token/);
    assert.doesNotMatch(JSON.stringify(found), /s3cret/);
  });

  test('of webhooks are 32 characters or more that a URL can have', async (context) => {
    const of = (secret: string) => {
      const text = LEAST.replace(
        'kind: graphql',
        'kind: oci\n        webhook: { secret: { env: HOOK } }',
      ).replace('/graphql', '');
      return configFile(context, text).then((path) => loadConfig(path, { ...env, HOOK: secret }));
    };
    await of('a'.repeat(32));
    for (const secret of ['a'.repeat(31), 'a'.repeat(257), `${'a'.repeat(32)}/`, `${'a'.repeat(32)}é`]) {
      await assert.rejects(of(secret), (error: FederationError) => {
        assert.match(
          error.message,
          /^facilities\[0\]\.registries\[0\]\.webhook\.secret is not 32 to 256 letters/,
        );
        assert.ok(!JSON.stringify([error.message, error.extensions]).includes(secret));
        return true;
      });
    }
  });

  test('are required for the federation, except in the demo', async (context) => {
    const without = LEAST.replace('  secret: { env: PANFED_SECRET }\n', '');
    assert.equal((await problem(context, without)).message, 'federation.secret is missing');
    assert.equal((await loadConfig(await configFile(context, `demo: true\n${without}`), env)).demo, true);
  });
});

describe('what must hold between sections', () => {
  const cases: [name: string, text: string, message: RegExp][] = [
    [
      'two facilities of one id',
      LEAST + LEAST.slice(LEAST.indexOf('  - id')).replace('[esrf.eu]', '[]'),
      /two facilities with the id esrf/,
    ],
    [
      'a scope of two facilities',
      LEAST + LEAST.slice(LEAST.indexOf('  - id')).replace('id: esrf', 'id: desy'),
      /also esrf's/,
    ],
    ['a reserved id', LEAST.replace('id: esrf', 'id: preference'), /taken by panfed/],
    [
      'two registries of one key',
      LEAST + LEAST.slice(LEAST.indexOf('      - key')),
      /two registries with the key main/,
    ],
    [
      'a demo catalog outside the demo',
      LEAST.replace('url: https://registry.esrf.eu/graphql', 'demo: esrf.yaml'),
      /in the demo only/,
    ],
    ['url and demo together', `demo: true\n${extended('demo: esrf.yaml')}`, /exclude each other/],
    [
      'a graphql registry without url',
      LEAST.replace('        url: https://registry.esrf.eu/graphql\n', ''),
      /needs url/,
    ],
    [
      'a file registry without url',
      LEAST.replace('kind: graphql\n        url: https://registry.esrf.eu/graphql', 'kind: file'),
      /needs url/,
    ],
    [
      'a file registry with a token',
      extended('token: {env: PANFED_SECRET}').replace('kind: graphql', 'kind: file'),
      /without a token/,
    ],
    [
      'plain http to another host',
      LEAST.replace('https://registry', 'http://registry'),
      /plain http to another host/,
    ],
    [
      'credentials in a URL',
      LEAST.replace('https://registry', 'https://me:pw@registry'),
      /must not carry credentials/,
    ],
    [
      'a pull host that engines read as an option',
      LEAST.replace('pull: registry', 'pull: -v.registry'),
      /expected host\[:port\]/,
    ],
    ['a scheme in pull', LEAST.replace('pull: registry', 'pull: https://registry'), /expected host\[:port\]/],
    [
      'a pull host that engines read as a path',
      LEAST.replace('pull: registry.esrf.eu', 'pull: hub/esrf'),
      /expected host/,
    ],
    [
      'a condition of an unknown facility',
      extended('repositories: [{match: a, conditions: [{kind: site, facilities: [esfr]}]}]'),
      /no facility esfr/,
    ],
    ['crawl of a registry that is read as a whole', extended('crawl: [em/relion]'), /without crawl/],
    [
      'an oci registry without an address',
      LEAST.replace('kind: graphql', 'kind: oci').replace(/ +url: .*\n/, ''),
      /an oci registry needs url/,
    ],
    [
      'a repository to crawl that is no name',
      extended('crawl: [EM/relion]').replace('kind: graphql', 'kind: oci'),
      /the name of a repository, such as em\/relion, or a glob/,
    ],
    [
      'an oci registry over plain http on another host',
      LEAST.replace('kind: graphql', 'kind: oci').replace('https://registry', 'http://registry'),
      /plain http to another host/,
    ],
    ['a group that is none', extended('repositories: [{match: a, groups: [em]}]'), /AARC-G069 group/],
    [
      'an issuer on plain http',
      `${LEAST}issuers: [{url: "http://aai.esrf.eu", audience: [x]}]\n`,
      /to loopback only/,
    ],
    [
      'an issuer twice',
      `${LEAST}issuers: [{url: "https://a.eu", audience: [x]}, {url: "https://a.eu", audience: [y]}]\n`,
      /two issuers/,
    ],
    [
      'an author of an unknown facility',
      `${LEAST}issuers: [{url: "https://a.eu", audience: [x], mayAssert: ["author:esfr"]}]\n`,
      /no facility esfr/,
    ],
    [
      'a namespace that is none',
      `${LEAST}issuers: [{url: "https://a.eu", audience: [x], namespaces: [esrf.eu]}]\n`,
      /AARC-G069 namespace/,
    ],
    ['a scope that is none', LEAST.replace('[esrf.eu]', '["member@esrf.eu"]'), /expected a domain/],
    [
      'an origin with a path',
      LEAST.replace('name: Test', 'name: Test\n  origins: ["https://a.eu/"]'),
      /expected an origin/,
    ],
    ['any origin', LEAST.replace('name: Test', 'name: Test\n  origins: ["*"]'), /expected an origin/],
    [
      'a demo for everyone',
      `demo: true\n${LEAST.replace('name: Test', 'name: Test\n  listen: {host: 0.0.0.0}')}`,
      /loopback only/,
    ],
    [
      'a demo with a public URL',
      `demo: true\n${LEAST.replace('name: Test', 'name: Test\n  publicUrl: https://a.eu')}`,
      /no public URL/,
    ],
    [
      'an extension of a registry that is not there',
      LEAST.replace('    scopes', '    extension: {schema: a.graphql, registry: other}\n    scopes'),
      /one of the facility's graphql registries/,
    ],
    [
      'an extension of an id that GraphQL cannot name',
      LEAST.replace('id: esrf', 'id: es-rf').replace(
        '    scopes',
        '    extension: {schema: a.graphql}\n    scopes',
      ),
      /no hyphen/,
    ],
  ];
  for (const [name, text, message] of cases) {
    test(`${name} is refused`, async (context) => {
      assert.match((await problem(context, text)).message, message);
    });
  }

  test('an oci registry may name what is crawled, and be at its root', async (context) => {
    const text = extended('crawl: [em/relion, "mx/**"]').replace('kind: graphql', 'kind: oci');
    const { facilities } = await loadConfig(await configFile(context, text), env);
    assert.deepEqual(facilities[0]?.registries[0]?.crawl, ['em/relion', 'mx/**']);
  });

  test('plain http is accepted on loopback, and elsewhere with a reason', async (context) => {
    for (const text of [
      LEAST.replace('https://registry.esrf.eu', 'http://127.0.0.1:5000'),
      extended('plainHttp: inside the machine room').replace('https://registry', 'http://registry'),
    ]) {
      assert.ok(await loadConfig(await configFile(context, text), env));
    }
  });
});

test('thousands of unknown keys are reported at once: the first with hints, the rest counted', async (context) => {
  const keys = Array.from({ length: 20_000 }, (_, n) => `  unknown${n}: 1`).join('\n');
  const begun = computed();
  const found = await problems(context, `federation:\n  name: x\n${keys}\nfacilities: []\n`);
  const took = computed() - begun;
  assert.equal(found.length, 50);
  assert.match(
    found.find(({ at }) => at === 'federation.yaml:3:3')?.message ?? '',
    /no key unknown0 in federation/,
  );
  // Half a second on a quiet machine.
  assert.ok(took < 2_000, `${took.toFixed()} ms`);
});
