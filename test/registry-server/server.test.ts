import assert from 'node:assert/strict';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { after, afterEach, describe, test } from 'node:test';
import { createHttpClient } from '../../src/network/create-http-client.ts';
import { Credential } from '../../src/network/credential.ts';
import {
  createRegistryServer,
  loadRegistryCatalog,
  type RegistryCatalog,
  type RegistryServerOptions,
} from '../../src/registry-server/server.ts';
import { createGraphqlSource } from '../../src/sources/graphql.ts';
import { answered } from '../support/gateway.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  await Promise.all(closing.splice(0).map((close) => close()));
});

const folder = temporaryFolder({ after });

async function catalog(text: string, name = 'catalog.yaml', facility?: string): Promise<RegistryCatalog> {
  const path = join(folder, name);
  await writeFile(path, text);
  return loadRegistryCatalog(path, { facility });
}

const digest = (digit: string): string => `sha256:${digit.repeat(64)}`;

const ESRF = `facility: esrf
name: ESRF sample
images:
  - repository: em/relion
    digest: ${digest('a')}
    tags: ["4.0", latest]
    frameworks: [{name: relion, version: "4.0.1"}]
    conditions: [{kind: academic}]
    sharing: open
    labels: {software: relion}
    requires: {cpus: 8, memory: 64000000000, gpu: {vendor: nvidia}}
    extension: {beamlines: [{name: CM01, energy: 300}]}
  - repository: tools/ispyb
    tag: "1.0"
  - id: own-id
    repository: mx/xds
    digest: ${digest('b')}
`;

const EXTENSION = `type Query { imagesById(ids: [ID!]!): [Image]! }
type Image { beamlines: [Beamline!]! contact: String }
type Beamline { name: String! energy: Float }`;

async function serve(options: Partial<RegistryServerOptions> = {}): Promise<string> {
  const server = await createRegistryServer({ catalog: await catalog(ESRF), ...options });
  closing.push(() => server.close());
  return server.url;
}

interface Reply {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: answers of many shapes, each asserted where it is used
  readonly body: any;
}

async function ask(
  url: string,
  query: string,
  variables = {},
  headers: Record<string, string> = {},
): Promise<Reply> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ query, variables }),
  });
  return { status: response.status, body: await response.json() };
}

