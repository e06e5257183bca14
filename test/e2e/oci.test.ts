// Real images on a real registry: Debian's docker-registry, which lists tags in no order and has no referrers.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import { request } from 'undici';
import { ingest } from '../../src/catalog/ingest/ingest.ts';
import { repositoryRules } from '../../src/catalog/ingest/rules.ts';
import { documentsInMemory } from '../../src/sources/oci/known-documents.ts';
import { referrersInMemory } from '../../src/sources/oci/referrers/known-referrers.ts';
import { NOBODY_TRUSTED } from '../../src/trust/settings.ts';
import { loadVocabulary } from '../../src/vocabulary/load.ts';
import { configOf, startGateway } from '../support/gateway.ts';
import { crawled } from '../support/oci/crawl.ts';
import {
  type DockerRegistry,
  needsDockerRegistry,
  push,
  startDockerRegistry,
} from '../support/oci/docker-registry.ts';
import { buildxAttestation, DOCKER, testImage, testIndex } from '../support/oci/images.ts';
import { testClient } from '../support/oci/registry-client.ts';
import { needsShared, sharedData } from '../support/shared.ts';

describe('a registry of Distribution 2.8', needsDockerRegistry, () => {
  let registry: DockerRegistry;
  before(async () => {
    registry = await startDockerRegistry();
  });
  after(() => registry.close());

  test('has its images of OCI and of Docker, with all their tags and platforms', async () => {
    const oci = testImage({ labels: { 'io.panfed.title': 'RELION' } });
    const docker = testImage({
      mediaType: DOCKER.manifest,
      configType: DOCKER.config,
      layerType: 'application/vnd.docker.image.rootfs.diff.tar.gzip',
      platform: { os: 'linux', architecture: 'arm64' },
    });
    const index = testIndex([
      { image: oci, platform: { os: 'linux', architecture: 'amd64' } },
      { image: testImage({ platform: { os: 'linux', architecture: 'arm64' } }) },
      buildxAttestation(oci),
    ]);
    await push(registry.origin, 'em/relion', ['5.0', 'latest', '5'], oci);
    await push(registry.origin, 'em/docker', ['1'], docker);
    await push(registry.origin, 'em/multi', ['1'], index);
    await push(
      registry.origin,
      'em/chart',
      ['1'],
      testImage({ configType: 'application/vnd.cncf.helm.config.v1+json' }),
    );
    const { nodes, malformed } = await crawled(testClient(registry.origin), { repositories: ['em/*'] });
    assert.deepEqual(malformed, []);
    assert.deepEqual(
      nodes.map(({ repository, digest, tags, platforms }) => [repository, digest, tags, platforms]),
      [
        ['em/docker', docker.digest, ['1'], ['linux/arm64']],
        ['em/multi', index.digest, ['1'], ['linux/amd64', 'linux/arm64']],
        ['em/relion', oci.digest, ['5', '5.0', 'latest'], ['linux/amd64']],
      ],
    );
  });

  test('lacks at the next crawl what was deleted meanwhile', async () => {
    const image = testImage({ content: 'to be deleted' });
    await push(registry.origin, 'mx/xds', ['1'], image);
    const known = documentsInMemory();
    const options = { repositories: ['mx/*'], known };
    assert.equal((await crawled(testClient(registry.origin), options)).nodes.length, 1);
    await request(`${registry.origin}/v2/mx/xds/manifests/${image.digest}`, { method: 'DELETE' });
    assert.deepEqual(await crawled(testClient(registry.origin), options), {
      nodes: [],
      malformed: [],
      unfinished: null,
    });
  });

  test('is a registry of the federation, whose images a question finds with what its labels and federation.yaml say', async () => {
    const license = { 'org.opencontainers.image.licenses': 'MIT' };
    const image = testImage({
      labels: { ...license, 'io.panfed.title': 'CTFFIND 4' },
      env: ['CUDA_VERSION=12.4.1', 'PASSWORD=hunter2'],
    });
    const secret = testImage({
      labels: { ...license, 'io.panfed.title': 'CTFFIND 5', 'io.panfed.sharing': 'none' },
    });
    await push(registry.origin, 'gateway/ctffind', ['4', 'latest'], image);
    await push(registry.origin, 'gateway/secret', ['1'], secret);
    const gateway = await startGateway(
      configOf({
        facilities: [
          {
            id: 'esrf',
            name: 'ESRF',
            registries: [
              {
                key: 'main',
                kind: 'oci',
                url: registry.origin,
                pull: 'registry.esrf.example',
                crawl: ['gateway/*'],
                repositories: [{ match: 'gateway/**', sharing: 'open', conditions: [] }],
              },
            ],
          },
        ],
      }),
    );
    try {
      await gateway.federation.catalog.refresh({ maxAge: null });
      const { data } = await gateway.ask<{ images: unknown }>(
        '{ images(search: "ctffind") { complete nodes { title reference tags manifests { platform digest } environment { name value } } } }',
      );
      assert.deepEqual(data.images, {
        complete: true,
        nodes: [
          {
            title: 'CTFFIND 4',
            reference: `registry.esrf.example/gateway/ctffind@${image.digest}`,
            tags: ['4', 'latest'],
            manifests: [{ platform: 'linux/amd64', digest: image.digest }],
            environment: [{ name: 'CUDA_VERSION', value: '12.4.1' }],
          },
        ],
      });
      const [state] = gateway.federation.catalog.states();
      assert.deepEqual(
        state?.snapshot?.records.map(({ title, sharing }) => [title, sharing]),
        [
          ['CTFFIND 4', 'open'],
          ['CTFFIND 5', 'none'],
        ],
      );
    } finally {
      await gateway.close();
    }
  });

  test(
    'has BioContainers’ images, none of which is quarantined',
    needsShared('biocontainers/labels.ndjson'),
    async (context) => {
      const lines = readFileSync(sharedData('biocontainers/labels.ndjson') ?? '', 'utf8')
        .trim()
        .split('\n');
      const images = lines.map((line) => JSON.parse(line)).slice(0, 100);
      // Eight at a time: the registry writes each file.
      const rest = images[Symbol.iterator]();
      await Promise.all(
        Array.from({ length: 8 }, async () => {
          for (const { repository, tag, labels } of rest) {
            await push(
              registry.origin,
              repository,
              [tag],
              testImage({ labels, content: `${repository}:${tag}` }),
            );
          }
        }),
      );
      const options = {
        repositories: ['biocontainers/**'],
        known: documentsInMemory(),
        referrers: { known: referrersInMemory(), every: 86_400_000, now: () => 0 },
      };
      const client = testClient(registry.origin);
      const first = await crawled(client, options);
      assert.deepEqual(first.malformed, []);
      assert.equal(
        first.nodes.reduce((sum, { tags }) => sum + tags.length, 0),
        images.length,
      );
      const place = { facility: 'esrf', registry: 'main', pull: 'registry.esrf.example' };
      const ingestContext = {
        place,
        rules: repositoryRules([]),
        vocabulary: loadVocabulary(),
        trustSettings: NOBODY_TRUSTED,
      };
      for (const node of first.nodes)
        assert.ok('records' in ingest(node, ingestContext), JSON.stringify(node));

      const repositories = new Set(images.map(({ repository }) => repository)).size;
      client.asked.splice(0);
      assert.deepEqual(await crawled(client, options), first);
      const lists = client.asked.filter((asked) => asked.includes('/v2/_catalog')).length;
      assert.equal(client.asked.length - lists, repositories + images.length);
      context.diagnostic(`${images.length} images in ${repositories} repositories`);
    },
  );
});
