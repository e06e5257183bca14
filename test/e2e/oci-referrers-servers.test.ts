// Signatures and SBOMs beside images on two real registries with a referrers API: one that is as specified, and one that
// says wrong types of artifacts.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { configuredSource, crawledFrom } from '../support/oci/configured.ts';
import { push } from '../support/oci/docker-registry.ts';
import { cosignSignature, referrerTag, testImage, testIndex, testSignature } from '../support/oci/images.ts';
import {
  listedReferrers,
  needsReferrersServer,
  pushReferrer,
  type ReferrersServer,
  startReferrersServer,
} from '../support/oci/referrers-servers.ts';

const SPDX = 'application/spdx+json';
const BUNDLE = 'application/vnd.dev.sigstore.bundle.v0.3+json';
const EMPTY = 'application/vnd.oci.empty.v1+json';

/** The types that each says of a signature and of an SBOM. */
const SERVERS = [
  ['correct', [BUNDLE, SPDX]],
  ['wrong', [EMPTY, EMPTY]],
] as const;

/** Repositories that are read first, more than at once, and whose images nothing refers to: their lists are empty. */
const UNSIGNED = Array.from({ length: 30 }, (_, at) => `a/${at + 10}`);

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
    const other = testImage({ content: 'without a signature' });
    const signature = testSignature(image);
    const sbom = (of: typeof image) => testSignature(of, { artifactType: SPDX, layerType: SPDX });
    let server: ReferrersServer;
    before(async () => {
      server = await startReferrersServer(kind);
      const { origin } = server;
      for (const repository of UNSIGNED) await push(origin, repository, ['1'], other);
      await push(origin, 'em/relion', ['5.0', 'latest'], image);
      await pushReferrer(origin, 'em/relion', signature);
      await pushReferrer(origin, 'em/relion', sbom(image), ['5.0-sbom']);
      await push(origin, 'em/described', ['1'], other);
      await pushReferrer(origin, 'em/described', sbom(other));
      // As clients that found no API, and as cosign 2, which knows none.
      await push(origin, 'em/multi', ['1'], index);
      await push(origin, 'em/multi', [referrerTag(index)], testIndex([{ image: testSignature(index) }]));
      await push(origin, 'em/cosign', ['1'], index);
      await push(origin, 'em/cosign', [referrerTag(index, '.sig')], cosignSignature(index));
    });
    after(() => server?.close());

    test('says what refers to an image', async () => {
      const listed = await listedReferrers(server.origin, 'em/relion', image.digest);
      const expected = [
        [signature.digest, types[0]],
        [sbom(image).digest, types[1]],
      ];
      assert.deepEqual([...listed].sort(), expected.sort());
      assert.deepEqual(await listedReferrers(server.origin, 'em/relion', signature.digest), []);
    });

    test('has each image once and none of what refers to it, and a signature with those that have one', async (context) => {
      const source = await configuredSource(context, { kind: 'oci', url: server.origin });
      const { nodes, malformed } = await crawledFrom(source);
      assert.deepEqual(malformed, []);
      const platforms = ['linux/amd64', 'linux/arm64'];
      assert.deepEqual(
        nodes.map(({ repository, digest, tags, platforms: built, attachments }) => {
          const isSigned = attachments.listed.some(({ kind }) => kind === 'signature');
          return [repository, digest, tags, built, isSigned];
        }),
        [
          ...UNSIGNED.map((name) => [name, other.digest, ['1'], ['linux/amd64'], false]),
          ['em/cosign', index.digest, ['1'], platforms, true],
          ['em/described', other.digest, ['1'], ['linux/amd64'], false],
          ['em/multi', index.digest, ['1'], platforms, true],
          ['em/relion', image.digest, ['5.0', 'latest'], ['linux/amd64'], true],
        ],
      );
    });
  });
}
