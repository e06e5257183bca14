import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { kindOf } from '../../../src/sources/oci/classify.ts';
import { readEnvironment } from '../../../src/sources/oci/environment.ts';
import { type ManifestDocument, readManifest } from '../../../src/sources/oci/manifest.ts';
import { isImageLayer } from '../../../src/sources/oci/media-types.ts';
import { platformOf } from '../../../src/sources/oci/platform.ts';
import { DOCKER, OCI, testImage } from '../../support/oci/images.ts';
import { needsShared, sharedData } from '../../support/shared.ts';

const read = (document: unknown): ManifestDocument => readManifest(document, () => false, 64);

function kind(document: unknown): string {
  const manifest = read(document);
  return manifest.kind === 'manifest' ? kindOf(manifest) : manifest.kind;
}

const kindOfImage = (...options: Parameters<typeof testImage>) =>
  kind(JSON.parse(testImage(...options).bytes.toString('utf8')));

describe('what a manifest is of', () => {
  test('is an image with the types of OCI and of Docker', () => {
    assert.equal(kindOfImage(), 'image');
    const docker = { mediaType: DOCKER.manifest, configType: DOCKER.config };
    assert.equal(
      kindOfImage({ ...docker, layerType: 'application/vnd.docker.image.rootfs.diff.tar.gzip' }),
      'image',
    );
  });

  test('is an image with layers that zstd compressed', () => {
    assert.equal(kindOfImage({ layerType: 'application/vnd.oci.image.layer.v1.tar+zstd' }), 'image');
    assert.ok(isImageLayer('application/vnd.docker.image.rootfs.diff.tar.zstd'));
  });

  for (const [what, options] of [
    ['chart', { configType: 'application/vnd.cncf.helm.config.v1+json' }],
    ['attestation', { layerType: 'application/vnd.in-toto+json' }],
    ['sbom', { layerType: 'application/spdx+json' }],
    ['artifact', { configType: 'application/vnd.oci.empty.v1+json' }],
    ['artifact', { artifactType: 'application/vnd.example.model' }],
    ['signature', { layerType: 'application/vnd.dev.cosign.simplesigning.v1+json' }],
  ] as const) {
    test(`is no image but ${what}: ${JSON.stringify(options)}`, () => {
      assert.equal(kindOfImage(options), what);
    });
  }

  test('is schema 1 by its version', () => {
    assert.equal(kind({ schemaVersion: 1, name: 'em/relion', fsLayers: [], history: [] }), 'schema1');
  });

  test('is the same where an empty list is null, as programs in Go write it', () => {
    const { mediaType, bytes } = testImage();
    const manifest = JSON.parse(bytes.toString('utf8'));
    assert.equal(kind({ ...manifest, mediaType, layers: null }), 'image');
    const index = read({ schemaVersion: 2, mediaType: OCI.index, manifests: null });
    assert.deepEqual(index.kind === 'index' && index.manifests, []);
    assert.throws(() => read({ schemaVersion: 2, manifests: {} }), /its manifests are no list/);
  });

  test('is nothing where it could be an index and an image at once', () => {
    assert.throws(() => read({ schemaVersion: 2, manifests: [], layers: [] }), /an index and an image/);
  });

  test('an entry with a real platform is part of the image, whatever buildx’s annotation says of it', () => {
    const document = read({
      manifests: [
        {
          mediaType: OCI.manifest,
          digest: `sha256:${'a'.repeat(64)}`,
          size: 2,
          platform: { os: 'linux', architecture: 'amd64' },
          annotations: { 'vnd.docker.reference.type': 'attestation-manifest' },
        },
      ],
    });
    assert.equal(document.kind === 'index' && document.manifests[0]?.isForNoPlatform, false);
  });
});

describe('signatures as tools write them', needsShared('signatures/README.md'), () => {
  const folder = sharedData('signatures') ?? '';
  const files = readdirSync(folder, { recursive: true })
    .map(String)
    .filter((file) => /manifest\.json$/.test(file) && file.includes('/'));

  for (const file of files) {
    test(`${file} is no image`, () => {
      const document = JSON.parse(readFileSync(join(folder, file), 'utf8'));
      assert.notEqual(kind(document), 'image');
    });
  }

  test('the image that they are of is one', () => {
    assert.equal(kind(JSON.parse(readFileSync(join(folder, 'image-manifest.json'), 'utf8'))), 'image');
  });
});

describe('a platform', () => {
  for (const [stated, platform] of [
    [{ os: 'linux', architecture: 'amd64' }, 'linux/amd64'],
    [{ os: 'linux', architecture: 'arm64', variant: 'v8' }, 'linux/arm64'],
    [{ os: 'linux', architecture: 'arm', variant: 'v7' }, 'linux/arm/v7'],
    [{ os: 'Linux', architecture: 'x86_64' }, 'linux/amd64'],
    [{ os: 'unknown', architecture: 'unknown' }, null],
    [{ os: '', architecture: '' }, null],
    [{ os: 'linux' }, null],
    [{ os: 'linux', architecture: '../x' }, null],
    [{ os: 'linux', architecture: '__proto__' }, null],
    [undefined, null],
  ] as const) {
    test(`${JSON.stringify(stated)} is ${platform}`, () => assert.equal(platformOf(stated), platform));
  }
});

describe('the environment', () => {
  test('has names of the list alone, with the last value of each', () => {
    const environment = readEnvironment([
      'PATH=/usr/bin',
      'DB_PASSWORD=hunter2',
      'CUDA_VERSION=11.8.0',
      'CUDA_VERSION=12.4.1',
      'NVIDIA_REQUIRE_CUDA=cuda>=12.4 brand=tesla,driver>=470,driver<471',
      'CUDA_VERSION_SECRET=x',
    ]);
    assert.deepEqual(environment, [
      { name: 'CUDA_VERSION', value: '12.4.1' },
      { name: 'NVIDIA_REQUIRE_CUDA', value: 'cuda>=12.4 brand=tesla,driver>=470,driver<471' },
    ]);
  });

  test('has no value that is none of its kind', () => {
    assert.deepEqual(readEnvironment(['CUDA_VERSION=$(cat /etc/passwd)', 'OMPI_VERSION=<b>', 7, null]), []);
    assert.deepEqual(readEnvironment('CUDA_VERSION=12'), []);
  });
});
