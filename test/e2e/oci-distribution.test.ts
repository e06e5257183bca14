// Distribution 3 as labs run it, over TLS with users and passwords, or with a token server: images that umoci made and
// skopeo pushed are found, and whoever may not read gets a coded error.
import assert from 'node:assert/strict';
import { after, before, describe, type TestContext, test } from 'node:test';
import { type ErrorCode, FederationError } from '../../src/model/errors.ts';
import { configOf, startGateway } from '../support/gateway.ts';
import { type Configured, configuredSource, crawledFrom } from '../support/oci/configured.ts';
import {
  type Distribution,
  needsDistribution,
  READER,
  startDistribution,
} from '../support/oci/distribution.ts';
import { joinMade, make, needsRealTools, pushMade } from '../support/oci/real-tools.ts';
import {
  GUEST,
  type SignedTokenServer,
  STAFF,
  startSignedTokenServer,
} from '../support/oci/signed-tokens.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const LABELS = { 'org.opencontainers.image.licenses': 'MIT', 'io.panfed.title': 'RELION' };
const PARTS = { ...needsDistribution(), ...needsRealTools() };

/** The registry as its lab says it is read, by a user with a password. */
const configured = (
  { origin, ca }: Distribution,
  { username }: { readonly username: string },
): Configured => ({
  ...{ kind: 'oci', url: origin, ca, credential: { username, password: { env: 'PASSWORD' } } },
});

const crawl = async (context: TestContext, registry: Configured, PASSWORD: string) =>
  crawledFrom(await configuredSource(context, registry, { PASSWORD }));

const refused = (expected: ErrorCode, message: RegExp) => (error: unknown) => {
  assert.ok(error instanceof FederationError, String(error));
  assert.equal(error.code, expected);
  assert.match(error.message, message);
  return true;
};

describe('Distribution 3 over TLS with users and passwords', PARTS, () => {
  const folder = temporaryFolder({ after });
  let registry: Distribution;
  const digests = new Map<string, string>();
  before(async () => {
    registry = await startDistribution('passwords');
    await make(folder, { tag: '5.0', labels: LABELS, env: ['CUDA_VERSION=12.4.1', 'PASSWORD=secret'] });
    await make(folder, { tag: '5.0-arm64', labels: LABELS, architecture: 'arm64' });
    joinMade(folder, 'all', { amd64: '5.0', arm64: '5.0-arm64' });
    const pushed = { user: READER };
    for (const tag of ['5.0', '5.0-arm64', 'all']) {
      digests.set(tag, await pushMade(folder, tag, registry, 'em/relion', pushed));
    }
    const docker = await pushMade(folder, '5.0', registry, 'em/docker', { ...pushed, format: 'v2s2' });
    digests.set('docker', docker);
  });
  after(() => registry?.close());

  test('is a registry of the federation, whose images have the digests, labels and platforms that were pushed', async () => {
    const gateway = await startGateway(
      configOf({
        facilities: [
          {
            ...{ id: 'esrf', name: 'ESRF' },
            registries: [
              {
                ...configured(registry, READER),
                ...{ key: 'main', pull: 'registry.esrf.example' },
                repositories: [{ match: 'em/**', sharing: 'open', conditions: [] }],
              },
            ],
          },
        ],
      }),
      { env: { PASSWORD: READER.password } },
    );
    const environment = [{ name: 'CUDA_VERSION', value: '12.4.1' }];
    const shared = { title: 'RELION', license: { expression: 'MIT' } };
    const amd64 = { platform: 'linux/amd64', digest: digests.get('5.0') };
    const arm64 = { platform: 'linux/arm64', digest: digests.get('5.0-arm64') };
    const docker = { platform: 'linux/amd64', digest: digests.get('docker') };
    try {
      const { data, errors } = await gateway.ask<{ images: { nodes: { tags: readonly string[] }[] } }>(
        `{ images(search: "relion") { complete sources { status quarantined } nodes {
          repository tags title license { expression } digest environment { name value } manifests { platform digest }
        } } }`,
        {},
        await gateway.token('admin'),
      );
      assert.deepEqual(errors, []);
      const { nodes, ...rest } = data.images;
      assert.deepEqual(rest, { complete: true, sources: [{ status: 'OK', quarantined: 0 }] });
      assert.deepEqual(
        [...nodes].sort((one, other) => (String(one.tags) < String(other.tags) ? -1 : 1)),
        [
          ['em/docker', '5.0', docker.digest, environment, [docker]],
          ['em/relion', '5.0', amd64.digest, environment, [amd64]],
          ['em/relion', '5.0-arm64', arm64.digest, [], [arm64]],
          ['em/relion', 'all', digests.get('all'), environment, [amd64, arm64]],
        ].map(([repository, tag, digest, environment, manifests]) => ({
          ...{ ...shared, repository, tags: [tag], digest, environment, manifests },
        })),
      );
    } finally {
      await gateway.close();
    }
  });

  test('refuses a wrong password, and whoever has none', async (context) => {
    const registryOf = configured(registry, READER);
    const isRefused = refused('SOURCE_REFUSED', /does not list its repositories \(HTTP 401\)/);
    await assert.rejects(crawl(context, registryOf, 'wrong'), isRefused);
    const { credential: _none, ...anonymous } = registryOf;
    await assert.rejects(crawl(context, anonymous, ''), isRefused);
  });

  test('is asked nothing where its certificate is of an authority that is not configured', async (context) => {
    const before = registry.asked().length;
    const { ca: _none, ...unknown } = configured(registry, READER);
    await assert.rejects(
      crawl(context, unknown, READER.password),
      refused('SOURCE_UNAVAILABLE', /certificate is not accepted/),
    );
    assert.equal(registry.asked().length, before);
  });
});

