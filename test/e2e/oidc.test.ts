// A federation of its own configuration, without the demo: callers come from a real OpenID Connect issuer.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { loadConfig } from '../../src/config/load.ts';
import { bearer, type RunningGateway, startGateway } from '../support/gateway.ts';
import { AUDIENCE, type RealIssuer, signingKey, startIssuer } from '../support/issuer.ts';
import { startRegistry, type TestRegistry, testNode } from '../support/registry.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const env = { PANFED_SECRET: 'a secret of thirty-two bytes, or more' };
const EM = 'urn:geant:esrf.eu:group:em';

let issuer: RealIssuer;
/** Configured, and shut off before anybody asked for its keys. */
let absent: RealIssuer;
let registry: TestRegistry;
let gateway: RunningGateway;

const NODES = [
  testNode('open/relion', { sharing: 'open', license: 'MIT' }),
  testNode('em/for-the-group', { sharing: 'conditional', license: 'MIT', groups: [EM], listed: false }),
  testNode('internal/for-members', { sharing: 'none', license: 'MIT' }),
  testNode('open/xds', { sharing: 'open', license: 'MIT', conditions: [{ kind: 'academic' }] }),
  testNode('broken', { sharing: 'perhaps' }),
];

before(async () => {
  [issuer, absent, registry] = await Promise.all([
    startIssuer(),
    startIssuer(),
    startRegistry('esrf', NODES),
  ]);
  absent.shutOff(true);
  const file = join(folder, 'federation.yaml');
  writeFileSync(
    file,
    `federation:
  name: Two labs
  listen: { port: 0 }
  secret: { env: PANFED_SECRET }
facilities:
  - id: esrf
    name: ESRF
    scopes: [esrf.eu]
    registries: [{ key: main, kind: graphql, url: "${registry.url}", pull: registry.esrf.eu }]
  - id: desy
    name: DESY
    scopes: [desy.de]
    registries: [{ key: main, kind: file, url: desy.yaml, pull: registry.desy.de }]
issuers:
  - url: ${issuer.url}
    audience: [${AUDIENCE}]
    namespaces: ["urn:geant:esrf.eu"]
    scopes: [esrf.eu]
    mayAssert: [academic, admin]
  - url: ${absent.url}
    audience: [${AUDIENCE}]
`,
  );
  writeFileSync(join(folder, 'desy.yaml'), 'facility: desy\nimages: []\n');
  gateway = await startGateway(await loadConfig(file, env), { env });
  await gateway.federation.catalog.refresh({ maxAge: null });
});
after(async () => {
  await gateway?.close();
  await Promise.all([issuer, absent, registry].map((one) => one?.close()));
});
const folder = temporaryFolder({ after });

const QUESTION = `{
  viewer { authenticated name issuer groups affiliations sites { id } academic roles }
  images { nodes { repository access { pull } } sources { facility { id } quarantined } }
}`;

interface Answer {
  readonly viewer: Readonly<Record<string, unknown>>;
  readonly images: {
    readonly nodes: readonly { readonly repository: string; readonly access: { readonly pull: boolean } }[];
    readonly sources: readonly { readonly quarantined: number | null }[];
  };
}

async function ask(token: string | null): Promise<Answer> {
  const answer = await gateway.ask<Answer>(QUESTION, {}, token);
  assert.deepEqual([answer.status, answer.errors], [200, []], answer.text);
  return answer.data;
}

const repositories = ({ images }: Answer): string[] =>
  images.nodes.map(({ repository }) => repository).sort();

describe('who has a token of the issuer', () => {
  test('is who it says, in the groups and at the site that it may assert', async () => {
    const answer = await ask(
      await issuer.token({
        name: 'Ada',
        eduperson_entitlement: [`${EM}#aai.esrf.eu`],
        eduperson_scoped_affiliation: ['staff@esrf.eu'],
        panfed_academic: true,
      }),
    );
    assert.deepEqual(answer.viewer, {
      authenticated: true,
      name: 'Ada',
      issuer: issuer.url,
      groups: [EM],
      affiliations: ['staff@esrf.eu'],
      sites: [{ id: 'esrf' }],
      academic: true,
      roles: [],
    });
    assert.deepEqual(repositories(answer), [
      'em/for-the-group',
      'internal/for-members',
      'open/relion',
      'open/xds',
    ]);
    assert.ok(answer.images.nodes.every(({ access }) => access.pull));
  });

  test('sees what the group may, and not what members may, where only the group is said', async () => {
    const answer = await ask(await issuer.token({ eduperson_entitlement: [EM] }));
    assert.deepEqual(answer.viewer.sites, []);
    assert.deepEqual(repositories(answer), ['em/for-the-group', 'open/relion', 'open/xds']);
  });

  test('is a member of no lab by an affiliation that gives none', async () => {
    const affiliations = ['alum@esrf.eu', 'affiliate@esrf.eu', 'library-walk-in@esrf.eu'];
    const answer = await ask(await issuer.token({ eduperson_scoped_affiliation: affiliations }));
    assert.deepEqual([answer.viewer.sites, repositories(answer)], [[], ['open/relion', 'open/xds']]);
  });

  test('gets nothing of what the issuer may not assert, which is counted', async () => {
    const answer = await ask(
      await issuer.token({
        eduperson_entitlement: ['urn:geant:desy.de:group:staff', 'urn:geant:esrf.euro:group:em'],
        eduperson_scoped_affiliation: ['staff@desy.de', 'staff@not.esrf.eu'],
        panfed_roles: ['author:esrf'],
      }),
    );
    const { groups, sites, affiliations, roles } = answer.viewer;
    assert.deepEqual(
      { groups, sites, affiliations, roles },
      { groups: [], sites: [], affiliations: [], roles: [] },
    );
    const metrics = await gateway.metrics();
    const dropped = [...metrics.matchAll(/^panfed_claims_dropped_total\{.*\} (\d+)$/gm)].map(([, count]) =>
      Number(count),
    );
    assert.equal(
      dropped.reduce((sum, count) => sum + count, 0) >= 5,
      true,
      metrics.match(/.*dropped.*/g)?.join('\n'),
    );
  });

  test('passes no policy by a role: an admin sees the quarantine’s count and no more images', async () => {
    const admin = await ask(await issuer.token({ panfed_roles: ['admin'] }));
    assert.deepEqual(admin.viewer.roles, ['admin']);
    assert.equal(admin.images.sources[0]?.quarantined, 1);
    assert.deepEqual(repositories(admin), ['open/relion', 'open/xds']);
    assert.equal((await ask(await issuer.token())).images.sources[0]?.quarantined, null);
  });
});

