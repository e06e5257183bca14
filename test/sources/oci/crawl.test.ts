import assert from 'node:assert/strict';
import { afterEach, describe, test } from 'node:test';
import { FederationError } from '../../../src/model/errors.ts';
import type { RegistryClient } from '../../../src/network/registry/registry-client.ts';
import { documentsInMemory } from '../../../src/sources/oci/known-documents.ts';
import { ACCEPTED } from '../../../src/sources/oci/media-types.ts';
import { referrersInMemory } from '../../../src/sources/oci/referrers/known-referrers.ts';
import { crawled, LIMITS } from '../../support/oci/crawl.ts';
import {
  buildxAttestation,
  documentOf,
  OCI,
  type TestImage,
  testImage,
  testIndex,
} from '../../support/oci/images.ts';
import { testClient } from '../../support/oci/registry-client.ts';
import { type Quirk, sendJson, startOciServer } from '../../support/oci/registry-server.ts';

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  await Promise.all(closing.splice(0).map((close) => close()));
});

async function registry(quirk?: Quirk) {
  const server = await startOciServer(quirk);
  closing.push(() => server.close());
  return { ...server, client: testClient(server.origin) };
}

const names = (labels: readonly { readonly name: string }[] | undefined) => labels?.map(({ name }) => name);
const reasons = (malformed: readonly { readonly subject: string; readonly reason: string }[]) =>
  malformed.map(({ subject, reason }) => `${subject}: ${reason}`);

test('of the repositories that a notification named has their nodes alone, and asks for no list of repositories', async () => {
  const { client, hold } = await registry();
  hold('em/relion', ['5.0'], testImage({ content: 'one' }));
  hold('em/ctffind', ['4.1'], testImage({ content: 'two' }));
  const notified = { names: new Set(['em/relion', 'em/gone']), alone: true };
  const { nodes } = await crawled(client, {}, { notified });
  assert.deepEqual(
    nodes.map(({ repository }) => repository),
    ['em/relion'],
  );
  assert.ok(!client.asked.some((line) => line.includes('_catalog') || line.includes('em/ctffind')));
});

test('of which a repository that a notification named cannot be listed has failed, and its images are not gone', async () => {
  const { client, hold } = await registry();
  hold('em/relion', ['5.0'], testImage({ content: 'one' }));
  const failing: RegistryClient = {
    ask: (request) =>
      request.path.includes('em/ctffind')
        ? Promise.reject(new FederationError('SOURCE_HTTP_STATUS', 'the registry answered HTTP 500'))
        : client.ask(request),
  };
  const names = new Set(['em/relion', 'em/ctffind']);
  await assert.rejects(crawled(failing, {}, { notified: { names, alone: true } }), {
    code: 'SOURCE_HTTP_STATUS',
  });
});

