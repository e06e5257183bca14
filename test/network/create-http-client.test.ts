import assert from 'node:assert/strict';
import type { RequestListener } from 'node:http';
import { afterEach, describe, test } from 'node:test';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { type ErrorCode, FederationError } from '../../src/model/errors.ts';
import { createHttpClient, type HttpClientOptions } from '../../src/network/create-http-client.ts';
import { Credential } from '../../src/network/credential.ts';
import type { HttpClient, HttpRequest } from '../../src/network/http-client.ts';
import {
  type BadRegistry,
  type BadRegistryOptions,
  type Misbehaviour,
  startBadRegistry,
} from '../support/bad-registry.ts';
import { clockOf } from '../support/clock.ts';
import { startHttpServer } from '../support/http-server.ts';

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  await Promise.all(closing.splice(0).map((close) => close()));
});

function httpClient(options: HttpClientOptions = {}): HttpClient {
  const made = createHttpClient({ backoff: { retries: 0 }, ...options });
  closing.push(() => made.close());
  return made;
}

async function bad(misbehaviour: Misbehaviour, options: BadRegistryOptions = {}): Promise<BadRegistry> {
  const registry = await startBadRegistry(misbehaviour, options);
  closing.push(() => registry.close());
  return registry;
}

async function server(listener: RequestListener): Promise<string> {
  const { origin, close } = await startHttpServer(listener);
  closing.push(close);
  return `${origin}/`;
}

const request = (url: string, more: Partial<HttpRequest> = {}): HttpRequest => ({
  purpose: 'crawl',
  url,
  body: { query: '{ __typename }' },
  signal: AbortSignal.timeout(60_000),
  maxBytes: 1_048_576,
  ...more,
});

/** The error's message is panfed's own: nothing that the other side wrote is in it. */
async function fails(asked: Promise<unknown>, code: ErrorCode): Promise<FederationError> {
  const error = await asked.then(
    () => assert.fail('it did not fail'),
    (thrown: unknown) => thrown,
  );
  assert.ok(error instanceof FederationError, String(error));
  assert.equal(error.code, code, error.message);
  assert.doesNotMatch(`${error.message} ${error.hint}`, /secret|Maintenance|127\.0\.0\.1/);
  return error;
}

describe('what is wrong with an answer is one code, in our words', () => {
  const cases: readonly (readonly [Misbehaviour, ErrorCode])[] = [
    ['html', 'SOURCE_MALFORMED'],
    ['error 500', 'SOURCE_HTTP_STATUS'],
    ['unavailable 503', 'SOURCE_HTTP_STATUS'],
    ['unauthorized', 'SOURCE_REFUSED'],
    ['half a body', 'SOURCE_UNAVAILABLE'],
    ['broken connection', 'SOURCE_UNAVAILABLE'],
    ['endless body', 'SOURCE_TOO_LARGE'],
    ['gzip bomb', 'SOURCE_TOO_LARGE'],
    ['brotli bomb', 'SOURCE_TOO_LARGE'],
    ['broken gzip', 'SOURCE_MALFORMED'],
    ['deep json', 'SOURCE_MALFORMED'],
    ['not json', 'SOURCE_MALFORMED'],
    ['redirect', 'SOURCE_REDIRECTED'],
  ];
  for (const [misbehaviour, code] of cases) {
    test(`${misbehaviour} is ${code}`, async () => {
      const { url } = await bad(misbehaviour);
      await fails(httpClient().json(request(url)), code);
    });
  }

  test('a refused connection is SOURCE_UNAVAILABLE', async () => {
    const { url, close } = await startBadRegistry('none');
    await close();
    const error = await fails(httpClient().json(request(url)), 'SOURCE_UNAVAILABLE');
    assert.equal(error.message, 'the server refused the connection');
  });

  test('no headers in time is SOURCE_TIMEOUT', async () => {
    const { url } = await bad('slow');
    const error = await fails(httpClient({ headersTimeout: 60 }).json(request(url)), 'SOURCE_TIMEOUT');
    assert.equal(error.message, 'no answer in time');
  });

  test('a pause within the body is SOURCE_TIMEOUT', async () => {
    const url = await server((_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.write('{');
    });
    const error = await fails(httpClient({ bodyTimeout: 60 }).json(request(url)), 'SOURCE_TIMEOUT');
    assert.equal(error.message, 'the answer paused for too long');
  });

  test('a body that never pauses and never ends obeys the deadline', async () => {
    const { url } = await bad('dripping body');
    const error = await fails(
      httpClient().json(request(url, { signal: AbortSignal.timeout(1_000) })),
      'SOURCE_TIMEOUT',
    );
    assert.equal(error.message, 'the deadline passed before the answer was complete');
  });

  test('what the other side wrote is in the cause, bounded', async () => {
    const url = await server((_request, response) => {
      response.writeHead(418).end('x'.repeat(100_000));
    });
    const { cause } = await fails(httpClient().json(request(url)), 'SOURCE_HTTP_STATUS');
    assert.ok(cause instanceof Error);
    assert.equal(cause.message, 'x'.repeat(1_024));
  });

  test('a coding that was not asked for is SOURCE_MALFORMED', async () => {
    const url = await server((_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip, gzip' });
      response.end(gzipSync(gzipSync('{}')));
    });
    await fails(httpClient().json(request(url)), 'SOURCE_MALFORMED');
  });

  test('bytes that are not UTF-8 are SOURCE_MALFORMED', async () => {
    const url = await server((_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json' }).end(Buffer.from([0x22, 0xff, 0x22]));
    });
    await fails(httpClient().json(request(url)), 'SOURCE_MALFORMED');
  });
});