describe('Distribution 3 with a token server', PARTS, () => {
  const folder = temporaryFolder({ after });
  let tokens: SignedTokenServer;
  let registry: Distribution;
  let digest: string;
  before(async () => {
    tokens = await startSignedTokenServer();
    registry = await startDistribution({ realm: tokens.realm });
    await make(folder, { tag: '1', labels: LABELS });
    for (const repository of ['open/ctffind', 'open/relion', 'closed/relion']) {
      digest = await pushMade(folder, '1', registry, repository, { user: STAFF });
    }
  });
  after(() => Promise.all([registry?.close(), tokens?.close()]));

  const withRealm = (user: { readonly username: string }, crawl = ['**']): Configured => ({
    ...configured(registry, user),
    ...{ realms: [tokens.host], crawl },
  });

  test('gives its images by one token for each repository', async (context) => {
    tokens.asked.splice(0);
    const { nodes, malformed } = await crawl(context, withRealm(STAFF), STAFF.password);
    assert.deepEqual(malformed, []);
    assert.deepEqual(
      nodes.map((node) => [node.repository, node.digest, node.tags, node.platforms]),
      ['closed/relion', 'open/ctffind', 'open/relion'].map((name) => [name, digest, ['1'], ['linux/amd64']]),
    );
    assert.deepEqual([...tokens.asked].sort(), [
      'registry:catalog:* by staff',
      'repository:closed/relion:pull by staff',
      'repository:open/ctffind:pull by staff',
      'repository:open/relion:pull by staff',
    ]);
  });

  test('has no repository that its user may not pull, and says which', async (context) => {
    const { nodes, malformed } = await crawl(context, withRealm(GUEST), GUEST.password);
    assert.deepEqual(
      nodes.map(({ repository }) => repository),
      ['open/ctffind', 'open/relion'],
    );
    assert.deepEqual(
      malformed.map(({ subject, reason }) => [subject, reason]),
      [['closed/relion', 'the registry does not list its tags (HTTP 401)']],
    );
    await assert.rejects(
      crawl(context, withRealm(GUEST, ['closed/relion']), GUEST.password),
      refused('SOURCE_REFUSED', /does not list its tags \(HTTP 401\)/),
    );
  });

  test('is refused by its token server for a wrong password', async (context) => {
    await assert.rejects(
      crawl(context, withRealm(STAFF), 'wrong'),
      refused('SOURCE_REFUSED', /token server refuses the gateway \(HTTP 401\)/),
    );
  });

  test('cannot send the gateway to a token server that federation.yaml does not name', async (context) => {
    tokens.asked.splice(0);
    for (const realms of [[], ['127.0.0.1'], ['tokens.esrf.example']]) {
      await assert.rejects(
        crawl(context, { ...withRealm(STAFF), realms }, STAFF.password),
        refused('SOURCE_REFUSED', /another host for a token/),
      );
    }
    assert.deepEqual(tokens.asked, []);
  });
});