describe('an image', () => {
  test('has all its tags, its platform, size and labels, and of its environment what is allowed', async () => {
    const { client, hold } = await registry();
    const image = testImage({
      labels: { 'io.panfed.title': 'RELION' },
      env: ['CUDA_VERSION=12.4.1', 'PASSWORD=x'],
    });
    hold('em/relion', ['5.0', 'latest'], image);
    const { nodes, malformed } = await crawled(client);
    assert.deepEqual(malformed, []);
    const [node] = nodes;
    assert.equal(nodes.length, 1);
    assert.equal(node?.digest, image.digest);
    assert.deepEqual(node?.tags, ['5.0', 'latest']);
    assert.deepEqual(node?.platforms, ['linux/amd64']);
    assert.deepEqual(node?.manifests, [{ platform: 'linux/amd64', digest: image.digest, size: node?.size }]);
    assert.deepEqual(node?.labels, [{ name: 'io.panfed.title', value: 'RELION' }]);
    assert.deepEqual(node?.environment, [{ name: 'CUDA_VERSION', value: '12.4.1' }]);
    assert.ok(!JSON.stringify(nodes).includes('PASSWORD'));
  });

  for (const created of ['0001-01-01T00:00:00Z', '1970-01-01T00:00:00Z', 'yesterday']) {
    test(`made at ${created} was made nobody knows when`, async () => {
      const { client, hold } = await registry();
      hold('em/relion', ['1'], testImage({ created }));
      assert.equal((await crawled(client)).nodes[0]?.created, null);
    });
  }

  test('of several platforms is one, of the digest of its index, with the labels of every level', async () => {
    const { client, hold } = await registry();
    const amd = testImage({
      labels: { 'io.panfed.title': 'a' },
      annotations: { 'io.panfed.source': 'https://x' },
    });
    const arm = testImage({
      platform: { os: 'linux', architecture: 'arm64' },
      labels: { 'io.panfed.sharing': 'none' },
    });
    const index = testIndex(
      [
        { image: amd, platform: { os: 'linux', architecture: 'amd64' } },
        { image: arm, platform: { os: 'linux', architecture: 'arm64', variant: 'v8' } },
      ],
      { annotations: { 'org.opencontainers.image.title': 'index' } },
    );
    hold('em/multi', ['1'], index);
    const { nodes } = await crawled(client);
    assert.equal(nodes[0]?.digest, index.digest);
    assert.deepEqual(nodes[0]?.platforms, ['linux/amd64', 'linux/arm64']);
    assert.deepEqual(
      nodes[0]?.manifests.map(({ digest }) => digest),
      [amd.digest, arm.digest],
    );
    assert.deepEqual(nodes[0]?.labelSets?.map(names), [
      ['org.opencontainers.image.title'],
      ['io.panfed.source'],
      ['io.panfed.title'],
      ['io.panfed.sharing'],
    ]);
  });

  test('has no platform of buildx’s attestations, and is attested by them', async () => {
    const { client, hold } = await registry();
    const image = testImage();
    const attestation = buildxAttestation(image);
    hold(
      'em/relion',
      ['1'],
      testIndex([{ image, platform: { os: 'linux', architecture: 'amd64' } }, attestation]),
    );
    const { nodes, malformed } = await crawled(client);
    assert.deepEqual(nodes[0]?.platforms, ['linux/amd64']);
    assert.equal(nodes[0]?.attested, true);
    assert.deepEqual(malformed, []);
  });

  test('in an index in an index is one of its platforms', async () => {
    const { client, hold } = await registry();
    const image = testImage();
    hold('em/relion', ['1'], testIndex([{ image: testIndex([{ image }]) }]));
    const { nodes } = await crawled(client);
    assert.deepEqual(
      nodes[0]?.manifests.map(({ digest }) => digest),
      [image.digest],
    );
  });

  test('whose indexes are nested too deeply is quarantined', async () => {
    const { client, hold } = await registry();
    let image: TestImage = testImage();
    for (let depth = 0; depth < 8; depth += 1) image = testIndex([{ image }]);
    hold('em/relion', ['1'], image);
    const { nodes, malformed } = await crawled(client);
    assert.deepEqual(nodes, []);
    assert.match(malformed[0]?.reason ?? '', /nested deeper/);
  });

  test('lacks the platform whose manifest is not there, and is not there without any', async () => {
    const { client, hold, forget } = await registry();
    const [one, other] = ['amd64', 'arm64'].map((architecture) =>
      testImage({ platform: { os: 'linux', architecture } }),
    ) as [TestImage, TestImage];
    hold('em/relion', ['1'], testIndex([{ image: one }, { image: other }]));
    forget('em/relion', one.digest);
    assert.deepEqual((await crawled(client)).nodes[0]?.platforms, ['linux/arm64']);
    forget('em/relion', other.digest);
    assert.deepEqual(await crawled(client), { nodes: [], malformed: [], unfinished: null });
  });

  test('that is a chart, a signature or an SBOM is none', async () => {
    const { client, hold } = await registry();
    hold('em/charts', ['1'], testImage({ configType: 'application/vnd.cncf.helm.config.v1+json' }));
    hold('em/sbom', ['1'], testImage({ layerType: 'application/spdx+json' }));
    assert.deepEqual(await crawled(client), { nodes: [], malformed: [], unfinished: null });
  });

  test('whose digest is of SHA-512 is one as any other', async () => {
    const { client, hold } = await registry();
    const image = testImage({ algorithm: 'sha512' });
    hold('em/relion', ['1'], image);
    const { nodes } = await crawled(client);
    assert.match(nodes[0]?.digest ?? '', /^sha512:[a-f0-9]{128}$/);
  });

  test('with 10,000 long tags has all of them, in several nodes', async () => {
    const { origin, hold } = await registry();
    const tags = Array.from({ length: 10_000 }, (_, index) => `v${index}-${'x'.repeat(110)}`);
    const image = testImage();
    hold('em/relion', tags, image);
    const headers = { 'content-type': image.mediaType, 'docker-content-digest': image.digest };
    // Over no connection, for each tag is asked for.
    const client = testClient(origin, ({ method, path }) =>
      method === 'HEAD' ? { status: 200, headers, bytes: Buffer.alloc(0), url: new URL(path, origin) } : null,
    );
    const { nodes, malformed } = await crawled(client, {
      limits: { ...LIMITS, records: 100 },
    });
    assert.deepEqual(malformed, []);
    assert.deepEqual(nodes.flatMap((node) => node.tags).sort(), tags.sort());
    assert.ok(nodes.every((node) => node.tags.length <= 1_024));
  });
});

