// /graphql over HTTP: what is no request of GraphQL, persisted queries, the schema and GraphiQL.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import {
  buildClientSchema,
  buildSchema,
  getIntrospectionQuery,
  type IntrospectionQuery,
  lexicographicSortSchema,
  printSchema,
} from 'graphql';
import { answered, configOf, type RunningGateway, startGateway } from '../support/gateway.ts';
import { startRegistry, type TestRegistry } from '../support/registry.ts';

const JSON_TYPE = { 'content-type': 'application/json' };
/** What a page of another site cannot add without asking first. */
const PREFLIGHTED = { 'graphql-require-preflight': '1' };
const QUERY = JSON.stringify({ query: '{ __typename }' });

let registry: TestRegistry;
let gateway: RunningGateway;

before(async () => {
  registry = await startRegistry('esrf', []);
  const facilities = [
    {
      id: 'esrf',
      name: 'ESRF',
      extension: { schema: 'catalogs/esrf.extension.graphql' },
      registries: [
        { key: 'main', kind: 'graphql' as const, url: registry.url, pull: 'registry.esrf.example' },
      ],
    },
  ];
  gateway = await startGateway(configOf({ facilities }));
});
after(async () => {
  await gateway?.close();
  await registry?.close();
});

const to = (path: string, init: RequestInit = {}): Promise<Response> => fetch(gateway.url + path, init);
const post = (body: string, headers: Record<string, string> = JSON_TYPE): Promise<Response> =>
  to('/graphql', { method: 'POST', headers, body });

async function refused(asking: Promise<Response>, status: number, code: string): Promise<Response> {
  const response = await asking;
  const answer = await answered(response);
  assert.deepEqual([answer.status, answer.errors[0]?.extensions.code], [status, code], answer.text);
  assert.equal(answer.errors.length, 1);
  return response;
}

describe('a request that is not GraphQL', () => {
  const bodies: readonly (readonly [string, string])[] = [
    ['what is not JSON', '{'],
    ['null', 'null'],
    ['no query', '{}'],
    ['a batch', `[${QUERY},${QUERY}]`],
    ['a batch of one', `[${QUERY}]`],
    ['an unknown parameter', '{"query":"{ __typename }","querry":"{ __typename }"}'],
    ['a query that is no text', '{"query":{"a":1}}'],
    ['variables that are no object', '{"query":"{ __typename }","variables":[1]}'],
    ['the name of an operation that is not there', '{"query":"query A { __typename }","operationName":"B"}'],
  ];
  for (const [name, body] of bodies) {
    test(`${name} is 400`, async () => {
      const response = await post(body);
      const { errors, status } = await answered(response);
      assert.deepEqual([status, errors.length], [400, 1]);
      assert.match(errors[0]?.extensions.code ?? '', /^BAD_(REQUEST|INPUT)$/);
      assert.deepEqual(Object.keys(errors[0]?.extensions ?? {}), ['code'], 'nothing of the parser is told');
    });
  }

  for (const type of [
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'text/plain',
    'application/graphql',
    'text/plain; application/json',
    '',
  ]) {
    test(`a POST of ${type || 'no content type'} is 415`, async () => {
      // Bytes have no content type of their own, where text would be given one.
      const body = new TextEncoder().encode(QUERY);
      const headers = type === '' ? {} : { 'content-type': type };
      const asking = to('/graphql', { method: 'POST', headers, body });
      await refused(asking, 415, 'UNSUPPORTED_MEDIA_TYPE');
    });
  }

  test('a POST of JSON with a parameter, in any case, is answered', async () => {
    for (const type of ['Application/JSON; charset=utf-8', 'application/json ;charset=utf-8']) {
      assert.equal((await post(QUERY, { 'content-type': type })).status, 200, type);
    }
  });

  test('variables of a GET that are not JSON are 400', async () => {
    const query = `query=${encodeURIComponent('{ __typename }')}`;
    for (const name of ['variables', 'extensions']) {
      const asking = to(`/graphql?${query}&${name}=%7B`, { headers: PREFLIGHTED });
      await refused(asking, 400, 'BAD_REQUEST');
    }
    assert.equal((await to(`/graphql?${query}&variables=`, { headers: PREFLIGHTED })).status, 200);
  });

  test('http-details: an Accept without JSON is 406 with a code', async () => {
    for (const accept of ['text/plain', 'text/event-stream', 'multipart/mixed', 'application/json;q=0']) {
      await refused(post(QUERY, { ...JSON_TYPE, accept }), 406, 'NOT_ACCEPTABLE');
    }
  });

  test('an Accept with JSON and a stream is answered with JSON, which nobody caches', async () => {
    for (const [accept, type] of [
      ['text/event-stream, application/json', 'application/json'],
      [
        'multipart/mixed;deferSpec=20220824, application/graphql-response+json',
        'application/graphql-response+json',
      ],
      ['*/*', 'application/json'],
    ] as const) {
      const { status, headers } = await post(QUERY, { ...JSON_TYPE, accept });
      assert.equal(status, 200, accept);
      assert.match(headers.get('content-type') ?? '', new RegExp(`^${type.replaceAll('+', '\\+')};`));
      assert.equal(headers.get('cache-control'), 'no-store');
    }
  });

  test('a mutation by GET is 405 and says which method there is', async () => {
    const asking = to('/graphql?query=mutation%7Ba%7D', { headers: PREFLIGHTED });
    assert.equal((await refused(asking, 405, 'METHOD_NOT_ALLOWED')).headers.get('allow'), 'POST');
  });

  test('another method is 405 and says which there are', async () => {
    for (const method of ['PUT', 'DELETE', 'PATCH', 'OPTIONS']) {
      const response = await refused(to('/graphql', { method }), 405, 'METHOD_NOT_ALLOWED');
      assert.equal(response.headers.get('allow'), 'GET, POST');
    }
    assert.equal((await to('/graphql', { method: 'HEAD' })).status, 405);
    await refused(to('/schema.graphql', { method: 'POST' }), 405, 'METHOD_NOT_ALLOWED');
    await refused(to('/', { method: 'POST' }), 405, 'METHOD_NOT_ALLOWED');
  });

  test('http-details: an unknown path is 404 by any method, and the hint names the known ones', async () => {
    for (const path of ['/nothing', '/graphql/', '/graphql/../etc/passwd', '//graphql', '/GraphQL']) {
      await refused(to(path), 404, 'NOT_FOUND');
    }
    for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS']) {
      const response = await to('/graphql/', { method, headers: JSON_TYPE });
      const { status, errors } = await answered(response);
      assert.deepEqual([status, errors[0]?.extensions.code], [404, 'NOT_FOUND'], method);
      assert.match(String(errors[0]?.extensions.hint), /GraphQL at \/graphql,/);
    }
  });

  test('http-details: a body that is compressed is 415, and the hint says to send it uncompressed', async () => {
    for (const coding of ['gzip', 'br', 'deflate', 'identity, gzip', 'GZIP']) {
      const headers = { ...JSON_TYPE, 'content-encoding': coding };
      const asking = to('/graphql', { method: 'POST', headers, body: gzipSync(QUERY) });
      const { headers: answer } = await refused(asking, 415, 'UNSUPPORTED_MEDIA_TYPE');
      assert.equal(answer.get('accept-encoding'), 'identity');
    }
    assert.equal((await post(QUERY, { ...JSON_TYPE, 'content-encoding': 'identity' })).status, 200);
  });

  test('a body in another charset than UTF-8 is 415, never read as if it were', async () => {
    for (const charset of ['utf-16le', 'ISO-8859-1', '"latin1"']) {
      const headers = { 'content-type': `application/json; charset=${charset}` };
      await refused(post(QUERY, headers), 415, 'UNSUPPORTED_MEDIA_TYPE');
    }
    for (const charset of ['UTF-8', 'utf8', '"utf-8"', 'us-ascii']) {
      assert.equal(
        (await post(QUERY, { 'content-type': `application/json; charset=${charset}` })).status,
        200,
      );
    }
  });
});

