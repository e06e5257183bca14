// What is handed over through the door: gzip JSON, once, to the origin that the credential is for.
import assert from 'node:assert/strict';
import type { IncomingHttpHeaders, RequestListener } from 'node:http';
import { afterEach, describe, test } from 'node:test';
import { gunzipSync, gzipSync } from 'node:zlib';
import { createHttpClient } from '../../src/network/create-http-client.ts';
import { Credential } from '../../src/network/credential.ts';
import type { Delivered, HttpClient } from '../../src/network/http-client.ts';
import { startHttpServer } from '../support/http-server.ts';

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  await Promise.all(closing.splice(0).map((close) => close()));
});

function httpClient(): HttpClient {
  const made = createHttpClient({ headersTimeout: 500, bodyTimeout: 500 });
  closing.push(() => made.close());
  return made;
}

async function server(listener: RequestListener): Promise<string> {
  const { origin, close } = await startHttpServer(listener);
  closing.push(close);
  return `${origin}/logs?to=all`;
}

const gzip = gzipSync('[{"a":1}]');
const { signal } = new AbortController();

describe('what is handed over through the door', () => {
  test('is one POST of gzip JSON with the credential', async () => {
    const seen: { method: string; url: string; headers: IncomingHttpHeaders; body: string }[] = [];
    const url = await server(async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk);
      const body = gunzipSync(Buffer.concat(chunks)).toString();
      seen.push({ method: request.method ?? '', url: request.url ?? '', headers: request.headers, body });
      response.writeHead(204).end();
    });
    assert.equal(
      await httpClient().deliver({ url, gzip, credential: Credential.for(url, 's3cret'), signal }),
      'taken',
    );
    assert.equal(seen.length, 1);
    const [{ method, url: path, headers, body }] = seen as [(typeof seen)[0]];
    assert.deepEqual([method, path, body], ['POST', '/logs?to=all', '[{"a":1}]']);
    assert.equal(headers['content-encoding'], 'gzip');
    assert.equal(headers['content-type'], 'application/json');
    assert.equal(headers.authorization, 'Bearer s3cret');
  });

  test('is taken whatever else the answer says, and though the rest of it never comes', async () => {
    const html = await server((_, response) => response.end('<p>thank you'));
    const stuck = await server((_, response) => response.writeHead(200, { 'content-length': 9 }).write('x'));
    const endless = await server((_, response) => {
      response.on('error', () => {});
      const more = setInterval(() => response.write(Buffer.alloc(65_536)), 1);
      response.on('close', () => clearInterval(more));
    });
    for (const url of [html, stuck, endless]) {
      assert.equal(await httpClient().deliver({ url, gzip, signal }), 'taken');
    }
  });

  for (const [status, delivered] of [
    [413, 'large'],
    [400, 'refused'],
    [415, 'refused'],
    [422, 'refused'],
  ] satisfies [number, Delivered][]) {
    test(`is ${delivered} where the server says ${status}`, async () => {
      const url = await server((_, response) => response.writeHead(status).end());
      assert.equal(await httpClient().deliver({ url, gzip, signal }), delivered);
    });
  }

  for (const [status, code] of [
    [302, 'SOURCE_REDIRECTED'],
    [401, 'SOURCE_REFUSED'],
    [404, 'SOURCE_HTTP_STATUS'],
    [429, 'SOURCE_HTTP_STATUS'],
    [503, 'SOURCE_HTTP_STATUS'],
  ] as const) {
    test(`is not taken at ${status}, and not sent again by the door`, async () => {
      let requests = 0;
      const url = await server((_, response) => {
        requests += 1;
        response.writeHead(status, { location: '/elsewhere' }).end();
      });
      await assert.rejects(httpClient().deliver({ url, gzip, signal }), { code });
      assert.equal(requests, 1);
    });
  }

  test('is not sent where the credential is for another origin', async () => {
    let requests = 0;
    const url = await server((_, response) => {
      requests += 1;
      response.end();
    });
    const credential = Credential.for('https://logs.example', 's3cret');
    await assert.rejects(httpClient().deliver({ url, gzip, credential, signal }), { code: 'INTERNAL' });
    assert.equal(requests, 0);
  });

  test('is refused by a door that was closed', async () => {
    const closed = httpClient();
    await closed.close();
    await assert.rejects(closed.deliver({ url: 'http://127.0.0.1:9/', gzip, signal }), {
      code: 'SOURCE_UNAVAILABLE',
    });
  });
});