describe('labels', () => {
  test('beyond the bounds that nobody reads are dropped by name, and the others stay', async () => {
    const { client, hold } = await registry();
    const many = Object.fromEntries(Array.from({ length: 200 }, (_, index) => [`z.${1_000 + index}`, 'x']));
    const labels = {
      ...many,
      'io.buildpacks.build.metadata': 'x'.repeat(100_000),
      'io.panfed.title': 'RELION',
      'com.example.number': 7,
    };
    hold('em/relion', ['1'], testImage({ labels }));
    const { nodes, malformed } = await crawled(client);
    assert.deepEqual(malformed, []);
    assert.equal(nodes[0]?.labels?.length, 128);
    assert.ok(names(nodes[0]?.labels)?.includes('io.panfed.title'));
    assert.equal(nodes[0]?.droppedLabels.length, 75);
    assert.ok(nodes[0]?.droppedLabels.includes('io.buildpacks.build.metadata'));
  });

  for (const [what, name, policyLabels] of [
    ['the labels of panfed', 'io.panfed.sharing', []],
    ['the labels of panfed in another spelling', 'IO.Panfed.sharing', []],
    ['the license', 'org.opencontainers.image.licenses', []],
    ['a policy', 'org.hzb.restricted', ['org.hzb.restricted']],
  ] as const) {
    test(`that ${what} read are never dropped: beyond the bounds their image is quarantined`, async () => {
      const { client, hold } = await registry();
      hold('em/relion', ['1'], testImage({ labels: { [name]: 'x'.repeat(9_000) } }));
      hold('em/other', ['1'], testImage());
      const { nodes, malformed } = await crawled(client, { policyLabels: () => new Set(policyLabels) });
      assert.deepEqual(
        nodes.map(({ repository }) => repository),
        ['em/other'],
      );
      assert.match(malformed[0]?.reason ?? '', /has more than 8192 characters, and is read/);
    });
  }

  test('named __proto__, or with control and bidi characters and HTML, are labels as any other', async () => {
    const { client, hold } = await registry();
    const config =
      '{"config":{"Labels":{"__proto__":"x","a":"\\u001b[2J\\u202e<script>"}},"os":"linux","architecture":"amd64"}';
    const image = testImage();
    const blob = documentOf(Buffer.from(config), OCI.config);
    const manifest = documentOf(
      {
        schemaVersion: 2,
        config: { mediaType: OCI.config, digest: blob.digest, size: blob.bytes.length },
        layers: [],
      },
      OCI.manifest,
    );
    hold('em/relion', ['1'], { ...image, ...manifest, blobs: [blob] });
    const { nodes } = await crawled(client);
    assert.deepEqual(names(nodes[0]?.labels), ['__proto__', 'a']);
    assert.equal(({} as Record<string, unknown>).x, undefined);
  });
});