describe('a body within its bounds is read', () => {
  const text = JSON.stringify({ data: { brackets: '[[[{"\\"{' } });
  const codings = {
    identity: (plain: string) => plain,
    gzip: gzipSync,
    deflate: deflateSync,
    br: brotliCompressSync,
  };
  for (const [coding, encode] of Object.entries(codings)) {
    test(`as ${coding}, and its bytes are counted after decompression`, async () => {
      const url = await server((_request, response) => {
        response.writeHead(200, {
          'content-type': 'application/json; charset=utf-8',
          'content-encoding': coding,
        });
        response.end(encode(text));
      });
      const answer = await httpClient().json(request(url, { maxBytes: text.length }));
      assert.deepEqual(answer.body, JSON.parse(text));
      assert.equal(answer.bytes, text.length);
      await fails(httpClient().json(request(url, { maxBytes: text.length - 1 })), 'SOURCE_TOO_LARGE');
    });
  }

  test('of any JSON media type', async () => {
    const url = await server((_request, response) => {
      response.writeHead(200, { 'content-type': 'application/jwk-set+json' }).end('{"keys":[]}');
    });
    const answer = await httpClient().json({
      purpose: 'issuerKeys',
      url,
      signal: AbortSignal.timeout(60_000),
      maxBytes: 100,
    });
    assert.deepEqual(answer.body, { keys: [] });
  });
});

describe('a credential', () => {
  test('goes to its own origin', async () => {
    const registry = await bad('none');
    const credential = Credential.for(registry.url, 'lab-token');
    await httpClient().json(request(registry.url, { credential }));
    assert.deepEqual(
      registry.arrivals.map(({ authorization }) => authorization),
      ['Bearer lab-token'],
    );
  });

  test('is not sent to another origin, nor is the request', async () => {
    const registry = await bad('none');
    const credential = Credential.for('http://other.example/', 'lab-token');
    await assert.rejects(httpClient().json(request(registry.url, { credential })), { code: 'INTERNAL' });
    assert.equal(registry.arrivals.length, 0);
  });

  test('does not follow a redirect: the other host hears nothing', async () => {
    const other = await bad('none');
    const registry = await bad('redirect', { elsewhere: other.url });
    const credential = Credential.for(registry.url, 'lab-token');
    await fails(
      httpClient({ backoff: { retries: 2 } }).json(request(registry.url, { credential })),
      'SOURCE_REDIRECTED',
    );
    assert.equal(registry.arrivals.length, 1);
    assert.equal(other.arrivals.length, 0);
  });

  test('cannot be smuggled in as a header', async () => {
    const registry = await bad('none');
    const headers = { Authorization: 'Bearer lab-token' };
    await assert.rejects(httpClient().json(request(registry.url, { headers })), { code: 'INTERNAL' });
    assert.equal(registry.arrivals.length, 0);
  });

  test('shows in no JSON', () => {
    assert.doesNotMatch(JSON.stringify(Credential.for('http://a.example', 'lab-token')), /lab-token/);
  });

  test('with a line break is CONFIG_INVALID', () => {
    assert.throws(() => Credential.for('http://a.example', 'a\r\nx: y'), { code: 'CONFIG_INVALID' });
  });
});

