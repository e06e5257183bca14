// A catalog's registry as clients ask it, and as the gateway's own crawl reads it by each kind, in pages.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { limitsSchema } from '../../../src/config/limits.ts';
import type { ServedKind } from '../../../src/config/registry-kind.ts';
import type { FederationError } from '../../../src/model/errors.ts';
import { NOTHING_ATTACHED } from '../../../src/registry-server/attached.ts';
import type { RegistryImage } from '../../../src/registry-server/catalog.ts';
import { offlineClient } from '../../../src/registry-server/oci/client.ts';
import { catalogRegistry } from '../../../src/registry-server/oci/registry.ts';
import { toNode } from '../../../src/sources/catalog-entry.ts';
import { LISTINGS } from '../../../src/sources/listings/listings.ts';
import { documentsInMemory } from '../../../src/sources/oci/known-documents.ts';
import { referrersInMemory } from '../../../src/sources/oci/referrers/known-referrers.ts';
import { createOciSource } from '../../../src/sources/oci/source.ts';

function imageOf(entry: { readonly repository: string; readonly [field: string]: unknown }): RegistryImage {
  const id = `${entry.repository}:${entry.tag ?? ''}`;
  const node = toNode({ size: 1_000, platforms: ['linux/amd64'], digest: null, ...entry }, id);
  return { id, node: { ...(node as object), id }, extension: {}, attached: NOTHING_ATTACHED, demo: null };
}

const images = (entries: Parameters<typeof imageOf>[0][]) => ({ images: entries.map(imageOf) });

const lab = images([
  { repository: 'lab/em/relion', tags: ['5.0.0', 'latest'], title: 'RELION 5' },
  { repository: 'lab/em/relion', tag: '4.0.1', title: 'RELION 4' },
  { repository: 'lab/xds', tag: '20240723', platforms: ['linux/amd64', 'linux/arm64'] },
]);

/** What a client is answered. */
function asked(kind: ServedKind, path: string, catalog = lab) {
  const url = new URL(path, 'http://127.0.0.1:5000');
  const { status, headers, body } = catalogRegistry(
    catalog,
    kind,
  )({
    path: url.pathname,
    query: url.searchParams,
    origin: url.origin,
  });
  return { status, headers, body: JSON.parse(body.toString()) };
}

async function crawled(kind: ServedKind, crawl: readonly string[], catalog = lab): Promise<string[]> {
  const source = createOciSource({
    ...{ facility: 'kit', registry: 'main', kind, url: 'http://registry.invalid' },
    client: offlineClient(catalogRegistry(catalog, kind)),
    api: null,
    listing: LISTINGS[kind],
    repositories: crawl,
    limits: limitsSchema.parse({}),
    known: documentsInMemory(),
    referrers: { known: referrersInMemory(), every: 0, now: () => 0 },
    policyLabels: () => new Set(),
  });
  const nodes: unknown[] = [];
  for await (const page of source.crawl({ signal: new AbortController().signal })) nodes.push(...page.nodes);
  return (nodes as { repository: string; tags: readonly string[] }[])
    .map(({ repository, tags }) => `${repository}:${tags.join(',')}`)
    .sort();
}

describe('a catalog’s registry is crawled', () => {
  const all = ['lab/em/relion:4.0.1', 'lab/em/relion:5.0.0,latest', 'lab/xds:20240723'];

  test('as a registry that lists its repositories', async () => {
    assert.deepEqual(await crawled('oci', ['**']), all);
  });

  test('as Harbor, by its projects and with slashes in the names', async () => {
    assert.deepEqual(await crawled('harbor', ['**']), all);
    assert.deepEqual(await crawled('harbor', ['lab/em/*']), all.slice(0, 2));
  });

  test('as Docker Hub, by its namespace', async () => {
    const hub = images([
      { repository: 'lab/relion', tag: '5.0.0' },
      { repository: 'lab/xds', tag: '1' },
      { repository: 'other/xds', tag: '1' },
    ]);
    assert.deepEqual(await crawled('dockerhub', ['lab/**'], hub), ['lab/relion:5.0.0', 'lab/xds:1']);
  });

  test('as GitHub’s, by names', async () => {
    assert.deepEqual(await crawled('ghcr', ['lab/xds']), all.slice(2));
  });

  for (const kind of ['oci', 'harbor', 'dockerhub'] as const) {
    test(`as ${kind} over more pages than one`, async () => {
      const many = images(
        Array.from({ length: 1_201 }, (_, index) => ({ repository: `lab/image-${index}`, tag: '1' })),
      );
      assert.equal((await crawled(kind, ['lab/**'], many)).length, 1_201);
    });
  }
});

