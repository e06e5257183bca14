// Signatures and SBOMs beside images on two real registries with a referrers API: one that is as specified, and one that
// says wrong types of artifacts.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { configuredSource, crawledFrom } from '../support/oci/configured.ts';
import { push } from '../support/oci/docker-registry.ts';
import { testImage, testIndex } from '../support/oci/images.ts';
import {
  EMPTY,
  fallbackIndex,
  fallbackTag,
  listedReferrers,
  needsReferrersServer,
  pushReferrer,
  type ReferrersServer,
  SIGSTORE_BUNDLE,
  SPDX,
  startReferrersServer,
  testReferrer,
} from '../support/oci/referrers-servers.ts';

const SERVERS = [
  ['correct', [SIGSTORE_BUNDLE, SPDX]],
  ['wrong', [EMPTY, EMPTY]],
] as const;

for (const [kind, types] of SERVERS) {
  describe(`a registry with a ${kind} referrers API`, needsReferrersServer(kind), () => {
    const image = testImage({ labels: { 'io.panfed.title': 'RELION' } });
    const index = testIndex([
      { image, platform: { os: 'linux', architecture: 'amd64' } },
      {
        image: testImage({ platform: { os: 'linux', architecture: 'arm64' } }),
        platform: { os: 'linux', architecture: 'arm64' },
      },
    ]);
    const signature = testReferrer(image);
    const sbom = testReferrer(image, { artifactType: SPDX });
    let server: ReferrersServer;
    before(async () => {
      server = await startReferrersServer(kind);
      await push(server.origin, 'em/relion', ['5.0', 'latest'], image);
      await push(server.origin, 'em/multi', ['1'], index);
      await pushReferrer(server.origin, 'em/relion', signature);
      await pushReferrer(server.origin, 'em/relion', sbom, ['5.0-sbom']);
      // What a client leaves that found no API, and what cosign 2 does.
      await push(
        server.origin,
        'em/multi',
        [fallbackTag(index.digest)],
        fallbackIndex([testReferrer(index)]),
      );
      await pushReferrer(server.origin, 'em/multi', testReferrer(index), [
        `${fallbackTag(index.digest)}.sig`,
      ]);
    });
    after(() => server?.close());

    test('says what refers to an image', async () => {
      const listed = await listedReferrers(server.origin, 'em/relion', image.digest);
      assert.deepEqual(
        [...listed].sort(),
        [
          [signature.digest, types[0]],
          [sbom.digest, types[1]],
        ].sort(),
      );
      assert.deepEqual(await listedReferrers(server.origin, 'em/relion', sbom.digest), []);
    });

    test('has each image once, and none of what refers to it', async (context) => {
      const source = await configuredSource(context, { kind: 'oci', url: server.origin });
      const { nodes, malformed } = await crawledFrom(source);
      assert.deepEqual(malformed, []);
      assert.deepEqual(
        nodes.map(({ repository, digest, tags, platforms }) => [repository, digest, tags, platforms]),
        [
          ['em/multi', index.digest, ['1'], ['linux/amd64', 'linux/arm64']],
          ['em/relion', image.digest, ['5.0', 'latest'], ['linux/amd64']],
        ],
      );
    });
  });
}