describe('a retry', () => {
  const patient: HttpClientOptions = { backoff: { retries: 2, first: 1, max: 5 } };

  test('mends a connection that broke, if asking twice does no harm', async () => {
    const registry = await bad('broken connection', { failures: 2 });
    const answer = await httpClient(patient).json(request(registry.url, { idempotent: true }));
    assert.equal(answer.status, 200);
    assert.equal(registry.arrivals.length, 3);
  });

  test('is not made for a POST that is not declared idempotent', async () => {
    const registry = await bad('broken connection', { failures: 1 });
    await fails(httpClient(patient).json(request(registry.url)), 'SOURCE_UNAVAILABLE');
    assert.equal(registry.arrivals.length, 1);
  });

  test('ends after the last', async () => {
    const registry = await bad('unavailable 503');
    await fails(httpClient(patient).json(request(registry.url, { idempotent: true })), 'SOURCE_HTTP_STATUS');
    assert.equal(registry.arrivals.length, 3);
  });

  test('is not made for an answer that would be the same again', async () => {
    for (const misbehaviour of ['html', 'error 500', 'unauthorized', 'gzip bomb'] as const) {
      const registry = await bad(misbehaviour);
      await assert.rejects(httpClient(patient).json(request(registry.url, { idempotent: true })));
      assert.equal(registry.arrivals.length, 1, misbehaviour);
    }
  });

  test('does not outlast the deadline', async () => {
    const registry = await bad('broken connection');
    const lasting = httpClient({
      backoff: { retries: 9, first: 60_000, max: 60_000, random: () => 1 },
    });
    const asked = request(registry.url, { idempotent: true, signal: AbortSignal.timeout(2_000) });
    await fails(lasting.json(asked), 'SOURCE_TIMEOUT');
    assert.equal(registry.arrivals.length, 1);
  });
});