describe('the contract server', () => {
  test('reports its facility, contract and generation', async () => {
    const { body } = await ask(await serve(), '{ registry { facility name contract generation } }');
    const { generation, ...rest } = body.data.registry;
    assert.deepEqual(rest, { facility: 'esrf', name: 'ESRF sample', contract: 2 });
    assert.match(generation, /^sha256:[0-9a-f]{64}$/);
  });

  test('has the same generation for the same content, and another for any change', async () => {
    const { generation } = await catalog(ESRF);
    assert.equal((await catalog(`# a comment\n${ESRF}`)).generation, generation);
    assert.notEqual((await catalog(ESRF.replace('300', '301'))).generation, generation);
  });

  test('gives all images once, in the file’s order, by pages', async () => {
    const url = await serve();
    const seen: string[] = [];
    let after: string | null = null;
    for (let page = 0; page < 3; page += 1) {
      const { body }: Reply = await ask(
        url,
        'query ($after: String) { images(first: 1, after: $after) { nodes { id } endCursor hasNextPage } }',
        { after },
      );
      seen.push(...body.data.images.nodes.map(({ id }: { id: string }) => id));
      after = body.data.images.endCursor;
      assert.equal(body.data.images.hasNextPage, page < 2);
    }
    assert.deepEqual(seen, [`em/relion@${digest('a')}`, 'tools/ispyb:1.0', 'own-id']);
  });

  test('answers imagesById in the order of the ids, with null for an unknown one', async () => {
    const { body } = await ask(
      await serve(),
      '{ imagesById(ids: ["own-id", "no", "tools/ispyb:1.0"]) { repository } }',
    );
    assert.deepEqual(body.data.imagesById, [{ repository: 'mx/xds' }, null, { repository: 'tools/ispyb' }]);
  });

  for (const [what, query, code] of [
    ['a page of none', '{ images(first: 0) { endCursor } }', 'BAD_INPUT'],
    ['a page too large', '{ images(first: 1001) { endCursor } }', 'BAD_INPUT'],
    ['a cursor that is not its own', '{ images(first: 1, after: "xyz") { endCursor } }', 'BAD_CURSOR'],
  ] as const) {
    test(`refuses ${what}`, async () => {
      const { body } = await ask(await serve(), query);
      assert.equal(body.errors[0].extensions.code, code);
    });
  }

  test('refuses what is not a GraphQL request by a code, and repeats nothing of the parser’s message', async () => {
    const url = await serve();
    const json = { 'content-type': 'application/json' };
    for (const [path, headers, status, code] of [
      ['', json, 400, 'BAD_REQUEST'],
      ['', { ...json, 'content-encoding': 'gzip' }, 415, 'UNSUPPORTED_MEDIA_TYPE'],
      ['/elsewhere', json, 404, 'NOT_FOUND'],
    ] as const) {
      const response = await fetch(url + path, { method: 'POST', headers, body: '{"secret' });
      const { errors } = await answered(response);
      assert.deepEqual([response.status, errors[0]?.extensions.code], [status, code]);
      assert.doesNotMatch(JSON.stringify(errors), /secret|SyntaxError|JSON at/);
    }
  });

  test('refuses a document that asks for everything a hundred times', async () => {
    const many = Array.from({ length: 300 }, (_, at) => `a${at}: images(first: 1000) { endCursor }`).join(
      ' ',
    );
    const { body } = await ask(await serve(), `{ ${many} }`);
    assert.equal(body.data, undefined);
    assert.match(body.errors[0].message, /token/i);
  });

  test('refuses a body that is too large', async () => {
    const { status } = await ask(await serve(), `# ${'x'.repeat(200_000)}\n{ __typename }`).catch(() => ({
      status: 413,
    }));
    assert.equal(status, 413);
  });

  test('is crawled by the gateway’s own source', async () => {
    const url = await serve({ token: 'lab-token' });
    const httpClient = createHttpClient();
    closing.push(() => httpClient.close());
    const source = createGraphqlSource({
      facility: 'esrf',
      registry: 'main',
      url,
      credential: Credential.for(url, 'lab-token'),
      httpClient,
      limits: { records: 10, pages: 10, upstreamBytes: 100_000 },
      pageSize: 2,
    });
    const nodes: unknown[] = [];
    for await (const page of source.crawl({ signal: AbortSignal.timeout(60_000) })) nodes.push(...page.nodes);
    assert.equal(nodes.length, 3);
    assert.deepEqual((nodes[0] as { conditions: unknown }).conditions, [
      { kind: 'academic', groups: [], facilities: [], servers: [] },
    ]);
    assert.equal((nodes[1] as { conditions: unknown }).conditions, null);
  });
});

describe('a token', () => {
  const query = '{ registry { facility } }';

  test('is asked for, and nothing is answered without it', async () => {
    const url = await serve({ token: 'lab-token' });
    for (const authorization of ['', 'Bearer wrong', 'Basic lab-token', 'Bearer lab-token2']) {
      const { status, body } = await ask(url, query, {}, authorization === '' ? {} : { authorization });
      assert.equal(status, 401, authorization);
      assert.equal(body.data, undefined);
      assert.equal(body.errors[0].extensions.code, 'UNAUTHENTICATED');
    }
  });

  test('opens the registry', async () => {
    const url = await serve({ token: 'lab-token' });
    const { status, body } = await ask(url, query, {}, { authorization: 'Bearer lab-token' });
    assert.equal(status, 200);
    assert.equal(body.data.registry.facility, 'esrf');
  });
});

test('a page of another site that has its own name resolve to this machine reads nothing', async () => {
  const { hostname, port } = new URL(await serve());
  const asked = request({
    hostname,
    port,
    path: '/graphql?query=%7B__typename%7D',
    headers: { host: 'page.example' },
  });
  const [response] = (await once(asked.end(), 'response')) as [IncomingMessage];
  assert.equal(response.resume().statusCode, 403);
});

