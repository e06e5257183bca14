import assert from 'node:assert/strict';
import type { IncomingMessage } from 'node:http';
import { describe, type TestContext, test } from 'node:test';
import { FederationError } from '../../../src/model/errors.ts';
import { type HubOptions, startHubServer } from '../../support/dockerhub/hub-server.ts';
import { startTokenServer, USER } from '../../support/dockerhub/token-server.ts';
import { type Configured, configuredSource, crawledFrom } from '../../support/oci/configured.ts';
import { testImage, testIndex } from '../../support/oci/images.ts';
import { startOciServer } from '../../support/oci/registry-server.ts';

const SECRETS = { HUB: USER.password };
const CREDENTIAL = { username: USER.username, password: { env: 'HUB' } };

async function dockerHub(context: TestContext, options?: HubOptions) {
  const tokens = await startTokenServer();
  const asked: string[] = [];
  const images = await startOciServer((request: IncomingMessage, response) => {
    if (tokens.challenges(request, response)) return true;
    asked.push(`${request.method} ${request.url}`);
    response.setHeader('ratelimit-limit', '100;w=21600');
    response.setHeader('ratelimit-remaining', '76;w=21600');
    return false;
  });
  const hub = await startHubServer(options);
  for (const server of [tokens, images, hub]) context.after(() => server.close());
  const configured: Configured = {
    kind: 'dockerhub',
    url: images.origin,
    api: hub.origin,
    realms: [new URL(tokens.origin).host],
    crawl: ['lab/**'],
  };
  return { tokens, images, hub, asked, configured };
}

const refusal = (promise: Promise<unknown>): Promise<FederationError> =>
  promise.then(
    () => assert.fail('it did not fail'),
    (error: unknown) => {
      assert.ok(error instanceof FederationError, String(error));
      return error;
    },
  );