describe('a circuit breaker', () => {
  test('opens after failures in a row, leaves the server alone, and lets one request try', async () => {
    let now = 0;
    const registry = await bad('error 500');
    const guarded = httpClient({
      breaker: { threshold: 2, coolDown: 1_000 },
      clock: clockOf(() => now),
    });
    await fails(guarded.json(request(registry.url)), 'SOURCE_HTTP_STATUS');
    await fails(guarded.json(request(registry.url)), 'SOURCE_HTTP_STATUS');
    await fails(guarded.json(request(registry.url)), 'CIRCUIT_OPEN');
    assert.equal(registry.arrivals.length, 2);

    now = 1_000;
    await fails(guarded.json(request(registry.url)), 'SOURCE_HTTP_STATUS');
    await fails(guarded.json(request(registry.url)), 'CIRCUIT_OPEN');
    assert.equal(registry.arrivals.length, 3);

    now = 2_000;
    registry.misbehaviour = 'none';
    const [first, second] = await Promise.allSettled([
      guarded.json(request(registry.url)),
      guarded.json(request(registry.url)),
    ]);
    assert.equal(first.status, 'fulfilled');
    assert.equal(second.status, 'rejected');
    await guarded.json(request(registry.url));
    assert.equal(registry.arrivals.length, 5);
  });

  test('lets a request that it does not admit again fail with what the server failed with', async () => {
    const registry = await bad('error 500');
    const guarded = httpClient({
      backoff: { retries: 1, first: 1 },
      breaker: { threshold: 1, coolDown: 60_000 },
    });
    await fails(guarded.json(request(registry.url, { idempotent: true })), 'SOURCE_HTTP_STATUS');
    await fails(guarded.json(request(registry.url)), 'CIRCUIT_OPEN');
    assert.equal(registry.arrivals.length, 1);
  });

  test('does not open for answers that are merely wrong, nor for callers who leave', async () => {
    const registry = await bad('html');
    const guarded = httpClient({ breaker: { threshold: 1, coolDown: 1_000 } });
    await fails(guarded.json(request(registry.url)), 'SOURCE_MALFORMED');
    registry.misbehaviour = 'slow';
    const controller = new AbortController();
    const left = guarded.json(request(registry.url, { signal: controller.signal }));
    setTimeout(() => controller.abort(), 30);
    await fails(left, 'SOURCE_UNAVAILABLE');
    registry.misbehaviour = 'none';
    await guarded.json(request(registry.url));
  });

  test('belongs to one origin', async () => {
    const [broken, well] = [await bad('error 500'), await bad('none')];
    const guarded = httpClient({ breaker: { threshold: 1, coolDown: 60_000 } });
    await fails(guarded.json(request(broken.url)), 'SOURCE_HTTP_STATUS');
    await fails(guarded.json(request(broken.url)), 'CIRCUIT_OPEN');
    assert.equal((await guarded.json(request(well.url))).status, 200);
  });

  test('belongs to one purpose: a lab’s own fields and keys that fail do not affect a crawl of that origin', async () => {
    let status = 500;
    const url = await server((_request, response) => {
      response.writeHead(status, { 'content-type': 'application/json' }).end('{}');
    });
    const guarded = httpClient({ breaker: { threshold: 1, coolDown: 60_000 } });
    for (const purpose of ['extension', 'issuerKeys'] as const) {
      await fails(guarded.json(request(url, { purpose })), 'SOURCE_HTTP_STATUS');
      await fails(guarded.json(request(url, { purpose })), 'CIRCUIT_OPEN');
    }
    const signal = AbortSignal.timeout(60_000);
    await fails(guarded.deliver({ url, gzip: gzipSync('[]'), signal }), 'SOURCE_HTTP_STATUS');
    await fails(guarded.deliver({ url, gzip: gzipSync('[]'), signal }), 'CIRCUIT_OPEN');
    status = 200;
    assert.equal((await guarded.json(request(url))).status, 200);
  });
});

test('a lab’s own fields that the server delays take no connection of a crawl', async () => {
  let held = 0;
  const url = await server((request, response) => {
    if (request.headers['x-held'] !== undefined) held += 1;
    else response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
  });
  const busy = httpClient();
  const stop = new AbortController();
  const more = { purpose: 'extension', headers: { 'x-held': '1' }, signal: stop.signal } as const;
  const waiting = Array.from({ length: 20 }, () => busy.json(request(url, more)));
  const ended = Promise.allSettled(waiting);
  assert.equal((await busy.json(request(url))).status, 200);
  assert.ok(held <= 4, `${held} at once`);
  stop.abort();
  await ended;
});

test('a closed client sends nothing, and ends what is under way', async () => {
  const registry = await bad('slow');
  const closed = createHttpClient();
  const pending = fails(closed.json(request(registry.url)), 'SOURCE_UNAVAILABLE');
  while (registry.arrivals.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  await closed.close();
  await pending;
  await fails(closed.json(request(registry.url)), 'SOURCE_UNAVAILABLE');
});

test('only http and https addresses without a secret in them are asked', async () => {
  for (const url of ['file:///etc/passwd', 'http://user:secret@127.0.0.1/', 'nowhere']) {
    await assert.rejects(httpClient().json(request(url)), { code: 'CONFIG_INVALID' }, url);
  }
});
