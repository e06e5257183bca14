// SBOMs that an image itself names: which are listed beside it, of what the registry gives of them.
import assert from 'node:assert/strict';
import { afterEach, describe, test } from 'node:test';
import { rateLimited } from '../../../src/network/registry/rate-limit-error.ts';
import type { RegistryClient } from '../../../src/network/registry/registry-client.ts';
import { crawled, LIMITS } from '../../support/oci/crawl.ts';
import {
  buildxAttestation,
  documentOf,
  type Entry,
  OCI,
  type TestDocument,
  type TestImage,
  testImage,
  testIndex,
} from '../../support/oci/images.ts';
import { testClient } from '../../support/oci/registry-client.ts';
import { type Quirk, startOciServer } from '../../support/oci/registry-server.ts';

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  await Promise.all(closing.splice(0).map((close) => close()));
});

async function registry(quirk?: Quirk) {
  const server = await startOciServer(quirk);
  closing.push(() => server.close());
  return { ...server, client: testClient(server.origin) };
}

const SPDX = 'https://spdx.dev/Document';
const SLSA = 'https://slsa.dev/provenance/v1';
const AMD = { os: 'linux', architecture: 'amd64' };

/** An index of one platform with one entry of attestations. */
function attested(types: readonly string[], isSaid = true) {
  const image = testImage();
  const attestation = buildxAttestation(image, Object.fromEntries(types.map((type) => [type, {}])), isSaid);
  return { image, attestation, index: testIndex([{ image, platform: AMD }, attestation]) };
}

async function listed(client: RegistryClient) {
  const { nodes, malformed } = await crawled(client);
  assert.deepEqual(malformed, []);
  return nodes.map(({ attachments }) => attachments);
}

const sbom = ({ image }: Entry) => ({ listed: [{ digest: image.digest, kind: 'sbom' }], doubtedSince: null });
const NONE = { listed: [], doubtedSince: null };

describe('attestations that buildx put into the index are', () => {
  test('listed where one of them is an SBOM, and nothing but their manifest is asked for', async () => {
    const { client, hold } = await registry();
    const { attestation, index } = attested([SLSA, SPDX]);
    hold('em/relion', ['1'], index);
    assert.deepEqual(await listed(client), [sbom(attestation)]);
    const asked = attestation.image.blobs.filter(({ digest }) =>
      client.asked.some((line) => line.includes(digest)),
    );
    assert.deepEqual(asked, []);
  });

  test('not listed where each says that it is something else', async () => {
    const { client, hold } = await registry();
    hold('em/relion', ['1'], attested([SLSA]).index);
    assert.deepEqual(await listed(client), [NONE]);
  });

  test('listed where they do not say what they are', async () => {
    const { client, hold } = await registry();
    const { attestation, index } = attested([SLSA], false);
    hold('em/relion', ['1'], index);
    assert.deepEqual(await listed(client), [sbom(attestation)]);
  });

  test('left out where they are not there, and the image is as it is', async () => {
    const { client, hold, forget } = await registry();
    const { attestation, index } = attested([SPDX]);
    hold('em/relion', ['1'], index);
    forget('em/relion', attestation.image.digest);
    assert.deepEqual(await listed(client), [NONE]);
  });

  test('listed where the registry does not give them now, without doubt of what is attached', async () => {
    const { attestation, index } = attested([SPDX]);
    const { client, hold } = await registry((request, response) => {
      if (!request.url?.includes(attestation.image.digest)) return false;
      response.writeHead(503).end();
      return true;
    });
    hold('em/relion', ['1'], index);
    assert.deepEqual(await listed(client), [sbom(attestation)]);
  });

  test('listed where the registry allows no more requests, and the crawl has its images all the same', async () => {
    const { origin, hold } = await registry();
    const { attestation, index } = attested([SLSA]);
    hold('em/relion', ['1'], index);
    const limited = testClient(origin, ({ path }) => {
      if (path.endsWith(attestation.image.digest)) throw rateLimited('no more', 5_000);
      return null;
    });
    const { nodes, malformed, unfinished } = await crawled(limited);
    assert.deepEqual(
      [nodes.map(({ attachments }) => attachments), malformed, unfinished],
      [[sbom(attestation)], [], null],
    );
  });

  test('looked at of 64 an index at most, as platforms are', async () => {
    const { client, hold } = await registry();
    const image = testImage();
    const entries = Array.from({ length: 70 }, (_, number) =>
      buildxAttestation(image, { [SPDX]: { number } }),
    );
    hold('em/relion', ['1'], testIndex([{ image, platform: AMD }, ...entries]));
    const [attachments] = await listed(client);
    assert.equal(attachments?.listed.length, LIMITS.oci.manifests);
  });
});

describe('an SBOM that a label names is', () => {
  const artifact = (content: string) =>
    testImage({ artifactType: 'application/spdx+json', layerType: 'application/spdx+json', content });
  const named = ({ digest }: TestDocument) => ({ digest, kind: 'sbom' });
  const label = ({ digest }: TestDocument) => ({ 'io.panfed.sbom': digest });

  test('listed from the configuration of any platform, and from the annotations of manifests and the index', async () => {
    const { client, hold } = await registry();
    const sboms = ['one', 'two', 'three', 'four'].map(artifact) as [
      TestImage,
      TestImage,
      TestImage,
      TestImage,
    ];
    const index = testIndex(
      [
        { image: testImage({ labels: label(sboms[0]) }), platform: AMD },
        {
          image: testImage({ annotations: label(sboms[1]) }),
          platform: { os: 'linux', architecture: 'arm64' },
          annotations: label(sboms[2]),
        },
      ],
      { annotations: label(sboms[3]) },
    );
    for (const [at, sbom] of sboms.entries()) hold('em/relion', [`sbom-${at}`], sbom);
    hold('em/relion', ['1'], index);
    const [attachments] = await listed(client);
    assert.deepEqual(
      attachments?.listed,
      sboms.map(named).sort((one, other) => (one.digest < other.digest ? -1 : 1)),
    );
  });

  test('left out where another repository has it', async () => {
    const { client, hold } = await registry();
    const sbom = artifact('one');
    hold('em/base', ['sbom'], sbom);
    hold('em/relion', ['1'], testImage({ labels: label(sbom) }));
    assert.deepEqual(await listed(client), [NONE]);
  });

  test('left out where the label names no manifest of layers, and the image is as it is', async () => {
    const { client, hold } = await registry();
    const index = testIndex([{ image: artifact('one') }]);
    const blob = documentOf({ spdxVersion: 'SPDX-2.3' }, 'application/spdx+json');
    hold('em/relion', ['index'], index);
    hold('em/relion', ['1'], testImage({ labels: label(index) }));
    hold(
      'em/relion',
      ['2'],
      testImage({ labels: label(blob), layers: [documentOf('files', OCI.layer), blob] }),
    );
    assert.deepEqual(await listed(client), [NONE, NONE]);
  });
});
