import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { RequestListener, ServerResponse } from 'node:http';
import { describe, type TestContext, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { ANY_ADDRESS } from '../../src/network/connection.ts';
import { createHttpClient, type HttpClientOptions } from '../../src/network/create-http-client.ts';
import { SecretForm } from '../../src/network/credential.ts';
import type { BytesRequest, HttpClient } from '../../src/network/http-client.ts';
import { startHttpServer } from '../support/http-server.ts';

function httpClient(context: TestContext, options: HttpClientOptions = {}): HttpClient {
  const client = createHttpClient({ backoff: { retries: 0 }, ...options });
  context.after(() => client.close());
  return client;
}

async function server(context: TestContext, listener: RequestListener): Promise<string> {
  const { origin, close } = await startHttpServer(listener);
  context.after(close);
  return `${origin}/`;
}

const request = (url: string, more: Partial<BytesRequest> = {}): BytesRequest => ({
  purpose: 'crawl',
  url,
  signal: AbortSignal.timeout(30_000),
  maxBytes: 1_024,
  ...more,
});

describe('bytes', () => {
  test('are given as they were sent, of whatever media type, and asked for without a coding', async (context) => {
    const sent = Buffer.from([0, 255, 13, 10, 0x7b]);
    let coding: unknown;
    const url = await server(context, ({ headers }, response) => {
      coding = headers['accept-encoding'];
      response.writeHead(200, { 'content-type': 'text/html', 'docker-content-digest': 'sha256:0' }).end(sent);
    });
    const answer = await httpClient(context).bytes(request(url));
    assert.deepEqual(answer.bytes, sent);
    assert.equal(answer.headers['docker-content-digest'], 'sha256:0');
    assert.equal(coding, 'identity');
  });

  test('with a content coding are malformed, since their digest is of others', async (context) => {
    const url = await server(context, (_request, response) => {
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync('{}'));
    });
    await assert.rejects(httpClient(context).bytes(request(url)), { code: 'SOURCE_MALFORMED' });
  });

  test('beyond the bound are too large', async (context) => {
    const url = await server(context, (_request, response) => response.end(Buffer.alloc(1_025)));
    await assert.rejects(httpClient(context).bytes(request(url)), { code: 'SOURCE_TOO_LARGE' });
    const within = await httpClient(context).bytes(request(url, { maxBytes: 1_025 }));
    assert.equal(within.bytes.length, 1_025);
  });

  test('of a HEAD are none, and its connection is used again', async (context) => {
    const ports = new Set<number | undefined>();
    const url = await server(context, ({ socket }, response) => {
      ports.add(socket.remotePort);
      response.writeHead(200, { 'content-length': 7_000 }).end();
    });
    const client = httpClient(context).isolated({ atOnce: 1, reach: () => ANY_ADDRESS });
    for (let count = 0; count < 5; count += 1) {
      const answer = await client.bytes(request(url, { method: 'HEAD' }));
      assert.deepEqual([answer.bytes.length, answer.headers['content-length']], [0, '7000']);
    }
    assert.equal(ports.size, 1);
  });

  test('of a body that breaks off are unavailable, and never half', async (context) => {
    const url = await server(context, (_request, response) => {
      response.writeHead(200, { 'content-length': 10 });
      response.write('half', () => response.destroy());
    });
    await assert.rejects(httpClient(context).bytes(request(url)), { code: 'SOURCE_UNAVAILABLE' });
  });
});

describe('a status', () => {
  test('that was chosen is an answer with the beginning of its body, and does not trip the breaker', async (context) => {
    let status = 429;
    const url = await server(context, (_request, response) => response.writeHead(status).end('slow down'));
    const client = httpClient(context, { breaker: { threshold: 1, coolDown: 60_000 } });
    for (status of [429, 401, 403, 404, 405, 406, 410, 416, 307]) {
      const answer = await client.bytes(request(url, { statuses: [status] }));
      assert.deepEqual([answer.status, answer.bytes.length, answer.excerpt], [status, 0, 'slow down']);
    }
  });

  test('that was not chosen is a failure', async (context) => {
    let status = 404;
    const url = await server(context, (_request, response) => response.writeHead(status).end());
    const client = httpClient(context);
    await assert.rejects(client.bytes(request(url)), { code: 'SOURCE_HTTP_STATUS' });
    status = 401;
    await assert.rejects(client.bytes(request(url, { statuses: [404] })), { code: 'SOURCE_REFUSED' });
    status = 302;
    await assert.rejects(client.bytes(request(url)), { code: 'SOURCE_REDIRECTED' });
  });
});

