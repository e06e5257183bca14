// The HTTP server as clients meet it: what it refuses before any work, and what every answer carries.
import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FederationError } from '../../src/model/errors.ts';
import { type BadRegistry, startBadRegistry } from '../support/bad-registry.ts';
import { answered, configOf, type RunningGateway, startGateway } from '../support/gateway.ts';

const ORIGIN = 'https://portal.example';
const JSON_TYPE = { 'content-type': 'application/json' };
const QUERY = JSON.stringify({ query: '{ __typename }' });

let registry: BadRegistry;
let gateway: RunningGateway;

const labs = () => [
  {
    id: 'esrf',
    name: 'ESRF',
    registries: [{ key: 'main', kind: 'graphql' as const, url: registry.url, pull: 'registry.esrf.example' }],
  },
];

before(async () => {
  registry = await startBadRegistry('none');
  gateway = await startGateway(configOf({ federation: { origins: [ORIGIN] }, facilities: labs() }));
});
after(async () => {
  await gateway?.close();
  await registry?.close();
});

const to = (path: string, init: RequestInit = {}): Promise<Response> => fetch(gateway.url + path, init);
const post = (body: string, headers: Record<string, string> = JSON_TYPE): Promise<Response> =>
  to('/graphql', { method: 'POST', headers, body });

/** What is answered to a GET of the page with these header fields, which fetch would join or refuse. */
function raw(fields: readonly string[]): Promise<string> {
  const { hostname, port, host } = new URL(gateway.url);
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname);
    let text = '';
    socket.on('data', (data) => {
      text += data.toString();
    });
    socket.on('error', reject);
    socket.on('close', () => resolve(text));
    socket.write(['GET / HTTP/1.1', `Host: ${host}`, 'Connection: close', ...fields, '', ''].join('\r\n'));
  });
}

async function refused(asking: Promise<Response>, status: number, code: string): Promise<Response> {
  const response = await asking;
  const answer = await answered(response);
  assert.deepEqual([answer.status, answer.errors[0]?.extensions.code], [status, code], answer.text);
  assert.equal(answer.errors.length, 1);
  return response;
}

describe('every answer', () => {
  const paths = [
    '/graphql',
    '/',
    '/healthz',
    '/readyz',
    '/metrics',
    '/schema.graphql',
    '/webhooks/esrf/main',
    '/nothing',
  ];
  for (const path of paths) {
    test(`${path} is cached by nobody, and its type is not guessed`, async () => {
      const { headers } = await to(path, { headers: { accept: 'application/json' } });
      assert.equal(headers.get('cache-control'), 'no-store');
      assert.match(headers.get('vary') ?? '', /^Authorization, Origin(?:, Accept-Encoding)?$/);
      assert.equal(headers.get('x-content-type-options'), 'nosniff');
      assert.equal(headers.get('referrer-policy'), 'no-referrer');
      assert.equal(headers.get('access-control-allow-origin'), null);
      assert.equal(headers.get('x-powered-by'), null);
    });
  }

  test('to an origin of the federation may be read by it, never with credentials', async () => {
    const { headers } = await post(QUERY, { ...JSON_TYPE, origin: ORIGIN });
    assert.equal(headers.get('access-control-allow-origin'), ORIGIN);
    assert.equal(headers.get('access-control-allow-credentials'), null);
  });

  test('to another origin is without CORS', async () => {
    for (const origin of [
      'https://elsewhere.example',
      'null',
      `${ORIGIN}.elsewhere.example`,
      'http://portal.example',
    ]) {
      const { headers } = await post(QUERY, { ...JSON_TYPE, origin });
      assert.deepEqual(
        [...headers.keys()].filter((name) => name.startsWith('access-control-')),
        [],
        origin,
      );
    }
  });

  test('that refuses a token may be read by the portal that sent it', async () => {
    const response = await post(QUERY, { ...JSON_TYPE, origin: ORIGIN, authorization: 'Bearer x' });
    assert.equal(response.status, 401);
    assert.equal(response.headers.get('access-control-allow-origin'), ORIGIN);
    assert.match(response.headers.get('access-control-expose-headers') ?? '', /www-authenticate/);
  });
});

