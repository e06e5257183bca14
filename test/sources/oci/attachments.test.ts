// What becomes of attachments that a registry does not give, and of those that are made to be too much.
import assert from 'node:assert/strict';
import { afterEach, describe, test } from 'node:test';
import type { Attachment } from '../../../src/model/attachment.ts';
import type { WantedAttachments } from '../../../src/sources/source.ts';
import { type CrawlOptions, LIMITS, ociSource } from '../../support/oci/crawl.ts';
import {
  descriptorOf,
  documentOf,
  OCI,
  type TestDocument,
  type TestImage,
  testImage,
  testSignature,
} from '../../support/oci/images.ts';
import { testClient } from '../../support/oci/registry-client.ts';
import { startOciServer } from '../../support/oci/registry-server.ts';

const TYPE = 'application/vnd.dev.sigstore.bundle.v0.3+json';

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  await Promise.all(closing.splice(0).map((close) => close()));
});

const image = testImage({ content: 'relion' });
const other = testSignature(image, { content: 'another' });

/** An attachment of these layers. */
function attachment(layers: readonly TestDocument[], more: object = {}): TestImage {
  const config = documentOf({}, 'application/vnd.oci.empty.v1+json');
  const manifest = documentOf(
    {
      ...{ schemaVersion: 2, mediaType: OCI.manifest, artifactType: TYPE, config: descriptorOf(config) },
      ...{ layers: layers.map(descriptorOf), subject: descriptorOf(image), ...more },
    },
    OCI.manifest,
  );
  return { ...manifest, blobs: [config, ...layers], manifests: [] };
}

/** What is fetched of the attachments of an image, in which a digest is answered by its status. */
async function fetched(
  attachments: readonly TestImage[],
  statuses: ReadonlyMap<string, number> = new Map(),
  options: CrawlOptions = {},
  more: Partial<WantedAttachments> = {},
) {
  const server = await startOciServer((request, response) => {
    const status = statuses.get(/(?:manifests|blobs)\/(.+)$/.exec(request.url ?? '')?.[1] ?? '');
    if (status === undefined) return false;
    response.writeHead(status).end();
    return true;
  });
  closing.push(() => server.close());
  for (const one of attachments) server.hold('em/relion', [], one);
  const wanted = {
    ...{ repository: 'em/relion', digest: image.digest, upstreamId: null },
    attachments: attachments.map(({ digest }) => digest),
    ...more,
  };
  const source = ociSource(testClient(server.origin), options);
  return (await source.attachments?.(wanted, AbortSignal.timeout(120_000))) ?? new Map();
}

const sizesOf = (one: Attachment | null | undefined) => one?.layers.map(({ bytes }) => bytes.length);