describe('an answer without data', () => {
  const NULL_ID = {
    query: 'query ($id: ID!) { node(id: $id) { id } }',
    variables: { id: null },
  };
  const questions: Readonly<Record<string, object>> = {
    'variable-error-status: a variable of a wrong value': NULL_ID,
    'an argument that is null by a default of its variable': {
      query: 'query ($no: Boolean = true) { viewer @skip(if: $no) { name } }',
      variables: { no: null },
    },
    'a kind of operation that there is not': { query: 'mutation { change }' },
    'an operation that is not named': { query: 'query A { __typename } query B { __typename }' },
    'a document that is not valid': { query: '{ nothing }' },
    'a document that costs too much': {
      query: '{ images(first: 100) { nodes { sameDigest(first: 100) { id } } } }',
    },
    'a hash without its query': { extensions: { persistedQuery: { version: 1, sha256Hash: 'ecf4' } } },
  };
  for (const [name, question] of Object.entries(questions)) {
    test(`${name} is 400 where GraphQL's own media type is asked for`, async () => {
      const accept = 'application/graphql-response+json';
      const response = await post(JSON.stringify(question), { ...JSON_TYPE, accept });
      const { status, data, errors } = await answered(response);
      assert.equal(status, 400);
      assert.ok(data == null);
      assert.equal(errors.length, 1);
    });
  }

  test('is 200 for a client of application/json that sent a well-formed request', async () => {
    const { status, errors } = await answered(await post(JSON.stringify(NULL_ID)));
    assert.deepEqual([status, errors[0]?.extensions.code], [200, 'BAD_INPUT']);
  });

  test('differs from an answer in which a field failed, which is 200', async () => {
    const accept = 'application/graphql-response+json';
    const body = JSON.stringify({
      query: '{ viewer { name } node(id: "esrf/main/x:1") { id } images(first: 0) { totalCount } }',
    });
    const { status, errors } = await answered(await post(body, { ...JSON_TYPE, accept }));
    assert.deepEqual([status, errors[0]?.extensions.code], [200, 'BAD_INPUT']);
  });
});