describe('platforms or levels that differ', () => {
  const NAME = 'org.hzb.restricted';
  const TITLE = 'org.opencontainers.image.title';

  async function ofPlatforms(
    one: object,
    other: object,
    annotations: object,
    policyLabels: readonly string[],
  ) {
    const { client, hold } = await registry();
    const images = [one, other].map((labels, index) => ({
      image: testImage({ labels, content: `${index}`, platform: { os: 'linux', architecture: `a${index}` } }),
    }));
    hold('em/multi', ['1'], testIndex(images, { annotations }));
    return crawled(client, { policyLabels: () => new Set(policyLabels) });
  }

  /** An image of one platform, as its configuration, its manifest, its entry in the index and the index say. */
  async function ofLevels(
    levels: { labels?: object; manifest?: object; entry?: object; index?: object },
    policyLabels: readonly string[],
  ) {
    const { client, hold } = await registry();
    const image = testImage({ labels: levels.labels ?? {}, annotations: levels.manifest ?? {} });
    const entry = { image, ...(levels.entry !== undefined && { annotations: levels.entry }) };
    hold('em/levels', ['1'], testIndex([entry], { annotations: levels.index ?? {} }));
    return crawled(client, { policyLabels: () => new Set(policyLabels) });
  }

  test('in a label that a policy reads are quarantined', async () => {
    const { malformed } = await ofPlatforms({ [NAME]: 'no' }, { [NAME]: 'yes' }, {}, [NAME]);
    assert.deepEqual(reasons(malformed).length, 1);
    assert.match(malformed[0]?.reason ?? '', /its levels or platforms differ in "org.hzb.restricted"/);
  });

  test('are so also where the index states one of the values: nobody knows that it is the stricter one', async () => {
    const { malformed } = await ofPlatforms({ [NAME]: 'no' }, { [NAME]: 'yes' }, { [NAME]: 'no' }, [NAME]);
    assert.match(malformed[0]?.reason ?? '', /differ in "org.hzb.restricted"/);
  });

  test('are one image where one of them does not have it', async () => {
    const stated = await ofPlatforms({}, { [NAME]: 'yes' }, { [NAME]: 'yes' }, [NAME]);
    assert.equal(stated.nodes[0]?.labels?.[0]?.value, 'yes');
    const lacking = await ofPlatforms({}, { [NAME]: 'yes' }, {}, [NAME]);
    assert.deepEqual(lacking.nodes[0]?.labels, [{ name: NAME, value: 'yes' }]);
  });

  test('in a label that nobody reads have it dropped for policies that come, and the first one’s shown', async () => {
    const { nodes } = await ofPlatforms({ [NAME]: 'no' }, { [NAME]: 'yes' }, {}, []);
    assert.deepEqual(nodes[0]?.labels, [{ name: NAME, value: 'no' }]);
    assert.deepEqual(nodes[0]?.droppedLabels, [NAME]);
  });

  for (const outer of ['manifest', 'entry', 'index']) {
    test(`in a policy’s label of the configuration and of the ${outer} are quarantined, in no spelling else`, async () => {
      for (const name of [NAME, `${NAME}\u200b`, ` ${NAME}`]) {
        const levels = { labels: { [NAME]: 'yes' }, [outer]: { [name]: 'no' } };
        const { nodes, malformed } = await ofLevels(levels, [NAME]);
        assert.deepEqual(nodes, []);
        assert.match(malformed[0]?.reason ?? '', /differ in "org.hzb.restricted", which a policy reads/);
      }
    });
  }

  test('in no more than how a policy’s label is written are one image', async () => {
    const levels = { labels: { [NAME]: 'yes' }, manifest: { [`${NAME}\u200b`]: 'yes ' } };
    const { nodes, malformed } = await ofLevels(levels, [NAME]);
    assert.deepEqual(malformed, []);
    assert.deepEqual(nodes[0]?.droppedLabels, []);
  });

  test('in a label of levels that nobody reads have it dropped for policies that come', async () => {
    const { nodes } = await ofLevels({ labels: { [NAME]: 'yes' }, index: { [`${NAME}\u200b`]: 'no' } }, []);
    assert.deepEqual(nodes[0]?.droppedLabels, [NAME]);
  });

  test('in a label that panfed and a policy read have the outer one’s described, and no policy judges by it', async () => {
    const levels = { labels: { [TITLE]: 'inner' }, manifest: { [TITLE]: 'outer' } };
    for (const policyLabels of [[], [TITLE]]) {
      const { nodes, malformed } = await ofLevels(levels, policyLabels);
      assert.deepEqual(malformed, []);
      assert.deepEqual(
        nodes[0]?.labelSets?.map(([label]) => label),
        [
          { name: TITLE, value: 'outer' },
          { name: TITLE, value: 'inner' },
        ],
      );
      assert.deepEqual(nodes[0]?.droppedLabels, [TITLE]);
    }
  });
});

describe('documents that are large', () => {
  test('are read beside the event loop, as small ones are', async () => {
    const { client, hold } = await registry();
    const labels = {
      'io.panfed.title': 'RELION',
      ...Object.fromEntries(Array.from({ length: 300 }, (_, index) => [`z.${index}`, 'x'.repeat(4_000)])),
    };
    hold('em/relion', ['1'], testImage({ labels }));
    const { nodes, malformed } = await crawled(client);
    assert.deepEqual(malformed, []);
    assert.equal(nodes[0]?.labels?.[0]?.name, 'io.panfed.title');
    assert.ok((nodes[0]?.droppedLabels.length ?? 0) > 200);
  });

  test('are quarantined where they hold too many labels that are read', async () => {
    const { client, hold } = await registry();
    const labels = Object.fromEntries(Array.from({ length: 300 }, (_, index) => [`io.panfed.${index}`, 'x']));
    hold('em/relion', ['1'], testImage({ labels }));
    const { malformed } = await crawled(client);
    assert.match(malformed[0]?.reason ?? '', /more than 128 labels that are read/);
  });
});