describe('an attachment', () => {
  for (const status of [401, 403, 404, 410, 500]) {
    test(`cannot be had now where its manifest is answered by ${status}, and keeps no other from being had`, async () => {
      const one = testSignature(image);
      const found = await fetched([one, other], new Map([[one.digest, status]]));
      assert.deepEqual([...found.keys()], [other.digest]);
    });
  }

  for (const status of [401, 403, 500]) {
    test(`cannot be had now where a layer of it is answered by ${status}`, async () => {
      const layer = documentOf('a', TYPE);
      const found = await fetched([attachment([layer]), other], new Map([[layer.digest, status]]));
      assert.deepEqual([...found.keys()], [other.digest]);
    });
  }

  for (const status of [400, 404, 410]) {
    test(`is had without a layer that is answered by ${status}`, async () => {
      const [gone, layer] = [documentOf('gone', TYPE), documentOf('there', TYPE)];
      const one = attachment([gone, layer]);
      const found = await fetched([one], new Map([[gone.digest, status]]));
      assert.deepEqual(
        found.get(one.digest)?.layers.map(({ bytes }: { bytes: Uint8Array }) => Buffer.from(bytes)),
        [layer.bytes],
      );
    });
  }

  test('is partial without a layer that is too large, such as an SBOM of 100 MB, or gone, and not without one that nobody wants', async () => {
    const [layer, gone] = [documentOf('there', TYPE), documentOf('gone', TYPE)];
    const [tar, sbom] = [documentOf('files', OCI.layer), documentOf('{}', 'application/spdx+json')];
    const hundred = { layers: [{ ...descriptorOf(sbom), size: 100_000_000 }] };
    const attachments = [
      attachment([layer, tar]),
      attachment([layer, gone]),
      { ...attachment([], hundred), blobs: [sbom] },
    ];
    const isWanted = (mediaType: string) => mediaType !== OCI.layer;
    const statuses = new Map([[gone.digest, 404]]);
    const found = await fetched(attachments, statuses, {}, { isWanted, maxBytes: 33_554_432 });
    assert.deepEqual(
      attachments.map(({ digest }) => [found.get(digest)?.layers.length, found.get(digest)?.isPartial]),
      [
        [1, undefined],
        [1, true],
        [0, true],
      ],
    );
  });

  test('is none for everybody where its manifest is of schema 1, has no layers or is too large', async () => {
    const schema1 = documentOf({ schemaVersion: 1 }, 'application/vnd.docker.distribution.manifest.v1+json');
    const none = [
      { ...schema1, blobs: [], manifests: [] },
      attachment([], { layers: 'none' }),
      attachment([], { annotations: { x: 'y'.repeat(5_000_000) } }),
    ];
    const found = await fetched([...none, other]);
    assert.deepEqual(
      [...found].map(([, one]) => one === null),
      [true, true, true, false],
    );
  });
});

describe('of the layers of all attachments of one image', () => {
  const large = (fill: number, bytes = 1_048_576) => documentOf(Buffer.alloc(bytes, fill), TYPE);

  test('the smallest are had within 16 MiB, whatever a crawl may take', async () => {
    const strangers = Array.from({ length: 6 }, (_, one) =>
      attachment([0, 1, 2, 3].map((at) => large(one * 4 + at))),
    );
    const signature = testSignature(image);
    const options = { limits: { ...LIMITS, upstreamBytes: 1_048_576 } };
    const found = await fetched([...strangers, signature], new Map(), options);
    assert.equal(found.size, 7);
    assert.equal(sizesOf(found.get(signature.digest))?.length, 1);
    const sizes = [...found.values()].flatMap((one) => sizesOf(one) ?? []);
    const total = sizes.reduce((sum, size) => sum + size, 0);
    assert.ok(total > 15_000_000 && total <= 16_777_216, `${total} bytes`);
  });

  test('strangers take no room from those that are asked for with them', async () => {
    const { attachmentsTogether = 0 } = ociSource(testClient('http://127.0.0.1:1'));
    const strangers = Array.from({ length: attachmentsTogether - 1 }, (_, one) =>
      attachment([0, 1, 2, 3, 4].map((at) => large(one * 5 + at, 1_000_000))),
    );
    const signature = attachment([large(255)]);
    const found = await fetched([...strangers, signature]);
    assert.deepEqual([strangers.length, sizesOf(found.get(signature.digest))], [3, [1_048_576]]);
  });

  test('those of one attachment come in their order, none of more than 1 MiB', async () => {
    const layers = [large(1), large(2, 1_048_577), documentOf(Buffer.from('small'), TYPE), large(3)];
    const one = attachment(layers);
    assert.deepEqual(sizesOf((await fetched([one])).get(one.digest)), [1_048_576, 5, 1_048_576]);
  });

  test('those of one attachment have 4 MiB, with their annotations', async () => {
    const layers = [1, 2, 3, 4, 5].map((fill) => large(fill));
    const plain = attachment(layers);
    assert.equal(sizesOf((await fetched([plain])).get(plain.digest))?.length, 4);
    const annotations = { chain: 'x'.repeat(60_000) };
    const chained = attachment([], {
      layers: layers.map((layer) => ({ ...descriptorOf(layer), annotations })),
    });
    const held = { ...chained, blobs: layers };
    assert.equal(sizesOf((await fetched([held])).get(held.digest))?.length, 3);
  });
});
