// A bundle through the door: by its entity tag, held as long as was agreed, within bounds, from its own origin alone.
import assert from 'node:assert/strict';
import type { IncomingHttpHeaders, RequestListener } from 'node:http';
import { afterEach, describe, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { createHttpClient, type HttpClientOptions } from '../../src/network/create-http-client.ts';
import { Credential } from '../../src/network/credential.ts';
import type { HttpClient, HttpDownload } from '../../src/network/http-client.ts';
import { startHttpServer } from '../support/http-server.ts';

/** Downloads that a server holds at a time. */
const HELD = 9;

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  await Promise.all(closing.splice(0).map((close) => close()));
});

function httpClient(options: HttpClientOptions = {}): HttpClient {
  const made = createHttpClient(options);
  closing.push(() => made.close());
  return made;
}

async function server(listener: RequestListener): Promise<string> {
  const { origin, close } = await startHttpServer(listener);
  closing.push(close);
  return `${origin}/desy/bundle.tar.gz`;
}

const wanted = (url: string, more: Partial<HttpDownload> = {}): HttpDownload => ({
  url,
  etag: null,
  wait: null,
  signal: AbortSignal.timeout(20_000),
  maxBytes: 4_096,
  ...more,
});

const BUNDLE = Buffer.from('a bundle');

describe('a download', () => {
  test('gives the bytes and their entity tag, and asks for whole bundles', async () => {
    const seen: IncomingHttpHeaders[] = [];
    const url = await server(({ headers }, response) => {
      seen.push(headers);
      response.writeHead(200, { 'content-type': 'application/gzip', etag: '"one"' }).end(BUNDLE);
    });
    const { status, ...more } = await httpClient().download(wanted(url));
    assert.deepEqual([status, more], ['new', { bytes: BUNDLE, etag: '"one"', longPolls: false }]);
    const [{ prefer, authorization, 'if-none-match': condition } = {}] = seen;
    assert.deepEqual([prefer, authorization, condition], ['modes=snapshot', undefined, undefined]);
  });

  test('is unchanged where the server says so of the tag that was sent', async () => {
    const url = await server(({ headers }, response) =>
      headers['if-none-match'] === '"one"' ? response.writeHead(304).end() : response.end(BUNDLE),
    );
    assert.deepEqual(await httpClient().download(wanted(url, { etag: '"one"' })), { status: 'unchanged' });
  });

  test('is not unchanged where nothing was there', async () => {
    const url = await server((_, response) => response.writeHead(304).end());
    await assert.rejects(httpClient().download(wanted(url)), { code: 'SOURCE_HTTP_STATUS' });
  });

  test('knows by the media type that the server honors the wait', async () => {
    const type = 'application/vnd.openpolicyagent.bundles';
    const url = await server((_, response) => response.writeHead(200, { 'content-type': type }).end(BUNDLE));
    const answer = await httpClient().download(wanted(url));
    assert.equal(answer.status === 'new' && answer.longPolls, true);
  });

  test('has patience for the wait that it asked for, and for no other', async () => {
    const asked: unknown[] = [];
    const url = await server(({ headers }, response) => {
      asked.push(headers.prefer);
      setTimeout(() => response.writeHead(304).end(), 1_500);
    });
    const impatient = httpClient({ headersTimeout: 200 });
    assert.equal((await impatient.download(wanted(url, { etag: '"one"', wait: 20 }))).status, 'unchanged');
    await assert.rejects(impatient.download(wanted(url, { etag: '"one"' })), { code: 'SOURCE_TIMEOUT' });
    assert.deepEqual(asked, ['modes=snapshot;wait=20', 'modes=snapshot']);
  });

  test('that is held keeps no question to the same server waiting', async () => {
    const held: (() => void)[] = [];
    const url = await server(({ headers }, response) => {
      if (headers.prefer === undefined) {
        response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
        for (const answer of held) answer();
      } else {
        held.push(() => response.writeHead(304).end());
        if (held.length === HELD) allHeld();
      }
    });
    let allHeld = () => {};
    const all = new Promise<void>((resolve) => {
      allHeld = resolve;
    });
    // More than the connections of any other purpose.
    const busy = httpClient();
    const waiting = Array.from({ length: HELD }, () =>
      busy.download(wanted(url, { etag: '"one"', wait: 20 })),
    );
    await all;
    await busy.json({ purpose: 'crawl', url, signal: AbortSignal.timeout(20_000), maxBytes: 64 });
    assert.deepEqual(
      (await Promise.all(waiting)).map(({ status }) => status),
      Array(HELD).fill('unchanged'),
    );
  });

  test('ends when its caller ends it', async () => {
    const stop = new AbortController();
    const url = await server(() => stop.abort());
    await assert.rejects(httpClient().download(wanted(url, { signal: stop.signal, wait: 20 })), {
      code: 'SOURCE_UNAVAILABLE',
    });
  });

  test('takes the content coding off, and counts what comes out', async () => {
    const coded = (body: Buffer) =>
      server((_, response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(body)));
    const answer = await httpClient().download(wanted(await coded(BUNDLE)));
    assert.deepEqual(answer.status === 'new' && answer.bytes, BUNDLE);
    await assert.rejects(httpClient().download(wanted(await coded(Buffer.alloc(1_000_000)))), {
      code: 'SOURCE_TOO_LARGE',
    });
  });

  test('without end is ended', async () => {
    const url = await server((_, response) => {
      response.on('error', () => {});
      const more = setInterval(() => response.write(Buffer.alloc(1_024)), 1);
      response.on('close', () => clearInterval(more));
    });
    await assert.rejects(httpClient().download(wanted(url)), { code: 'SOURCE_TOO_LARGE' });
  });

  test('drops an entity tag that could not be sent back', async () => {
    const url = await server((_, response) => response.writeHead(200, { etag: '"\u00e9"' }).end(BUNDLE));
    const answer = await httpClient().download(wanted(url));
    assert.equal(answer.status === 'new' ? answer.etag : 'unchanged', null);
  });

  for (const [status, code] of [
    [204, 'SOURCE_HTTP_STATUS'],
    [206, 'SOURCE_HTTP_STATUS'],
    [301, 'SOURCE_REDIRECTED'],
    [307, 'SOURCE_REDIRECTED'],
    [403, 'SOURCE_REFUSED'],
    [404, 'SOURCE_HTTP_STATUS'],
    [503, 'SOURCE_HTTP_STATUS'],
  ] as const) {
    test(`fails at ${status}, asked once, and is told nothing that the server wrote`, async () => {
      const paths: unknown[] = [];
      const url = await server((request, response) => {
        paths.push(request.url);
        response.writeHead(status, { location: '/elsewhere' }).end(status === 204 ? '' : 'upstream words');
      });
      await assert.rejects(httpClient().download(wanted(url)), (error: Error & { code?: string }) => {
        assert.doesNotMatch(error.message, /upstream|elsewhere/);
        return error.code === code;
      });
      assert.deepEqual(paths, ['/desy/bundle.tar.gz']);
    });
  }

  test('sends the credential to its origin, and nothing at all to another', async () => {
    const seen: unknown[] = [];
    const url = await server(({ headers }, response) => {
      seen.push(headers.authorization);
      response.end(BUNDLE);
    });
    await httpClient().download(wanted(url, { credential: Credential.for(url, 's3cret') }));
    const foreign = Credential.for('https://policies.example', 's3cret');
    await assert.rejects(httpClient().download(wanted(url, { credential: foreign })), { code: 'INTERNAL' });
    assert.deepEqual(seen, ['Bearer s3cret']);
  });
});
