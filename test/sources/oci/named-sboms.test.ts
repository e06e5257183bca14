// SBOMs that an image itself names: which are listed beside it, of what the registry gives of them.
import assert from 'node:assert/strict';
import { afterEach, describe, test } from 'node:test';
import type { RegistryClient } from '../../../src/network/registry/registry-client.ts';
import { crawled, LIMITS } from '../../support/oci/crawl.ts';
import { buildxAttestation, type Entry, testImage, testIndex } from '../../support/oci/images.ts';
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