describe('a catalog’s registry answers', () => {
  test('a manifest by its tag and by its digest, with its digest and type', () => {
    const byTag = asked('oci', '/v2/lab/em/relion/manifests/latest');
    const digest = byTag.headers['docker-content-digest'];
    assert.equal(byTag.headers['content-type'], 'application/vnd.oci.image.manifest.v1+json');
    assert.deepEqual(asked('oci', `/v2/lab/em/relion/manifests/${digest}`), byTag);
    const config = asked('oci', `/v2/lab/em/relion/blobs/${byTag.body.config.digest}`);
    assert.equal(config.body.config.Labels['org.opencontainers.image.title'], 'RELION 5');
  });

  test('the manifest of each platform of an index', () => {
    const { body } = asked('oci', '/v2/lab/xds/manifests/20240723');
    assert.equal(body.manifests.length, 2);
    for (const { digest } of body.manifests) {
      assert.equal(asked('oci', `/v2/lab/xds/manifests/${digest}`).status, 200);
    }
  });

  test('tags in pages, with a link to the next', () => {
    const { body, headers } = asked('oci', '/v2/lab/em/relion/tags/list?n=2');
    assert.deepEqual(body, { name: 'lab/em/relion', tags: ['4.0.1', '5.0.0'] });
    assert.equal(headers.link, '</v2/lab/em/relion/tags/list?last=5.0.0&n=2>; rel="next"');
    assert.deepEqual(asked('oci', '/v2/lab/em/relion/tags/list?last=5.0.0&n=2').body.tags, ['latest']);
  });

  test('that nothing refers to an image, where its kind says so', () => {
    const path = `/v2/lab/xds/referrers/sha256:${'a'.repeat(64)}`;
    const { status, headers, body } = asked('oci', path);
    assert.deepEqual(
      [status, headers['content-type'], body.manifests],
      [200, 'application/vnd.oci.image.index.v1+json', []],
    );
    assert.equal(asked('ghcr', path).status, 404);
  });

  test('404 for what it has not, and for its catalog where its kind has none', () => {
    const { digest } = asked('oci', '/v2/lab/em/relion/manifests/latest').body.config;
    for (const [kind, path] of [
      ['oci', '/v2/lab/none/tags/list'],
      ['oci', '/v2/lab/xds/manifests/none'],
      // Another repository's: a digest serves the one alone that has it.
      ['oci', `/v2/lab/xds/blobs/${digest}`],
      ['oci', '/elsewhere'],
      ['harbor', '/v2/_catalog'],
      ['ghcr', '/v2/_catalog'],
      ['dockerhub', '/v2/namespaces/none/repositories'],
      ['dockerhub', '/v2/namespaces/lab/repositories/none/tags'],
    ] as const) {
      assert.equal(asked(kind, path).status, 404, path);
    }
  });

  test('Harbor’s pages of at most 100, and 401 for a project that is not there', () => {
    const path = '/api/v2.0/projects/lab/repositories';
    assert.equal(asked('harbor', `${path}?page_size=101`).status, 422);
    const { body, headers } = asked('harbor', `${path}?page_size=1`);
    assert.deepEqual(body, [{ name: 'lab/em/relion', artifact_count: 2 }]);
    assert.equal(headers['x-total-count'], '2');
    assert.equal(headers.link, `<${path}?page_size=1&page=2>; rel="next"`);
    assert.equal(asked('harbor', '/api/v2.0/projects/none/repositories').status, 401);
    const malformed = asked('harbor', `${path}/%2525E0/artifacts`);
    assert.deepEqual([malformed.status, malformed.body], [200, []]);
  });
});

describe('a catalog cannot be a registry of images', () => {
  const refused = (entry: object, at: string, message: RegExp) => {
    const catalog = images([
      { repository: 'lab/xds', tag: '1' },
      { repository: 'lab/xds', ...entry },
    ]);
    assert.throws(
      () => catalogRegistry(catalog, 'oci'),
      ({ code, at: place, message: told }: FederationError) =>
        code === 'CATALOG_INVALID' && place === at && message.test(told),
    );
  };

  test('where it says who may have an image', () => {
    refused({ tag: '2', sharing: 'none' }, 'lab/xds:2', /can say sharing/);
    refused({ tag: '2', conditions: [] }, 'lab/xds:2', /can say conditions/);
  });

  test('where an image has no tag, or that of another', () => {
    refused({ digest: `sha256:${'a'.repeat(64)}` }, 'lab/xds:', /without a tag/);
    refused({ tag: '1' }, 'lab/xds:1', /two images have this tag/);
  });
});

test('an answer that is larger than was asked for is refused without a network as with one', async () => {
  const client = offlineClient(catalogRegistry(lab, 'oci'));
  const { signal } = new AbortController();
  await assert.rejects(client.ask({ path: '/v2/_catalog', scope: 'catalog', maxBytes: 10, signal }), {
    code: 'SOURCE_TOO_LARGE',
  });
});