describe('a persisted query', () => {
  const extensions = {
    persistedQuery: { version: 1, sha256Hash: 'ecf4edb46db40b5132295c0291d62fb65d6759a9' },
  };
  const expected = [200, 'PersistedQueryNotSupported', 'PERSISTED_QUERY_NOT_SUPPORTED'];

  test('without its query is refused as Apollo’s clients expect, so that they send it', async () => {
    for (const response of [
      await post(JSON.stringify({ extensions, variables: {} })),
      await to(`/graphql?extensions=${encodeURIComponent(JSON.stringify(extensions))}`, {
        headers: PREFLIGHTED,
      }),
    ]) {
      const { status, errors, data } = await answered(response);
      assert.deepEqual([status, errors[0]?.message, errors[0]?.extensions.code], expected);
      assert.equal(data, undefined);
    }
  });

  test('that comes with its query is answered', async () => {
    const { data } = await answered(await post(JSON.stringify({ query: '{ __typename }', extensions })));
    assert.deepEqual(data, { __typename: 'Query' });
  });
});

describe('the schema', () => {
  test('/schema.graphql is what introspection shows, with the labs’ extensions', async () => {
    const response = await to('/schema.graphql');
    assert.match(response.headers.get('content-type') ?? '', /^text\/plain; charset=utf-8/);
    const sdl = await response.text();
    const { data, errors } = await gateway.ask<IntrospectionQuery>(getIntrospectionQuery());
    assert.deepEqual(errors, []);
    const sorted = (schema: Parameters<typeof printSchema>[0]): string =>
      printSchema(lexicographicSortSchema(schema));
    assert.equal(sorted(buildSchema(sdl)), sorted(buildClientSchema(data)));
    assert.match(sdl, /esrf: EsrfImage/);
    assert.match(sdl, /type EsrfImage/);
    assert.doesNotMatch(sdl, /imagesById/);
  });
});

describe('GraphiQL', () => {
  const HTML = { headers: { accept: 'text/html' } };

  test('loads two files that browsers cache for a year, compressed once', async () => {
    const html = await (await to('/graphql', HTML)).text();
    const files = [...html.matchAll(/"\.(\/graphiql-[0-9a-f]{16}\.(?:js|css))"/g)].map(
      ([, path = '']) => path,
    );
    assert.equal(files.length, 2);
    for (const path of files) {
      const response = await to(path, { headers: { 'accept-encoding': 'gzip, br' } });
      assert.equal(response.headers.get('cache-control'), 'public, max-age=31536000, immutable');
      assert.deepEqual(
        [response.headers.get('content-encoding'), response.headers.get('vary')],
        ['br', 'Accept-Encoding'],
      );
      const length = Number(response.headers.get('content-length'));
      assert.ok(length < (await response.arrayBuffer()).byteLength, path);
    }
    await refused(to('/graphiql-0123456789abcdef.js'), 404, 'NOT_FOUND');
  });

  test('is a page that runs no script but its own, and that may ask this gateway alone', async () => {
    const response = await to('/graphql?query=%7B%20facilities%20%7B%20id%20%7D%20%7D', {
      headers: { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' },
    });
    const html = await response.text();
    assert.equal(response.headers.get('content-type'), 'text/html; charset=utf-8');
    assert.ok(html.length < 2_000);
    for (const [tag = ''] of html.matchAll(/<(?:script|link|img|iframe)\b[^>]*>/g)) {
      assert.doesNotMatch(tag, /(?:src|href)="?(?:https?:)?\/\//, tag.slice(0, 200));
    }
    const policy = response.headers.get('content-security-policy') ?? '';
    assert.match(policy, /default-src 'none'/);
    assert.match(policy, /connect-src 'self';/);
    assert.match(policy, /frame-ancestors 'none'/);
    assert.match(policy, /script-src 'self' blob:;/);
    assert.doesNotMatch(policy, /https?:/);
  });
});

describe('an answer of a kilobyte or more', () => {
  const introspection = JSON.stringify({ query: getIntrospectionQuery() });
  const coded = (coding: string, body = introspection): Promise<Response> =>
    post(body, { ...JSON_TYPE, 'accept-encoding': coding });

  test('is compressed as its reader accepts, and reads the same', async () => {
    const plain = await (await coded('identity')).text();
    for (const [accepted, coding] of [
      ['gzip, deflate, br', 'br'],
      ['gzip', 'gzip'],
      ['gzip;q=1, br;q=0', 'gzip'],
      ['identity', null],
      ['zstd', null],
    ] as const) {
      const response = await coded(accepted);
      assert.equal(response.headers.get('content-encoding'), coding, accepted);
      assert.match(response.headers.get('vary') ?? '', /\bAccept-Encoding\b/);
      const length = Number(response.headers.get('content-length'));
      assert.equal(await response.text(), plain);
      assert.ok(coding === null ? length === Buffer.byteLength(plain) : length < plain.length / 5, accepted);
    }
  });

  test('is the only one: what is small is sent as it is', async () => {
    assert.equal((await coded('br', QUERY)).headers.get('content-encoding'), null);
  });
});