describe('a crawl', () => {
  test('asks for one list of tags a repository, one HEAD a tag, and for each document and an image’s referrers once', async () => {
    const { client, hold } = await registry();
    const image = testImage();
    hold('em/relion', ['1', '2', '3'], image);
    await crawled(client);
    assert.deepEqual(client.asked.map((asked) => asked.replace(/sha256:\w+/, 'D')).sort(), [
      'GET /v2/_catalog?n=1000',
      'GET /v2/em/relion/blobs/D',
      'GET /v2/em/relion/manifests/D',
      'GET /v2/em/relion/referrers/D',
      'GET /v2/em/relion/tags/list?n=1000',
      ...['1', '2', '3'].map((tag) => `HEAD /v2/em/relion/manifests/${tag}`),
    ]);
  });

  test('always accepts all four types of manifests', async () => {
    const { client, hold } = await registry();
    hold('em/relion', ['1'], testImage());
    await crawled(client);
    assert.ok(client.accepted.length > 0);
    for (const accept of client.accepted) assert.deepEqual(accept, ACCEPTED);
    assert.equal(ACCEPTED.length, 4);
  });

  test('asks for no document again that it knows', async () => {
    const { client, hold } = await registry();
    hold('em/relion', ['1'], testIndex([{ image: testImage() }]));
    const options = {
      known: documentsInMemory(),
      referrers: { known: referrersInMemory(), every: 86_400_000, now: () => 0 },
    };
    const first = await crawled(client, options);
    client.asked.splice(0);
    assert.deepEqual(await crawled(client, options), first);
    assert.equal(client.asked.length, 3);
  });

  test('gives a repository no document that another one served', async () => {
    const { client, hold, forget } = await registry();
    const image = testImage({ labels: { 'io.panfed.title': 'hidden' } });
    const known = documentsInMemory();
    hold('em/relion', ['1'], image);
    await crawled(client, { known });
    // A repository that names the digest in a header, and does not have its bytes.
    hold('evil/copy', ['1'], image);
    forget('evil/copy', image.digest);
    for (const blob of image.blobs) forget('evil/copy', blob.digest);
    const { nodes } = await crawled(client, { known });
    assert.deepEqual(
      nodes.map(({ repository }) => repository),
      ['em/relion'],
    );
  });

  test('gives the same whatever the order of the tags', async () => {
    const images = ['a', 'b', 'c'].map((content) => testImage({ content }));
    const give = async (order: readonly number[]) => {
      const { client, hold } = await registry();
      for (const index of order) hold('em/relion', [`t${index}`, `u${index}`], images[index] as TestImage);
      return (await crawled(client)).nodes;
    };
    assert.deepEqual(await give([0, 1, 2]), await give([2, 0, 1]));
  });

  test('reads the repositories that are named without a list, and misses one that is not there', async () => {
    const { client, hold } = await registry();
    hold('em/relion', ['1'], testImage());
    hold('em/other', ['1'], testImage());
    const { nodes, malformed } = await crawled(client, { repositories: ['em/relion', 'em/none'] });
    assert.deepEqual(
      nodes.map(({ repository }) => repository),
      ['em/relion'],
    );
    assert.match(reasons(malformed).join(), /^em\/none: the registry has no such repository/);
    assert.ok(!client.asked.some((asked) => asked.includes('_catalog')));
  });

  test('reads of the list what a glob matches', async () => {
    const { client, hold } = await registry();
    for (const repository of ['em/relion', 'em/deep/ctffind', 'mx/xds']) hold(repository, ['1'], testImage());
    const { nodes } = await crawled(client, { repositories: ['em/*'] });
    assert.deepEqual(
      nodes.map(({ repository }) => repository),
      ['em/relion'],
    );
  });

  test('fails where a glob needs a list that the registry does not give', async () => {
    const { client } = await registry(({ url }, response) => {
      if (url?.startsWith('/v2/_catalog') !== true) return false;
      response.writeHead(401).end();
      return true;
    });
    await assert.rejects(crawled(client), { code: 'SOURCE_REFUSED', hint: /`crawl`/ });
  });

  test('is refused where no repository lists its tags to the gateway', async () => {
    let status = 401;
    const { client } = await registry((_, response) => {
      response.writeHead(status).end();
      return true;
    });
    await assert.rejects(crawled(client, { repositories: ['em/relion'] }), {
      code: 'SOURCE_REFUSED',
      message: 'the registry does not list its tags (HTTP 401)',
    });
    status = 405;
    await assert.rejects(crawled(client, { repositories: ['em/relion'] }), { code: 'SOURCE_HTTP_STATUS' });
  });
});

