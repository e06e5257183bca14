// Signatures and attestations by contract 2: the project's own server asked by the project's own source, and registries that
// answer something else.
import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, afterEach, describe, test } from 'node:test';
import { digestOf } from '../../src/model/digest.ts';
import { createHttpClient } from '../../src/network/create-http-client.ts';
import { createRegistryServer, loadRegistryCatalog } from '../../src/registry-server/server.ts';
import { createGraphqlSource } from '../../src/sources/graphql.ts';
import type { Source, WantedAttachments } from '../../src/sources/source.ts';
import { type Answer, type Node, startRegistry, testNode } from '../support/registry.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const JSON_TYPE = { 'content-type': 'application/json' };
const DIGEST = `sha256:${'a'.repeat(64)}`;
const BUNDLE = 'application/vnd.dev.sigstore.bundle.v0.3+json';
const LIMITS = { records: 1_000, pages: 100, upstreamBytes: 16_777_216 };
const folder = temporaryFolder({ after });
const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  await Promise.all(closing.splice(0).map((close) => close()));
});
const signal = () => AbortSignal.timeout(60_000);

function source(url: string): Source {
  const httpClient = createHttpClient({ backoff: { retries: 0 } });
  closing.push(() => httpClient.close());
  return createGraphqlSource({
    ...{ facility: 'kit', registry: 'main', url, credential: null, httpClient, limits: LIMITS },
  });
}

async function nodesOf(made: Source): Promise<Node[]> {
  const nodes: unknown[] = [];
  for await (const page of made.crawl({ signal: signal() })) nodes.push(...page.nodes);
  return nodes as Node[];
}

const wanted = (attachments: readonly string[], upstreamId: string | null = 'one'): WantedAttachments => ({
  ...{ repository: 'em/relion', digest: DIGEST, upstreamId, attachments },
});

async function fetched(url: string, attachments: readonly string[]) {
  const found = await source(url).attachments?.(wanted(attachments), signal());
  return [...(found ?? [])];
}

const documentOf = (content: string) => ({ digest: digestOf(content), mediaType: BUNDLE, content });

/** A registry of one image with these fields. */
async function lab(fields: Node, before?: (...call: Parameters<Answer>) => boolean): Promise<string> {
  const registry = await startRegistry('kit', [testNode('em/relion', { id: 'one', ...fields })], before);
  closing.push(() => registry.close());
  return registry.url;
}

describe('the server of a catalog, asked as the gateway asks it', () => {
  async function serve(images: readonly object[]): Promise<string> {
    const path = join(folder, 'catalog.json');
    await writeFile(path, JSON.stringify({ facility: 'kit', images }));
    const server = await createRegistryServer({ catalog: await loadRegistryCatalog(path) });
    closing.push(() => server.close());
    return server.url;
  }
  const entry = { id: 'one', repository: 'em/relion', digest: DIGEST, tags: ['5.0'] };

  test('answers digests in a crawl, and each document whole when it is asked for', async () => {
    const text = '{"mediaType": "a bundle, byte for byte"}';
    const mapping = { payloadType: 'application/vnd.in-toto+json', payload: 'ä' };
    const url = await serve([
      {
        ...entry,
        signatures: [{ mediaType: BUNDLE, content: text }],
        attestations: [{ mediaType: 'application/vnd.dsse.envelope.v1+json', content: mapping }],
      },
    ]);
    const json = JSON.stringify(mapping);
    const [node] = await nodesOf(source(url));
    assert.deepEqual(node?.signatures, [{ digest: digestOf(text) }]);
    assert.deepEqual(node?.attestations, [{ digest: digestOf(json) }]);
    const found = await fetched(url, [digestOf(text), digestOf(json)]);
    assert.deepEqual(
      found.map(([digest, attachment]) => [
        digest,
        attachment?.digest,
        attachment?.layers.map(({ mediaType, bytes }) => [mediaType, Buffer.from(bytes).toString('utf8')]),
      ]),
      [
        [digestOf(text), digestOf(text), [[BUNDLE, text]]],
        [digestOf(json), digestOf(json), [['application/vnd.dsse.envelope.v1+json', json]]],
      ],
    );
  });

  test('answers that there is none where the catalog has none', async () => {
    const url = await serve([entry]);
    const [node] = await nodesOf(source(url));
    assert.deepEqual([node?.signatures, node?.attestations], [[], []]);
  });

  test('says of a document that is gone, and of an image that is, that they are', async () => {
    const url = await serve([entry]);
    const [gone] = [digestOf('{"gone": true}')];
    assert.deepEqual(await fetched(url, [gone ?? '']), [[gone, null]]);
    const found = await source(url).attachments?.(wanted([gone ?? ''], 'another'), signal());
    assert.deepEqual([...(found ?? [])], [[gone, null]]);
  });
});

