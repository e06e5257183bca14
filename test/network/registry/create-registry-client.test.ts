import assert from 'node:assert/strict';
import type { RequestListener, ServerResponse } from 'node:http';
import { networkInterfaces } from 'node:os';
import { describe, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { retryAfterOf } from '../../../src/network/registry/rate-limit-error.ts';
import { clockAhead } from '../../support/clock.ts';
import { startHttpServer } from '../../support/http-server.ts';
import { clientOf, recorded, request } from './world.ts';

const hasIpv6 = Object.values(networkInterfaces()).some((all) =>
  all?.some(({ address }) => address === '::1'),
);

describe('a request to a registry', () => {
  test('has the media types in order, the entity tag, and asks for no coding', async (context) => {
    const registry = await recorded(context, (_request, response) => {
      response.writeHead(304, { etag: '"abc"', 'docker-content-digest': 'sha256:0' }).end();
    });
    const client = await clientOf(context, registry.origin);
    const answer = await client.ask(
      request('/v2/a/manifests/latest', {
        accept: ['a/index', 'a/manifest'],
        ifNoneMatch: '"abc"',
        method: 'HEAD',
      }),
    );
    assert.deepEqual(
      [answer.status, answer.headers['docker-content-digest'], answer.bytes.length],
      [304, 'sha256:0', 0],
    );
    const [{ headers, method }] = registry.seen as [(typeof registry.seen)[number]];
    assert.deepEqual(
      [method, headers.accept, headers['if-none-match'], headers['accept-encoding']],
      ['HEAD', 'a/index, a/manifest', '"abc"', 'identity'],
    );
  });

  test('has no entity tag that would end the header, and 304 is no answer then', async (context) => {
    const registry = await recorded(context, (_request, response) => response.writeHead(304).end());
    const client = await clientOf(context, registry.origin);
    for (const ifNoneMatch of [null, '', 'a\r\nx: y', 'a b']) {
      await assert.rejects(client.ask(request('/v2/', { ifNoneMatch })), { code: 'SOURCE_HTTP_STATUS' });
    }
    assert.deepEqual(
      registry.seen.map(({ headers }) => headers['if-none-match']),
      [undefined, undefined, undefined, undefined],
    );
  });

  test('is answered by what says that something is not there, is not acceptable or is not allowed', async (context) => {
    let status = 200;
    const registry = await recorded(context, (_request, response) =>
      response.writeHead(status).end('{"errors":[]}'),
    );
    const client = await clientOf(context, registry.origin, {
      http: { breaker: { threshold: 1, coolDown: 60_000 } },
    });
    for (status of [400, 401, 403, 404, 405, 406, 410, 416]) {
      const answer = await client.ask(request('/v2/'));
      assert.deepEqual([answer.status, answer.bytes.length], [status, 0]);
    }
    status = 500;
    await assert.rejects(client.ask(request('/v2/')), { code: 'SOURCE_HTTP_STATUS' });
    await assert.rejects(client.ask(request('/v2/')), { code: 'CIRCUIT_OPEN' });
  });

  test('is malformed where the body has a coding, and too large beyond its bound', async (context) => {
    let answer: RequestListener = (_request, response) => {
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync('{}'));
    };
    const registry = await recorded(context, (incoming, response) => answer(incoming, response));
    const client = await clientOf(context, registry.origin);
    await assert.rejects(client.ask(request('/v2/')), { code: 'SOURCE_MALFORMED' });
    answer = (_request, response) => response.end(Buffer.alloc(101));
    await assert.rejects(client.ask(request('/v2/', { maxBytes: 100 })), { code: 'SOURCE_TOO_LARGE' });
  });

  test('reaches an IPv6 address with a port', {
    skip: !hasIpv6 && 'this machine has no ::1',
  }, async (context) => {
    const hosts: unknown[] = [];
    const { origin, close } = await startHttpServer(({ headers }, response) => {
      hosts.push(headers.host);
      response.end('{}');
    }, '::1');
    context.after(close);
    const client = await clientOf(context, origin);
    const { url } = await client.ask(request('/v2/'));
    await client.ask(request('?last=x', { of: url }));
    const { host } = new URL(origin);
    assert.match(host, /^\[::1\]:\d+$/);
    assert.deepEqual(hosts, [host, host]);
  });

  test('ends at its signal, while it waits as well', async (context) => {
    const registry = await recorded(context, () => {});
    const client = await clientOf(context, registry.origin);
    await assert.rejects(client.ask(request('/v2/', { signal: AbortSignal.timeout(100) })), {
      code: 'SOURCE_TIMEOUT',
    });
  });
});