describe('a registry that answers otherwise', () => {
  const isHead = (method: string | undefined, url: string | undefined) =>
    method === 'HEAD' && url?.includes('/manifests/') === true;

  test('has its digest computed where it gives none', async () => {
    const { client, hold } = await registry(({ method, url }, response) => {
      if (url?.includes('/manifests/') !== true || !url.endsWith('/1')) return false;
      response.writeHead(200, { 'content-type': OCI.manifest }).end(method === 'HEAD' ? '' : image.bytes);
      return true;
    });
    const image = testImage();
    hold('em/relion', ['1'], image);
    assert.equal((await crawled(client)).nodes[0]?.digest, image.digest);
    assert.ok(client.asked.includes('GET /v2/em/relion/manifests/1'));
  });

  test('is asked by GET where it does not take HEAD', async () => {
    const { client, hold } = await registry(({ method, url }, response) => {
      if (!isHead(method, url)) return false;
      response.writeHead(405).end();
      return true;
    });
    const image = testImage();
    hold('em/relion', ['1'], image);
    assert.equal((await crawled(client)).nodes[0]?.digest, image.digest);
  });

  test('whose bytes are not those of the digest has that image quarantined, and no other', async () => {
    const { client, hold } = await registry(({ url }, response) => {
      if (url?.includes(image.digest) !== true) return false;
      response.writeHead(200, { 'docker-content-digest': image.digest }).end('{"schemaVersion":2}');
      return true;
    });
    const image = testImage({ content: 'bad' });
    const good = testImage({ content: 'good' });
    hold('em/relion', ['1'], image);
    hold('em/relion', ['2'], good);
    const { nodes, malformed } = await crawled(client);
    assert.deepEqual(
      nodes.map(({ digest }) => digest),
      [good.digest],
    );
    assert.match(malformed[0]?.reason ?? '', /has another digest/);
    assert.deepEqual(malformed[0]?.node, { repository: 'em/relion', digest: image.digest });
  });

  test('whose index leads back to itself is read once', async () => {
    const image = testImage();
    const digest = `sha256:${'a'.repeat(64)}`;
    const { client, hold } = await registry(({ url }, response) => {
      if (url?.includes(digest) !== true) return false;
      response.writeHead(200).end(JSON.stringify({ manifests: [{ digest, mediaType: OCI.index }] }));
      return true;
    });
    hold('em/relion', ['1'], { ...testIndex([{ image }]), digest });
    const { nodes, malformed } = await crawled(client);
    assert.deepEqual(nodes, []);
    assert.match(malformed[0]?.reason ?? '', /has another digest/);
  });

  test('with a manifest of schema 1 has it quarantined by that name', async () => {
    const type = 'application/vnd.docker.distribution.manifest.v1+prettyjws';
    const { client, hold } = await registry();
    hold('em/old', ['1'], { ...testImage(), ...documentOf({ schemaVersion: 1 }, type) });
    const { malformed } = await crawled(client);
    assert.match(reasons(malformed).join(), /^em\/old:1: its manifest is of Docker’s schema 1/);
  });

  test('with a configuration of 50 MB is not asked for it', async () => {
    const { client, hold } = await registry();
    const image = testImage();
    const config = `sha256:${'c'.repeat(64)}`;
    const manifest = documentOf(
      { schemaVersion: 2, config: { mediaType: OCI.config, digest: config, size: 52_428_800 }, layers: [] },
      OCI.manifest,
    );
    hold('em/large', ['1'], { ...image, ...manifest });
    hold('em/relion', ['1'], image);
    const { nodes, malformed } = await crawled(client);
    assert.deepEqual(
      nodes.map(({ repository }) => repository),
      ['em/relion'],
    );
    assert.match(malformed[0]?.reason ?? '', /its configuration has 52428800 bytes/);
    assert.ok(!client.asked.some((asked) => asked.includes(config)));
  });

  test('that says a small size of a large configuration is read to the bound alone', async () => {
    const { client, hold } = await registry();
    const blob = documentOf(Buffer.alloc(5_000_000, 0x20), OCI.config);
    const manifest = documentOf(
      { schemaVersion: 2, config: { mediaType: OCI.config, digest: blob.digest, size: 10 }, layers: [] },
      OCI.manifest,
    );
    hold('em/large', ['1'], { ...testImage(), ...manifest, blobs: [blob] });
    hold('em/relion', ['1'], testImage());
    const { malformed } = await crawled(client);
    assert.match(malformed[0]?.reason ?? '', /larger than/);
  });

  test('loses the tags that are deleted in the middle, which is no fault', async () => {
    const { client, hold } = await registry(({ method, url }, response) => {
      if (!isHead(method, url) || url?.endsWith('/gone') !== true) return false;
      response.writeHead(404).end();
      return true;
    });
    hold('em/relion', ['1', 'gone'], testImage());
    const { nodes, malformed } = await crawled(client);
    assert.deepEqual(nodes[0]?.tags, ['1']);
    assert.deepEqual(malformed, []);
  });

  test('that fails for one tag has that tag quarantined', async () => {
    const { client, hold } = await registry(({ method, url }, response) => {
      if (method !== 'HEAD' || url?.endsWith('/bad') !== true) return false;
      response.writeHead(500).end();
      return true;
    });
    hold('em/relion', ['1', 'bad'], testImage());
    const { nodes, malformed } = await crawled(client);
    assert.deepEqual(nodes[0]?.tags, ['1']);
    assert.deepEqual(reasons(malformed), ['em/relion:bad: the server answered HTTP 500']);
  });

  test('that fails for everything has failed, and is no empty registry', async () => {
    const { client, hold } = await registry(({ url }, response) => {
      if (url?.includes('/tags/') !== true) return false;
      response.writeHead(500).end();
      return true;
    });
    hold('em/relion', ['1'], testImage());
    await assert.rejects(crawled(client), { code: 'SOURCE_HTTP_STATUS' });
  });

  test('that allows no more requests ends the crawl, with what was fetched known', async () => {
    const { origin, hold } = await registry();
    for (let index = 0; index < 50; index += 1)
      hold(`em/r${index}`, ['1'], testImage({ content: `${index}` }));
    const known = documentsInMemory();
    let allowed = 125;
    const limited = testClient(origin, () => {
      allowed -= 1;
      if (allowed >= 0) return null;
      throw new FederationError('SOURCE_UNAVAILABLE', 'no more requests for now');
    });
    await assert.rejects(crawled(limited, { known }), { code: 'SOURCE_UNAVAILABLE' });
    const rest = testClient(origin);
    const { nodes } = await crawled(rest, { known });
    assert.equal(nodes.length, 50);
    assert.ok(rest.asked.length < 50 * 4 + 5);
  });

  test('whose crawl exceeds its bytes ends it', async () => {
    const { client, hold } = await registry();
    for (let index = 0; index < 20; index += 1)
      hold(`em/r${index}`, ['1'], testImage({ content: `${index}` }));
    await assert.rejects(crawled(client, { limits: { ...LIMITS, upstreamBytes: 4_000 } }), {
      code: 'SOURCE_TOO_LARGE',
      hint: /upstreamBytes/,
    });
  });

  for (const [what, limits] of [
    ['repositories', { ...LIMITS, oci: { ...LIMITS.oci, repositories: 2 } }],
    ['records', { ...LIMITS, records: 2 }],
    ['pages', { ...LIMITS, pages: 2 }],
  ] as const) {
    test(`with more ${what} than the limit ends it`, async () => {
      const { client, hold } = await registry();
      for (let index = 0; index < 5; index += 1) hold(`em/r${index}`, ['1'], testImage());
      await assert.rejects(crawled(client, { limits }), { code: 'SOURCE_TOO_LARGE' });
    });
  }

  test('with more tags or manifests than the limit has that repository or image quarantined', async () => {
    const { client, hold } = await registry();
    hold('em/tags', ['1', '2', '3'], testImage());
    hold('em/index', ['1'], testIndex(['a', 'b', 'c'].map((content) => ({ image: testImage({ content }) }))));
    hold('em/relion', ['1'], testImage());
    const { nodes, malformed } = await crawled(client, {
      limits: { ...LIMITS, oci: { ...LIMITS.oci, tags: 2, manifests: 2 } },
    });
    assert.deepEqual(
      nodes.map(({ repository }) => repository),
      ['em/relion'],
    );
    assert.deepEqual(malformed.map(({ reason }) => reason).sort(), [
      'it has more than 2 manifests',
      'it has more than 2 tags',
    ]);
  });
});

