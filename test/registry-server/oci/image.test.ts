import assert from 'node:assert/strict';
import { test } from 'node:test';
import { digestOf } from '../../../src/model/digest.ts';
import { imageDocuments } from '../../../src/registry-server/oci/image.ts';
import { toNode } from '../../../src/sources/catalog-entry.ts';

const documents = (entry: object) =>
  imageDocuments(
    toNode(
      {
        repository: 'em/relion',
        tags: ['5.0.0'],
        digest: `sha256:${'a'.repeat(64)}`,
        title: 'RELION 5.0.0',
        created: '2024-05-01T12:00:00Z',
        size: 1_000_000,
        platforms: ['linux/amd64'],
        ...entry,
      },
      '',
    ) as never,
  );

test('an image has the same digest on every machine and with every Node', () => {
  assert.equal(
    documents({}).root.digest,
    'sha256:630c1da4fb23c9121226ce41f173e5f199de2ffe102600a3a5220306ca837ec9',
  );
});

test('a digest is that of the bytes, and each document names the next by it', () => {
  const { root, platforms } = documents({});
  const [{ manifest, config } = assert.fail()] = platforms;
  assert.equal(root, manifest);
  assert.equal(manifest.digest, digestOf(manifest.bytes));
  const read = JSON.parse(manifest.bytes.toString());
  assert.deepEqual(read.config, {
    mediaType: config.mediaType,
    digest: digestOf(config.bytes),
    size: config.bytes.length,
  });
  assert.deepEqual(JSON.parse(config.bytes.toString()).config.Labels, {
    'org.opencontainers.image.title': 'RELION 5.0.0',
  });
});

test('what is to be pulled has the size of the catalog', () => {
  const [{ manifest } = assert.fail()] = documents({}).platforms;
  const { config, layers } = JSON.parse(manifest.bytes.toString());
  assert.equal(config.size + layers[0].size, 1_000_000);
});

test('an image for several platforms is an index, with a manifest for each', () => {
  const { root, platforms } = documents({ platforms: ['linux/amd64', 'linux/arm/v7'] });
  assert.equal(root.mediaType, 'application/vnd.oci.image.index.v1+json');
  assert.deepEqual(
    JSON.parse(root.bytes.toString()).manifests.map(({ digest, platform }: Record<string, unknown>) => [
      digest,
      platform,
    ]),
    [
      [platforms[0]?.manifest.digest, { os: 'linux', architecture: 'amd64' }],
      [platforms[1]?.manifest.digest, { os: 'linux', architecture: 'arm', variant: 'v7' }],
    ],
  );
});

test('images that say the same and hold something else have other digests', () => {
  const other = documents({ digest: `sha256:${'b'.repeat(64)}` });
  assert.notEqual(documents({}).root.digest, other.root.digest);
});