describe('a registry that answers something else', () => {
  const good = documentOf('{"good": true}');

  test('leaves a document with another digest open, and gives the others', async () => {
    const forged = { ...documentOf('{"one": 1}'), content: '{"another": 2}' };
    const url = await lab({ signatures: [forged, good], attestations: [] });
    const found = await fetched(url, [forged.digest, good.digest]);
    assert.deepEqual(
      found.map(([digest]) => digest),
      [good.digest],
    );
  });

  test('leaves open what a list that is null may have', async () => {
    const missing = digestOf('{"missing": true}');
    const url = await lab({ signatures: [good], attestations: null });
    const found = await fetched(url, [good.digest, missing]);
    assert.deepEqual(
      found.map(([digest]) => digest),
      [good.digest],
    );
  });

  test('leaves open what an error points at', async () => {
    const missing = digestOf('{"missing": true}');
    const url = await lab({}, (_request, response, { body }) => {
      if (!body.query?.includes('imagesById')) return false;
      const data = { imagesById: [{ signatures: [good], attestations: [] }] };
      const errors = [{ message: 'down', path: ['imagesById', 0, 'attestations', 0] }];
      response.writeHead(200, JSON_TYPE).end(JSON.stringify({ data, errors }));
      return true;
    });
    const found = await fetched(url, [good.digest, missing]);
    assert.deepEqual(
      found.map(([digest]) => digest),
      [good.digest],
    );
  });

  test('has nothing looked at but what is wanted, of a thousand documents', async () => {
    const many = Array.from({ length: 1_000 }, (_, index) => documentOf(`{"number": ${index}}`));
    const url = await lab({ signatures: many, attestations: [] });
    const found = await fetched(url, [many[999]?.digest ?? '']);
    assert.deepEqual(
      found.map(([digest]) => digest),
      [many[999]?.digest],
    );
  });

  test('gives no document of more than 1 MiB', async () => {
    const large = documentOf(JSON.stringify('x'.repeat(10_485_760)));
    const url = await lab({ signatures: [large, good], attestations: [] });
    const found = await fetched(url, [large.digest, good.digest]);
    assert.deepEqual(
      found.map(([digest, attachment]) => [digest, attachment === null]),
      [
        [large.digest, true],
        [good.digest, false],
      ],
    );
  });

  test('gives its signatures where its attestations are more than can be read at a time', async () => {
    const many = Array.from({ length: 20 }, (_, number) =>
      documentOf(JSON.stringify(`${number}${'x'.repeat(900_000)}`)),
    );
    const url = await lab({ signatures: [good], attestations: many });
    const found = await fetched(url, [good.digest, many[0]?.digest ?? '']);
    assert.deepEqual(
      found.map(([digest]) => digest),
      [good.digest],
    );
  });

  for (const [what, status, body] of [
    ['refuses', 401, '{}'],
    ['fails', 500, 'secret of the lab'],
    ['answers no list', 200, '{"data": {"imagesById": null}}'],
    ['answers two images', 200, '{"data": {"imagesById": [null, null]}}'],
    ['answers an error alone', 200, '{"data": null, "errors": [{"message": "no such field"}]}'],
    ['answers more than 16 MiB', 200, `{"data": {"imagesById": [null]}, "x": "${'x'.repeat(16_777_216)}"}`],
  ] as const) {
    test(`that ${what} leaves all of it open`, async () => {
      const url = await lab({}, (_request, response, { body: { query } }) => {
        if (!query?.includes('imagesById')) return false;
        response.writeHead(status, { 'content-type': 'application/json' }).end(body);
        return true;
      });
      assert.deepEqual(await fetched(url, [good.digest]), []);
    });
  }

  test('is not asked for an image without an id of its own', async () => {
    const found = await source('http://127.0.0.1:9/graphql').attachments?.(wanted([DIGEST], null), signal());
    assert.equal(found?.size, 0);
  });

  test('is not waited for once the gateway stops', async () => {
    const url = await lab({}, (_request, _response, { body }) => body.query?.includes('imagesById') === true);
    const stopped = new AbortController();
    const asked = source(url).attachments?.(wanted([DIGEST]), stopped.signal);
    stopped.abort(new Error('stopped'));
    await assert.rejects(asked ?? Promise.resolve(), { message: 'stopped' });
  });

  test('has in a crawl a list null where an error points into it, and the image is kept', async () => {
    const url = await lab({}, (_request, response, { body }) => {
      if (!body.query?.includes('PanfedImages')) return false;
      const node = testNode('em/relion', { id: 'one', signatures: [good], attestations: [] });
      const images = { nodes: [node], generation: 'g', hasNextPage: false, endCursor: null };
      const errors = [{ message: 'down', path: ['images', 'nodes', 0, 'signatures', 0, 'digest'] }];
      response.writeHead(200, JSON_TYPE).end(JSON.stringify({ data: { images }, errors }));
      return true;
    });
    const [node] = await nodesOf(source(url));
    assert.deepEqual([node?.repository, node?.signatures, node?.attestations], ['em/relion', null, []]);
  });
});