describe('a registry of kind dockerhub', () => {
  test('lists the repositories and tags of a namespace, by the digests of the list, without a HEAD', async (context) => {
    const { images, hub, asked, tokens, configured } = await dockerHub(context);
    const [relion, motioncor] = [
      testImage({ content: 'a' }),
      testIndex([{ image: testImage({ content: 'b' }) }]),
    ];
    images.hold('lab/relion', [], relion);
    images.hold('lab/motioncor', [], motioncor);
    hub.repositories.set('lab/relion', [
      { name: '5.0', digest: relion.digest },
      { name: 'latest', digest: relion.digest },
    ]);
    hub.repositories.set('lab/motioncor', [{ name: '3', digest: motioncor.digest }]);
    const { nodes, malformed } = await crawledFrom(await configuredSource(context, configured));
    assert.deepEqual(malformed, []);
    assert.deepEqual(
      nodes.map(({ repository, digest, tags }) => ({ repository, digest, tags })),
      [
        { repository: 'lab/motioncor', digest: motioncor.digest, tags: ['3'] },
        { repository: 'lab/relion', digest: relion.digest, tags: ['5.0', 'latest'] },
      ],
    );
    assert.ok(!asked.some((each) => each.startsWith('HEAD') || each.includes('tags/list')), asked.join(', '));
    assert.deepEqual(
      [...new Set(tokens.asked)].sort(),
      ['lab/motioncor', 'lab/relion'].map((name) => `repository:${name}:pull by nobody`),
    );
  });

  test('is asked for each page by the address that the last one gives, 100 items a page', async (context) => {
    const { images, hub, configured } = await dockerHub(context);
    const image = testImage();
    images.hold('lab/relion', [], image);
    hub.repositories.set(
      'lab/relion',
      Array.from({ length: 250 }, (_, index) => ({ name: `v${index}`, digest: image.digest })),
    );
    const { nodes } = await crawledFrom(
      await configuredSource(context, { ...configured, crawl: ['lab/relion'] }),
    );
    assert.equal(nodes.flatMap(({ tags }) => tags).length, 250);
    const tags = '/v2/namespaces/lab/repositories/relion/tags';
    assert.deepEqual(hub.asked, [
      `GET ${tags}?page_size=100 by nobody`,
      `GET ${tags}?page=2&page_size=100 by nobody`,
      `GET ${tags}?page=3&page_size=100 by nobody`,
    ]);
  });

  test('says that it lists no more without signing in, and gives what it listed', async (context) => {
    const { images, hub, configured } = await dockerHub(context, { anonymous: 100 });
    const image = testImage();
    images.hold('lab/relion', [], image);
    hub.repositories.set(
      'lab/relion',
      Array.from({ length: 101 }, (_, index) => ({ name: `v${index}`, digest: image.digest })),
    );
    const { nodes, malformed } = await crawledFrom(await configuredSource(context, configured));
    assert.equal(nodes.flatMap(({ tags }) => tags).length, 100);
    assert.equal(malformed.length, 1);
    assert.equal(malformed[0]?.subject, 'lab/relion');
    assert.match(
      malformed[0]?.reason ?? '',
      /without signing in \(HTTP 403\): give the registry a credential/,
    );
  });

  test('is signed in to with user and password, once, and then lists all', async (context) => {
    const { images, hub, tokens, configured } = await dockerHub(context, { anonymous: 100 });
    const image = testImage();
    images.hold('lab/relion', [], image);
    hub.repositories.set(
      'lab/relion',
      Array.from({ length: 101 }, (_, index) => ({ name: `v${index}`, digest: image.digest })),
    );
    const source = await configuredSource(context, { ...configured, credential: CREDENTIAL }, SECRETS);
    const { nodes, malformed } = await crawledFrom(source);
    assert.deepEqual(malformed, []);
    assert.equal(nodes.flatMap(({ tags }) => tags).length, 101);
    assert.equal(hub.asked[0], 'POST /v2/auth/token by nobody');
    assert.ok(hub.asked.slice(1).every((each) => each.startsWith('GET') && each.endsWith('by a token')));
    assert.deepEqual(tokens.asked, ['repository:lab/relion:pull by robot']);
  });

  test('that refuses user and password is a failure, and no empty registry', async (context) => {
    const { hub, configured } = await dockerHub(context);
    const source = await configuredSource(context, { ...configured, credential: CREDENTIAL }, { HUB: 'x' });
    const error = await refusal(crawledFrom(source));
    assert.equal(error.code, 'SOURCE_REFUSED');
    assert.deepEqual(hub.asked, ['POST /v2/auth/token by nobody']);
  });

  test('is asked where a tag leads whose digest the list does not have', async (context) => {
    const { images, hub, asked, configured } = await dockerHub(context);
    const [one, other] = [testImage({ content: 'a' }), testImage({ content: 'b' })];
    images.hold('lab/relion', ['old'], one);
    images.hold('lab/relion', [], other);
    hub.repositories.set('lab/relion', [
      { name: 'old', images: [{ digest: one.digest }, { digest: other.digest }] },
      { name: 'one-platform', images: [{ digest: other.digest, architecture: 'amd64' }] },
    ]);
    const { nodes } = await crawledFrom(await configuredSource(context, configured));
    assert.deepEqual(Object.fromEntries(nodes.map(({ digest, tags }) => [tags.join(), digest])), {
      old: one.digest,
      'one-platform': other.digest,
    });
    assert.deepEqual(
      asked.filter((each) => each.startsWith('HEAD')),
      ['HEAD /v2/lab/relion/manifests/old'],
    );
  });

  test('whose list has a digest of other bytes has that image quarantined', async (context) => {
    const { images, hub, configured } = await dockerHub(context);
    const [image, other] = [testImage({ content: 'a' }), testImage({ content: 'b' })];
    images.hold('lab/relion', [], { ...image, digest: other.digest });
    hub.repositories.set('lab/relion', [{ name: '1', digest: other.digest }]);
    const { nodes, malformed } = await crawledFrom(await configuredSource(context, configured));
    assert.deepEqual(nodes, []);
    assert.match(malformed[0]?.reason ?? '', /has another digest/);
  });

  test('whose next page is at another host is not followed there', async (context) => {
    const elsewhere = await dockerHub(context);
    const { hub, configured } = await dockerHub(context, {
      quirk: (_request, response) => {
        const next = `${elsewhere.hub.origin}/v2/namespaces/lab/repositories/relion/tags?page=2`;
        response.end(JSON.stringify({ count: 2, next, results: [{ name: '1', digest: null }] }));
        return true;
      },
    });
    const source = await configuredSource(context, { ...configured, crawl: ['lab/relion'] });
    const error = await refusal(crawledFrom(source));
    assert.equal(error.code, 'SOURCE_REDIRECTED');
    assert.equal(hub.asked.length, 1);
    assert.deepEqual(elsewhere.hub.asked, []);
  });

  test('that has no such namespace says so beside the others', async (context) => {
    const { images, hub, configured } = await dockerHub(context);
    const image = testImage();
    images.hold('lab/relion', [], image);
    hub.repositories.set('lab/relion', [{ name: '1', digest: image.digest }]);
    const source = await configuredSource(context, { ...configured, crawl: ['lab/*', 'lba/*'] });
    const { nodes, malformed } = await crawledFrom(source);
    assert.deepEqual(
      nodes.map(({ repository }) => repository),
      ['lab/relion'],
    );
    assert.deepEqual(
      malformed.map(({ reason }) => reason),
      ['the namespace lba is not there, or not for this credential (HTTP 404)'],
    );
  });

  test('that answers no more requests for now says until when', async (context) => {
    const until = Math.ceil(Date.now() / 1_000) + 3_600;
    const { configured } = await dockerHub(context, {
      quirk: (_request, response) => {
        response.writeHead(429, { 'x-retry-after': String(until), 'retry-after': '3600' });
        response.end(JSON.stringify({ detail: 'Rate limit exceeded', error: false }));
        return true;
      },
    });
    const error = await refusal(crawledFrom(await configuredSource(context, configured)));
    assert.equal(error.code, 'RATE_LIMITED');
    const at = Date.parse(String(error.extensions?.retryAfter)) / 1_000;
    assert.ok(Math.abs(at - until) < 60, String(error.extensions?.retryAfter));
  });
});