describe('a bad token', () => {
  for (const authorization of [
    'Bearer x',
    'Bearer',
    'Basic dXNlcjpwYXNz',
    'Bearer a b',
    `Bearer ${'x'.repeat(20_000)}`,
  ]) {
    test(`${authorization.slice(0, 20)} (${authorization.length}) is 401 with a challenge, on every path that knows callers`, async () => {
      const headers = { ...JSON_TYPE, authorization };
      const responses = [
        post(QUERY, headers),
        to('/', { headers }),
        to('/graphql?query=%7B__typename%7D', { headers }),
      ];
      for (const asking of responses) {
        const response = await refused(asking, 401, 'UNAUTHENTICATED');
        assert.match(response.headers.get('www-authenticate') ?? '', /^Bearer realm="panfed"/);
      }
    });
  }

  test('beside another is 401, because it is not known which one is meant', async () => {
    const fields = ['Bearer x.y.z', 'Bearer x'].map((value) => `Authorization: ${value}`);
    assert.match(await raw(fields), /^HTTP\/1.1 401 .*the Authorization header does not have the form/s);
  });

  test('of excessive length is 431', async () => {
    assert.equal(
      (await post(QUERY, { ...JSON_TYPE, authorization: `Bearer ${'x'.repeat(40_000)}` })).status,
      431,
    );
  });
});

describe('time', () => {
  let patient: RunningGateway;
  before(async () => {
    patient = await startGateway(
      configOf({ facilities: labs(), limits: { requestTimeout: 1_000, deadline: 5_000 } }),
    );
  });
  after(() => patient?.close());

  test('an answer that takes too long is 408, and the connection ends', async () => {
    registry.misbehaviour = 'slow';
    const asking = fetch(`${patient.url}/graphql`, {
      method: 'POST',
      headers: JSON_TYPE,
      body: JSON.stringify({ query: '{ images { totalCount } }' }),
    });
    const response = await refused(asking, 408, 'REQUEST_TIMEOUT');
    assert.equal(response.headers.get('connection'), 'close');
    registry.misbehaviour = 'none';
  });

  for (const [name, begun] of [
    ['headers', 'POST /graphql HTTP/1.1\r\nhost: x\r\n'],
    [
      'a body',
      'POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{',
    ],
  ] as const) {
    test(`${name} sent drop by drop are not waited for`, async () => {
      const socket = connect(Number(new URL(patient.url).port), '127.0.0.1');
      let text = '';
      socket.on('data', (data) => {
        text += data.toString();
      });
      const ended = new Promise<void>((resolve) => socket.on('close', () => resolve()));
      socket.on('error', () => {});
      socket.write(begun);
      const dripping = setInterval(() => socket.write(name === 'headers' ? 'x: y\r\n' : ' '), 200);
      const waited = await Promise.race([ended.then(() => true), sleep(60_000, false, { ref: false })]);
      clearInterval(dripping);
      socket.destroy();
      assert.equal(waited, true);
      assert.match(text, /^HTTP\/1.1 408 /);
    });
  }
});

describe('the end', () => {
  test('requests under way are answered, and no new one is accepted', async () => {
    const ending = await startGateway(configOf({ facilities: labs(), limits: { deadline: 1_000 } }));
    registry.misbehaviour = 'slow';
    const arrived = registry.arrivals.length;
    const asking = ending.ask<{ images: { complete: boolean } }>('{ images { complete } }');
    while (registry.arrivals.length === arrived) await sleep(10);
    const closing = ending.close();
    assert.equal((await asking).data.images.complete, false);
    await closing;
    registry.misbehaviour = 'none';
    await assert.rejects(ending.ask('{ __typename }'));
  });

  test('a port in use is PORT_TAKEN, with a hint how to choose another', async () => {
    const config = configOf({ facilities: labs() });
    const port = Number(new URL(gateway.url).port);
    const taken = { ...config, federation: { ...config.federation, listen: { host: '127.0.0.1', port } } };
    await assert.rejects(startGateway(taken), (error: FederationError) => {
      assert.equal(error.code, 'PORT_TAKEN');
      assert.match(error.message, new RegExp(String(port)));
      assert.match(error.hint ?? '', /PORT=/);
      return true;
    });
  });
});

describe('a demo', () => {
  test('answers nobody through a proxy, on any path', async () => {
    for (const path of ['/', '/graphql', '/healthz', '/metrics', '/schema.graphql']) {
      for (const name of ['forwarded', 'x-forwarded-for', 'X-Forwarded-Host', 'x-forwarded-anything']) {
        await refused(to(path, { headers: { [name]: '' } }), 403, 'FORBIDDEN');
      }
    }
  });

  test('sees a proxy’s header also behind more headers than Node accepts by default', async () => {
    const fields = Array.from({ length: 2_100 }, (_, index) => `h${index}: 1`);
    assert.match(await raw(fields), /^HTTP\/1.1 200 /);
    assert.match(await raw([...fields, 'X-Forwarded-For: 10.0.0.1']), /^HTTP\/1.1 403 /);
  });
});