describe('a list of tags', () => {
  const TAGS = ['1', '2', '3', '4', '5'];

  /** Pages of two tags, whose header is made of the address of the next. */
  const paged =
    (link: (next: string) => string): Quirk =>
    ({ url = '' }, response) => {
      if (!url.includes('/tags/list')) return false;
      const last = new URL(url, 'http://x').searchParams.get('last');
      const start = last === null ? 0 : TAGS.indexOf(last) + 1;
      const tags = TAGS.slice(start, start + 2);
      const next = `/v2/em/relion/tags/list?n=2&last=${tags.at(-1)}`;
      sendJson(response, { tags }, start + 2 < TAGS.length ? { link: link(next) } : {});
      return true;
    };

  for (const [what, link] of [
    ['relative', (next: string) => `<${next}>; rel="next"`],
    ['without quotes', (next: string) => `<${next}>; rel=next`],
    ['among others', (next: string) => `</x>; rel="first", <${next}>; rel="next"`],
    ['without angle brackets', (next: string) => `${next}; rel="next"`],
  ] as const) {
    test(`is followed by a Link that is ${what}`, async () => {
      const { client, hold } = await registry(paged(link));
      hold('em/relion', TAGS, testImage());
      assert.deepEqual((await crawled(client)).nodes[0]?.tags, TAGS);
    });
  }

  test('is followed by a Link that is absolute', async () => {
    let origin = '';
    const server = await registry(paged((next) => `<${origin}${next}>; rel="next"`));
    origin = server.origin;
    server.hold('em/relion', TAGS, testImage());
    assert.deepEqual((await crawled(server.client)).nodes[0]?.tags, TAGS);
  });

  test('whose Link leads to another host is not followed, and its repository is quarantined', async () => {
    const elsewhere = paged(() => '<https://evil.example/v2/x>; rel="next"');
    const { client, hold } = await registry(
      (request, response) => request.url?.includes('/em/relion/') === true && elsewhere(request, response),
    );
    hold('em/relion', TAGS, testImage());
    hold('em/other', ['1'], testImage());
    const { nodes, malformed } = await crawled(client);
    assert.deepEqual(
      nodes.map(({ repository }) => repository),
      ['em/other'],
    );
    assert.deepEqual(reasons(malformed), ['em/relion: the registry leads to another host']);
  });

  test('that repeats itself ends, and says that it may lack tags', async () => {
    const { client, hold } = await registry(({ url = '' }, response) => {
      if (!url.includes('/tags/list')) return false;
      const page = Number(new URL(url, 'http://x').searchParams.get('page') ?? 0) + 1;
      sendJson(
        response,
        { tags: ['1', '2'] },
        { link: `</v2/em/relion/tags/list?page=${page}>; rel="next"` },
      );
      return true;
    });
    hold('em/relion', ['1', '2'], testImage());
    const { nodes, malformed } = await crawled(client);
    assert.deepEqual(nodes[0]?.tags, ['1', '2']);
    assert.match(reasons(malformed).join(), /^em\/relion: its list of tags repeats itself/);
    assert.equal(client.asked.filter((asked) => asked.includes('/tags/list')).length, 2);
  });

  test('that ends in an empty page with a Link is whole', async () => {
    const { client, hold } = await registry(({ url = '' }, response) => {
      if (!url.includes('/tags/list')) return false;
      const tags = url.includes('last=') ? null : ['2', '1'];
      sendJson(response, { tags }, { link: '</v2/em/relion/tags/list?last=1>; rel="next"' });
      return true;
    });
    hold('em/relion', ['1', '2'], testImage());
    const { nodes, malformed } = await crawled(client);
    assert.deepEqual(nodes[0]?.tags, ['1', '2']);
    assert.deepEqual(malformed, []);
  });

  test('is asked for without a size by a registry that refuses ours', async () => {
    const { client, hold } = await registry(({ url = '' }, response) => {
      if (!url.includes('?n=')) return false;
      response.writeHead(400).end();
      return true;
    });
    hold('em/relion', ['1'], testImage());
    assert.equal((await crawled(client)).nodes.length, 1);
  });

  test('has no tags of signatures and other referrers', async () => {
    const { client, hold } = await registry();
    const image = testImage();
    const fallback = image.digest.replace(':', '-');
    hold('em/relion', ['1', fallback, `${fallback}.sig`, `${fallback}.att`, `${fallback}.sbom`], image);
    assert.deepEqual((await crawled(client)).nodes[0]?.tags, ['1']);
  });

  test('with what is no tag says so, and its tags are used', async () => {
    const { client, hold } = await registry(({ url = '' }, response) => {
      if (!url.includes('/tags/list')) return false;
      sendJson(response, { tags: ['1', '../../blobs', 7, null] });
      return true;
    });
    hold('em/relion', ['1'], testImage());
    const { nodes, malformed } = await crawled(client);
    assert.deepEqual(nodes[0]?.tags, ['1']);
    assert.equal(malformed.length, 1);
    assert.ok(!client.asked.some((asked) => asked.includes('..')));
  });
});