describe('a link', () => {
  test('is relative to the answer that had it, in every spelling of the registry’s own origin', async (context) => {
    const registry = await recorded(context, (_request, response) => response.end('{}'));
    const client = await clientOf(context, registry.origin);
    const { url: of } = await client.ask(request('/v2/a%2Fb/tags/list?n=1'));
    for (const path of [
      '?n=1&last=x',
      '/v2/c/tags/list?last=y#z',
      'list?last=z',
      `${registry.origin}/v2/d`,
    ]) {
      await client.ask(request(path, { of }));
    }
    assert.deepEqual(
      registry.seen.map(({ url }) => url),
      [
        '/v2/a%2Fb/tags/list?n=1',
        '/v2/a%2Fb/tags/list?n=1&last=x',
        '/v2/c/tags/list?last=y',
        '/v2/a%2Fb/tags/list?last=z',
        '/v2/d',
      ],
    );
  });

  test('to another origin is not asked', async (context) => {
    const registry = await recorded(context, (_request, response) => response.end('{}'));
    const client = await clientOf(context, registry.origin);
    const elsewhere = [
      'https://evil.org/',
      '//evil.org/v2/',
      '\\\\evil.org/',
      '/\\evil.org/',
      'ftp://evil.org/',
    ];
    const { host } = new URL(registry.origin);
    for (const path of [
      ...elsewhere,
      `https://${host}/`,
      `http://a:b@${host}/`,
      'http://127.0.0.1:1/',
      'data:,x',
    ]) {
      await assert.rejects(
        client.ask(request(path, { of: new URL('/v2/', registry.origin) })),
        { code: 'SOURCE_REDIRECTED' },
        path,
      );
    }
    await assert.rejects(client.ask(request('http://[', { of: new URL(registry.origin) })), {
      code: 'SOURCE_MALFORMED',
    });
    assert.equal(registry.seen.length, 0);
  });
});

describe('the requests to a registry', () => {
  test('are at most as many at once as configured', async (context) => {
    const waiting = new Set<ServerResponse>();
    let most = 0;
    const registry = await recorded(context, (_request, response) => {
      waiting.add(response);
      most = Math.max(most, waiting.size);
      setTimeout(() => {
        waiting.delete(response);
        response.end();
      }, 10);
    });
    const client = await clientOf(context, registry.origin, { access: { requests: { atOnce: 2 } } });
    await Promise.all(Array.from({ length: 10 }, () => client.ask(request('/v2/'))));
    assert.equal(most, 2);
  });

  test('are no more than the configured budget, retries included, and RATE_LIMITED says when there are more', async (context) => {
    let status = 503;
    const registry = await recorded(context, (_request, response) => response.writeHead(status).end());
    const client = await clientOf(context, registry.origin, {
      access: { requests: { budget: { requests: 5, window: 3_600 } } },
      http: { backoff: { retries: 2, first: 1 } },
    });
    await assert.rejects(client.ask(request('/v2/')), { code: 'SOURCE_HTTP_STATUS' });
    status = 200;
    for (let count = 0; count < 2; count += 1) await client.ask(request('/v2/'));
    const before = Date.now();
    await assert.rejects(client.ask(request('/v2/')), (error) => {
      const at = retryAfterOf(error) ?? 0;
      return at > before + 3_500_000 && at < before + 3_700_000;
    });
    assert.equal(registry.seen.length, 5);
  });

  test('end once the registry says that nothing remains, and begin again after its window', async (context) => {
    const registry = await recorded(context, (_request, response) => {
      response.writeHead(200, { 'ratelimit-limit': '100;w=21600', 'ratelimit-remaining': '0;w=21600' }).end();
    });
    const clock = clockAhead();
    const client = await clientOf(context, registry.origin, { clock });
    await client.ask(request('/v2/'));
    await assert.rejects(client.ask(request('/v2/')), { code: 'RATE_LIMITED' });
    assert.equal(registry.seen.length, 1);
    clock.pass(216_000);
    await client.ask(request('/v2/'));
    assert.equal(registry.seen.length, 2);
  });

  test('wait where a 429 asks for little', async (context) => {
    const registry = await recorded(context, (_request, response) => {
      if (registry.seen.length === 1) response.writeHead(429, { 'retry-after': '0.2' }).end();
      else response.end('there');
    });
    const client = await clientOf(context, registry.origin);
    const before = performance.now();
    assert.equal((await client.ask(request('/v2/'))).bytes.toString(), 'there');
    assert.ok(performance.now() - before >= 190);
  });

  const limits: readonly (readonly [string, () => Record<string, string>])[] = [
    ['seconds', () => ({ 'retry-after': '600' })],
    ['a date', () => ({ 'retry-after': new Date(Date.now() + 600_000).toUTCString() })],
    ['Docker Hub’s unix time', () => ({ 'x-retry-after': String(Math.ceil(Date.now() / 1_000) + 600) })],
  ];
  for (const [what, headers] of limits) {
    test(`end where a 429 asks for much, by ${what}, and nothing is sent until then`, async (context) => {
      let isLimited = true;
      const registry = await recorded(context, (_request, response) => {
        if (isLimited) response.writeHead(429, headers()).end('toomanyrequests: hunter2');
        else response.end();
      });
      const clock = clockAhead();
      const client = await clientOf(context, registry.origin, {
        clock,
        http: { breaker: { threshold: 1, coolDown: 60_000 } },
      });
      for (let count = 0; count < 2; count += 1) {
        await assert.rejects(client.ask(request('/v2/')), (error: Error) => {
          const at = retryAfterOf(error) ?? 0;
          assert.doesNotMatch(error.message, /hunter2/);
          return Math.abs(at - Date.now() - 600_000) < 10_000;
        });
      }
      assert.equal(registry.seen.length, 1);
      isLimited = false;
      clock.pass(602_000);
      assert.equal((await client.ask(request('/v2/'))).status, 200);
    });
  }

  test('that ask too often are given up after the third 429', async (context) => {
    const registry = await recorded(context, (_request, response) =>
      response.writeHead(429, { 'retry-after': '0' }).end(),
    );
    const client = await clientOf(context, registry.origin);
    await assert.rejects(client.ask(request('/v2/')), { code: 'RATE_LIMITED' });
    assert.equal(registry.seen.length, 3);
  });
});
