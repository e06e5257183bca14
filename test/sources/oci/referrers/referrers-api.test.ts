// What strangers put into the lists of a referrers API hides nothing of what else they have.
import assert from 'node:assert/strict';
import type { ServerResponse } from 'node:http';
import { afterEach, describe, test } from 'node:test';
import { crawled } from '../../../support/oci/crawl.ts';
import {
  descriptorOf,
  OCI,
  referrerTag,
  type TestImage,
  testImage,
  testIndex,
  testSignature,
} from '../../../support/oci/images.ts';
import { testClient } from '../../../support/oci/registry-client.ts';
import { type Quirk, sendJson, startOciServer } from '../../../support/oci/registry-server.ts';

const BUNDLE = 'application/vnd.dev.sigstore.bundle.v0.3+json';

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  await Promise.all(closing.splice(0).map((close) => close()));
});

/** A registry whose referrers API answers by `api`; `type`: the artifactType that is asked for, null where none is. */
async function registry(api: (digest: string, type: string | null, response: ServerResponse) => void) {
  const quirk: Quirk = (request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://registry');
    const digest = /\/referrers\/(.+)$/.exec(pathname)?.[1];
    if (digest === undefined) return false;
    api(digest, searchParams.get('artifactType'), response);
    return true;
  };
  const server = await startOciServer(quirk);
  closing.push(() => server.close());
  return { ...server, client: testClient(server.origin) };
}

const listOf = (manifests: readonly object[]) => ({ schemaVersion: 2, mediaType: OCI.index, manifests });

type Nodes = Awaited<ReturnType<typeof crawled>>['nodes'];

/** The digests of what is attached to the image of a repository, and since when they are in doubt. */
async function attachedTo(client: ReturnType<typeof testClient>, repository: string) {
  return attachedIn((await crawled(client)).nodes, repository);
}

function attachedIn(nodes: Nodes, repository: string) {
  const attachments = nodes.find((node) => node.repository === repository)?.attachments;
  return [attachments?.listed.map(({ digest }) => digest), attachments?.doubtedSince];
}

const image = testImage({ content: 'relion' });
const signature = testSignature(image);

describe('an image keeps its signature, without doubt, where a stranger’s referrer has', () => {
  const stuffed: Readonly<Record<string, unknown>> = {
    'a title of 9,000 characters': { 'org.opencontainers.image.title': 'x'.repeat(9_000) },
    'more than 1,152 annotations': Object.fromEntries(
      Array.from({ length: 1_200 }, (_, number) => [`label${number}`, 'v']),
    ),
    'annotations of 300,000 characters': { x: 'y'.repeat(300_000) },
    'annotations that are a list': [],
  };
  for (const [what, annotations] of Object.entries(stuffed)) {
    test(what, async () => {
      const stranger = { ...descriptorOf(testImage({ content: 'stranger' })), annotations };
      const { client, hold } = await registry((_, __, response) =>
        sendJson(response, listOf([stranger, descriptorOf(signature)])),
      );
      hold('em/relion', ['5.0'], image);
      hold('em/relion', [], signature);
      assert.deepEqual(await attachedTo(client, 'em/relion'), [[signature.digest], null]);
    });
  }

  test('made an entry that is none', async () => {
    const { client, hold } = await registry((_, __, response) =>
      sendJson(response, listOf([{ digest: 'sha256:x' }, descriptorOf(signature)])),
    );
    hold('em/relion', ['5.0'], image);
    hold('em/relion', [], signature);
    assert.deepEqual(await attachedTo(client, 'em/relion'), [[signature.digest], null]);
  });
});