describe('an extension', () => {
  test('adds fields of the lab’s own beside the contract’s', async () => {
    const url = await serve({ extension: EXTENSION });
    const { body } = await ask(
      url,
      '{ imagesById(ids: ["em/relion@sha256:' +
        `${'a'.repeat(64)}", "own-id"]) { repository contact beamlines { name energy } } }`,
    );
    assert.deepEqual(body.data.imagesById, [
      { repository: 'em/relion', contact: null, beamlines: [{ name: 'CM01', energy: 300 }] },
      { repository: 'mx/xds', contact: null, beamlines: [] },
    ]);
  });

  test('that does not parse is CONFIG_INVALID, with its place', async () => {
    await assert.rejects(serve({ extension: 'type Image {' }), {
      code: 'CONFIG_INVALID',
      at: 'extension:1:13',
    });
  });

  test('that uses an undefined type is CONFIG_INVALID', async () => {
    await assert.rejects(serve({ extension: 'type Image { beamlines: [Beamlime!] }' }), {
      code: 'CONFIG_INVALID',
    });
  });

  test('without a value that its schema demands is CATALOG_INVALID', async () => {
    await assert.rejects(serve({ extension: `${EXTENSION} extend type Image { group: String! }` }), {
      code: 'CATALOG_INVALID',
    });
  });

  test('with a value that its schema does not know is CATALOG_INVALID', async () => {
    await assert.rejects(serve({ extension: 'type Image { beamline: String }' }), {
      code: 'CATALOG_INVALID',
      hint: 'Did you mean beamline?',
    });
  });
});

describe('a catalog that is not valid is refused with file, line and column', () => {
  const image = (lines: string) => `facility: esrf\nimages:\n  - repository: a/b\n    tag: "1"\n${lines}`;
  const cases: Record<string, readonly [text: string, place: string, message: RegExp]> = {
    'an unknown field': [image('    licence: MIT\n'), ':5:14', /no field licence/],
    'an unknown sharing': [image('    sharing: public\n'), ':5:14', /sharing/],
    'an unknown condition': [
      image('    conditions:\n      - kind: embargo\n'),
      ':6:15',
      /conditions\[0\]\.kind/,
    ],
    'a version that YAML reads as a number': [
      image('    frameworks:\n      - name: relion\n        version: 3.10\n'),
      ':7:18',
      /quotes/,
    ],
    'a group that is no URN': [image('    groups: [em]\n'), ':5:14', /AARC-G069/],
    'no digest and no tag': ['facility: esrf\nimages:\n  - repository: a/b\n', ':3:5', /digest or a tag/],
    'one id twice': [
      image('  - repository: a/b\n    tag: "1"\n'),
      ':5:5',
      /another image with the id a\/b:1/,
    ],
    'YAML that does not parse': ['facility: esrf\nimages: [\n', ':', /not YAML/],
  };
  for (const [what, [text, place, message]] of Object.entries(cases)) {
    test(what, async () => {
      await assert.rejects(catalog(text), (error: Error & { code?: string; at?: string }) => {
        assert.equal(error.code, 'CATALOG_INVALID');
        assert.match(error.message, message);
        assert.ok(error.at?.includes(`catalog.yaml${place}`), error.at);
        return true;
      });
    });
  }

  test('all mistakes at once', async () => {
    const text = '{"repository": "a/b", "tag": 1}\nnot json\n{"repository": "c/d", "tag": "1"}\n';
    await assert.rejects(catalog(text, 'lines.ndjson', 'esrf'), (error: Error) => {
      assert.match(error.message, /lines\.ndjson:1:1: tag: must be text/);
      assert.match(error.message, /lines\.ndjson:2:1: the line is not JSON/);
      assert.doesNotMatch(error.message, /:3:/);
      return true;
    });
  });

  test('a file that does not name its facility', async () => {
    await assert.rejects(catalog('[]', 'list.json'), { code: 'CATALOG_INVALID' });
    assert.equal((await catalog('[]', 'list.json', 'psi')).facility, 'psi');
    await assert.rejects(catalog(ESRF, 'catalog.yaml', 'psi'), { code: 'CATALOG_INVALID' });
  });

  test('a file that is not there', async () => {
    await assert.rejects(loadRegistryCatalog(join(folder, 'none.yaml')), { code: 'CATALOG_INVALID' });
  });
});

test('a taken port is PORT_TAKEN', async () => {
  const holder = createServer();
  await new Promise<void>((resolve) => holder.listen(0, '127.0.0.1', resolve));
  closing.push(() => new Promise((resolve) => holder.close(() => resolve())));
  await assert.rejects(serve({ port: (holder.address() as AddressInfo).port }), { code: 'PORT_TAKEN' });
});