describe('nobody', () => {
  test('is who sends no token, also where a token stands in the address', async () => {
    const answer = await ask(null);
    assert.equal(answer.viewer.authenticated, false);
    assert.deepEqual(repositories(answer), ['open/relion', 'open/xds']);
    const token = await issuer.token({ eduperson_scoped_affiliation: ['staff@esrf.eu'] });
    const query = encodeURIComponent('{ viewer { authenticated } }');
    const response = await fetch(`${gateway.url}/graphql?query=${query}&access_token=${token}`, {
      headers: { 'graphql-require-preflight': '1' },
    });
    assert.doesNotMatch(await response.text(), /"authenticated":true/);
  });
});

describe('a bad token is 401 with its reason, and never nobody’s', () => {
  const now = () => Math.floor(Date.now() / 1_000);
  const claims = (changed: Readonly<Record<string, unknown>> = {}) => ({
    iss: issuer.url,
    aud: AUDIENCE,
    sub: 'person',
    iat: now(),
    exp: now() + 600,
    ...changed,
  });
  const tokens: Readonly<Record<string, () => Promise<string>>> = {
    EXPIRED: () => issuer.forge(claims({ iat: now() - 1_000, exp: now() - 500 })),
    WRONG_AUDIENCE: () => issuer.forge(claims({ aud: 'https://another.example' })),
    UNKNOWN_ISSUER: () => issuer.forge(claims({ iss: 'https://elsewhere.example' })),
    WRONG_TYPE: () => issuer.forge(claims(), { typ: 'JWT' }),
    LIVES_TOO_LONG: () => issuer.forge(claims({ exp: now() + 86_400 })),
    BAD_SIGNATURE: async () => issuer.forge(claims(), {}, { ...(await signingKey('first')) }),
    WRONG_ALGORITHM: async () => {
      const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
      return `${part({ alg: 'none', typ: 'at+jwt' })}.${part(claims())}.`;
    },
    MALFORMED_TOKEN: async () => 'nothing.of.that',
  };
  for (const [reason, make] of Object.entries(tokens)) {
    test(reason, async () => {
      const response = await fetch(`${gateway.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...bearer(await make()) },
        body: JSON.stringify({ query: '{ viewer { authenticated } images { totalCount } }' }),
      });
      const { data, errors } = (await response.json()) as {
        data?: unknown;
        errors: readonly { readonly extensions: Readonly<Record<string, unknown>> }[];
      };
      assert.deepEqual([response.status, data], [401, undefined]);
      assert.match(
        response.headers.get('www-authenticate') ?? '',
        /^Bearer realm="panfed", error="invalid_token"/,
      );
      assert.deepEqual(
        [errors[0]?.extensions.code, errors[0]?.extensions.reason],
        ['UNAUTHENTICATED', reason],
      );
    });
  }
});

describe('an issuer that does not answer', () => {
  test('is 503 for its own people alone, with a code, and they are not nobody', async () => {
    const token = await absent.forge({
      iss: absent.url,
      aud: AUDIENCE,
      sub: 'person',
      iat: Math.floor(Date.now() / 1_000),
      exp: Math.floor(Date.now() / 1_000) + 600,
    });
    const answer = await gateway.ask(QUESTION, {}, token);
    assert.deepEqual(
      [answer.status, answer.errors[0]?.extensions.code, answer.data],
      [503, 'ISSUER_UNAVAILABLE', undefined],
    );
    assert.equal((await ask(null)).viewer.authenticated, false);
    assert.equal((await ask(await issuer.token())).viewer.authenticated, true);
  });

  test('does not sign out those whose keys are known', async () => {
    const token = await issuer.token({ eduperson_scoped_affiliation: ['staff@esrf.eu'] });
    await ask(await issuer.token());
    issuer.shutOff(true);
    try {
      assert.deepEqual((await ask(token)).viewer.sites, [{ id: 'esrf' }]);
    } finally {
      issuer.shutOff(false);
    }
  });
});
