// What a source says of its failure is in our own words: nothing that a lab's server or file holds is ever in them, since
// everybody reads them. It is in the cause, which is for the log.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { FederationError } from '../../src/model/errors.ts';
import { createHttpClient } from '../../src/network/create-http-client.ts';
import { createFileSource } from '../../src/sources/file.ts';
import { createGraphqlSource } from '../../src/sources/graphql.ts';
import type { Source } from '../../src/sources/source.ts';
import { startHttpServer } from '../support/http-server.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const MARKER = 'Embargoed-ZEUS';
const LIMITS = { records: 10, pages: 10, upstreamBytes: 100_000 };
const folder = temporaryFolder({ after });
const httpClient = createHttpClient({ backoff: { retries: 0 } });
after(() => httpClient.close());

/** What is told of the source's failure, or of the nodes that it could not read. */
async function told(source: Source): Promise<string> {
  const signal = AbortSignal.timeout(10_000);
  try {
    for await (const page of source.crawl({ signal })) assert.ok(page.nodes.length >= 0);
    await source.info({ signal });
    return '';
  } catch (error) {
    assert.ok(error instanceof FederationError, String(error));
    return JSON.stringify([error.code, error.message, error.hint, error.extensions]);
  }
}

const names = { facility: 'kit', registry: 'main', limits: LIMITS };

describe('of a file', () => {
  const files: readonly (readonly [extension: string, text: string])[] = [
    ['yaml', `images:\n  - title: >${MARKER} x\n`],
    ['yaml', `images:\n  - title: !${MARKER} x\n`],
    ['yaml', `images:\n  - title: *${MARKER}\n`],
    ['yaml', `images: [\n  { ${MARKER}: 1, ${MARKER}: 2 }\n`],
    ['yaml', `images:\n  - { ${MARKER}: 1, ${MARKER}: 2 }\n`],
    ['yaml', `%${MARKER}\n---\nimages: []\n`],
    ['yaml', `images: []\n"${MARKER}`],
    ['yaml', `${MARKER}: &a [*a]\nimages: 3\n`],
    ['yaml', `facility: ${MARKER}\nimages: []\n`],
    ['json', `{"images": [{"title": ${MARKER}}]}`],
    ['json', `{"images": [{"${MARKER}": 1, "${MARKER}": 2}]}`],
    ['json', `{"facility": "${MARKER}", "images": []}`],
    ['json', `"${MARKER}"`],
  ];
  for (const [index, [extension, text]] of files.entries()) {
    test(`${extension}: ${JSON.stringify(text).slice(0, 60)}`, async () => {
      const path = join(folder, `${index}.${extension}`);
      writeFileSync(path, text);
      const words = await told(createFileSource({ ...names, path }));
      assert.match(words, /SOURCE_/);
      assert.doesNotMatch(words, new RegExp(MARKER, 'i'));
    });
  }
});

describe('of a registry', () => {
  const json = (body: unknown) => (response: ServerResponse) => {
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(body));
  };
  const registry = { facility: 'kit', contract: 1, generation: 'g' };
  const answers: Readonly<Record<string, (response: ServerResponse) => void>> = {
    'the reason of a status': (response) => response.writeHead(500, MARKER).end(MARKER),
    'a redirect': (response) => response.writeHead(302, { location: `http://${MARKER}.example/` }).end(),
    'a challenge': (response) =>
      response.writeHead(401, { 'www-authenticate': `Bearer realm="${MARKER}"` }).end(),
    'a content type': (response) => response.writeHead(200, { 'content-type': `text/${MARKER}` }).end(MARKER),
    'a content coding': (response) =>
      response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': MARKER }).end('{}'),
    'when to come again': (response) => response.writeHead(503, { 'retry-after': MARKER }).end(),
    'what is not JSON': (response) =>
      response.writeHead(200, { 'content-type': 'application/json' }).end(`{${MARKER}`),
    'a key that is there twice': (response) =>
      response.writeHead(200, { 'content-type': 'application/json' }).end(`{"${MARKER}":1,"${MARKER}":2}`),
    'what is no answer of GraphQL': json({ [MARKER]: MARKER }),
    'an error of GraphQL': json({
      data: null,
      errors: [{ message: MARKER, path: [MARKER], extensions: { code: MARKER } }],
    }),
    'another facility': json({ data: { registry: { ...registry, facility: MARKER } } }),
    'another contract': json({ data: { registry: { ...registry, contract: MARKER } } }),
    'a generation that is none': json({ data: { registry: { ...registry, generation: { [MARKER]: 1 } } } }),
    'a page that is none': json({ data: { registry, images: { nodes: MARKER, generation: MARKER } } }),
    'a cursor that leads nowhere': json({
      data: { registry, images: { nodes: [{}], generation: 'g', hasNextPage: true, endCursor: MARKER } },
    }),
  };
  for (const [name, answer] of Object.entries(answers)) {
    test(`that says it in ${name}`, async (context) => {
      const server = await startHttpServer((_, response) => answer(response));
      context.after(() => server.close());
      const source = createGraphqlSource({
        ...names,
        url: `${server.origin}/graphql`,
        credential: null,
        httpClient,
      });
      const words = await told(source);
      assert.match(words, /SOURCE_|CONTRACT_|PAGE_|CIRCUIT_/);
      assert.doesNotMatch(words, new RegExp(MARKER, 'i'));
    });
  }
});