describe('a form', () => {
  test('is posted once, to its origin alone', async (context) => {
    const bodies: string[] = [];
    const url = await server(context, async (incoming, response) => {
      let body = '';
      for await (const chunk of incoming) body += chunk;
      bodies.push(`${incoming.method} ${incoming.headers['content-type']} ${body}`);
      response.writeHead(503).end();
    });
    const client = httpClient(context, { backoff: { retries: 2, first: 1 } });
    await assert.rejects(client.bytes(request(url, { form: SecretForm.for(url, { a: 'b c' }) })), {
      code: 'SOURCE_HTTP_STATUS',
    });
    await assert.rejects(
      client.bytes(request(url, { form: SecretForm.for('https://other.org', { a: 'b' }) })),
      {
        code: 'INTERNAL',
      },
    );
    assert.deepEqual(bodies, ['POST application/x-www-form-urlencoded a=b+c']);
  });
});

describe('what is called before an attempt', () => {
  test('is called before each retry as well, and ends the request', async (context) => {
    let requests = 0;
    const url = await server(context, (_request, response) => {
      requests += 1;
      response.writeHead(503).end();
    });
    const client = httpClient(context, { backoff: { retries: 5, first: 1 } });
    let admitted = 0;
    const beforeAttempt = async () => {
      admitted += 1;
      if (admitted === 3) throw new Error('enough');
    };
    await assert.rejects(client.bytes(request(url, { beforeAttempt })), { message: 'enough' });
    assert.deepEqual([requests, admitted], [2, 3]);
  });
});

describe('an isolated client', () => {
  test('sends at most so many requests to an origin at once', async (context) => {
    const waiting: ServerResponse[] = [];
    let most = 0;
    const url = await server(context, (_request, response) => {
      waiting.push(response);
      most = Math.max(most, waiting.length);
      setTimeout(() => waiting.splice(waiting.indexOf(response), 1)[0]?.end(), 20);
    });
    const client = httpClient(context).isolated({ atOnce: 3, reach: () => ANY_ADDRESS });
    await Promise.all(Array.from({ length: 12 }, () => client.bytes(request(url))));
    assert.equal(most, 3);
  });

  test('has circuit breakers of its own', async (context) => {
    let status = 500;
    const url = await server(context, (_request, response) => response.writeHead(status).end());
    const parent = httpClient(context, { breaker: { threshold: 1, coolDown: 60_000 } });
    const [one, other] = [parent, parent].map((each) =>
      each.isolated({ atOnce: 1, reach: () => ANY_ADDRESS }),
    );
    await assert.rejects(one!.bytes(request(url)), { code: 'SOURCE_HTTP_STATUS' });
    await assert.rejects(one!.bytes(request(url)), { code: 'CIRCUIT_OPEN' });
    status = 200;
    assert.equal((await other!.bytes(request(url))).status, 200);
    assert.equal((await parent.bytes(request(url))).status, 200);
  });

  test('is closed with the client that it is of', async (context) => {
    const arrived: ServerResponse[] = [];
    const started = new EventTarget();
    const url = await server(context, (_request, response) => {
      arrived.push(response);
      started.dispatchEvent(new Event('request'));
    });
    const parent = httpClient(context);
    const client = parent.isolated({ atOnce: 1, reach: () => ANY_ADDRESS });
    const arrival = once(started, 'request');
    const asked = assert.rejects(client.bytes(request(url)), { code: 'SOURCE_UNAVAILABLE' });
    await arrival;
    await parent.close();
    await asked;
    await assert.rejects(client.bytes(request(url)), { code: 'SOURCE_UNAVAILABLE' });
    assert.equal(arrived.length, 1);
  });
});