describe('a list that is larger than 8 MiB', () => {
  const huge = listOf([{ ...descriptorOf(signature), annotations: { x: 'y'.repeat(9_000_000) } }]);

  test('is asked for by the types of signatures, and leaves no doubt where these can be had', async () => {
    const { client, hold } = await registry((_, type, response) => {
      if (type === null) sendJson(response, huge);
      else sendJson(response, listOf(type === BUNDLE ? [descriptorOf(signature)] : []));
    });
    hold('em/relion', ['5.0'], image);
    hold('em/relion', [], signature);
    assert.deepEqual(await attachedTo(client, 'em/relion'), [[signature.digest], null]);
  });

  test('leaves the image in doubt where one of these cannot be had, with what the others have', async () => {
    const { client, hold } = await registry((_, type, response) => {
      if (type === BUNDLE) sendJson(response, listOf([descriptorOf(signature)]));
      else if (type === null) sendJson(response, huge);
      else response.writeHead(404).end();
    });
    hold('em/relion', ['5.0'], image);
    hold('em/relion', [], signature);
    assert.deepEqual(await attachedTo(client, 'em/relion'), [[signature.digest], 0]);
  });
});

describe('four lists that cannot be read', () => {
  const bad = Array.from({ length: 4 }, (_, number) => testImage({ content: `bad ${number}` }));
  const refusals: Readonly<Record<string, (response: ServerResponse) => void>> = {
    'since they are larger than 8 MiB': (response) =>
      sendJson(response, listOf([{ x: 'y'.repeat(9_000_000) }])),
    'since they have a key twice': (response) =>
      response.writeHead(200).end('{"manifests":[{"annotations":{"a":"1","a":"2"}}]}'),
    'since they break off': (response) => response.writeHead(200).end('{"schemaVersion":2,"manifests":['),
  };
  for (const [why, refuse] of Object.entries(refusals)) {
    test(`are in doubt and keep the API from no other image, ${why}`, async () => {
      const { client, hold } = await registry((digest, _, response) => {
        if (digest === image.digest) sendJson(response, listOf([descriptorOf(signature)]));
        else refuse(response);
      });
      for (const [number, one] of bad.entries()) hold('aa/stranger', [`${number}`], one);
      hold('em/relion', ['5.0'], image);
      hold('em/relion', [], signature);
      const { nodes } = await crawled(client);
      assert.deepEqual(attachedIn(nodes, 'em/relion'), [[signature.digest], null]);
      assert.deepEqual(attachedIn(nodes, 'aa/stranger'), [[], 0]);
    });
  }
});

test('of an API that lists more than 10,000 the image is in doubt', async () => {
  const entries = Array.from({ length: 10_001 }, (_, number) => ({
    digest: `sha256:${number.toString(16).padStart(64, '0')}`,
  }));
  const { client, hold } = await registry((_, __, response) => sendJson(response, listOf(entries)));
  hold('em/relion', ['5.0'], image);
  assert.deepEqual(await attachedTo(client, 'em/relion'), [[], 0]);
});

test('a fallback tag’s index has its signature behind 130 SBOMs with long annotations', async () => {
  const sboms = Array.from({ length: 130 }, (_, number) =>
    testSignature(image, {
      ...{ artifactType: 'application/spdx+json', layerType: 'text/spdx', content: `${number}` },
    }),
  );
  const signed: TestImage = testSignature(image);
  const { client, hold } = await registry((_, __, response) => void response.writeHead(404).end());
  hold('em/relion', ['5.0'], image);
  const annotations = { 'org.opencontainers.image.title': 'x'.repeat(9_000) };
  const entries = [
    ...sboms.map((one) => ({ image: one, annotations })),
    { image: signed, artifactType: BUNDLE },
  ];
  hold('em/relion', [referrerTag(image)], testIndex(entries));
  const { nodes } = await crawled(client);
  const attachments = nodes[0]?.attachments;
  const kinds = attachments?.listed.map(({ kind }) => kind);
  assert.equal(kinds?.length, 100);
  assert.equal(kinds?.filter((kind) => kind === 'signature').length, 1);
  assert.equal(attachments?.doubtedSince, null);
});
