import assert from 'node:assert/strict';
import type { RequestListener } from 'node:http';
import { describe, type TestContext, test } from 'node:test';
import { FederationError } from '../../../src/model/errors.ts';
import { authorityFile, type ClientOptions, clientOf, recorded, request } from './world.ts';

const CREDENTIAL = { username: 'robot', password: { env: 'PASSWORD' } };
const secrets = { PASSWORD: 'hunter2' };
const BASIC = `Basic ${Buffer.from('robot:hunter2').toString('base64')}`;

/** Redirects to what the test says. */
const to =
  (location: (port: number) => string, status = 307): RequestListener =>
  ({ socket, url }, response) => {
    if (url?.startsWith('/blob')) response.end('layer');
    else response.writeHead(status, { location: location(socket.localPort ?? 0) }).end();
  };

/** A registry over TLS, and a client of it that trusts its authority. */
async function world(context: TestContext, listener: RequestListener, options: ClientOptions = {}) {
  const registry = await recorded(context, listener, { tls: true });
  const url = `https://registry.example.test:${registry.port}`;
  const access = { ca: authorityFile(context), ...options.access };
  return { registry, url, client: await clientOf(context, url, { ...options, access }) };
}

describe('a redirect to storage', () => {
  test('is followed without the credential, and gives the bytes of the storage', async (context) => {
    const storage = await recorded(context, (_request, response) => response.end('layer'), { tls: true });
    const host = `storage.example.test:${storage.port}`;
    const { registry, url, client } = await world(
      context,
      ({ headers }, response) => {
        if (headers.authorization === undefined) {
          response.writeHead(401, { 'www-authenticate': 'Basic realm="here"' }).end();
        } else {
          response.writeHead(307, { location: `https://${host}/blob?X-Amz=1`, 'set-cookie': 'a=b' }).end();
        }
      },
      { access: { credential: CREDENTIAL, storage: [host] }, secrets },
    );
    const answer = await client.ask(request('/v2/a/blobs/sha256:0', { ifNoneMatch: '"x"', accept: ['a/b'] }));
    assert.equal(answer.status, 200);
    assert.equal(answer.bytes.toString(), 'layer');
    assert.equal(answer.url.href, `${url}/v2/a/blobs/sha256:0`);
    assert.deepEqual(
      registry.seen.map(({ authorization }) => authorization),
      [null, BASIC],
    );
    const [{ headers, ...seen }] = storage.seen as [(typeof storage.seen)[number]];
    assert.deepEqual(seen, { method: 'GET', url: '/blob?X-Amz=1', host, authorization: null });
    assert.deepEqual(
      [headers.cookie, headers['if-none-match'], headers.accept],
      [undefined, undefined, 'a/b'],
    );
  });

  for (const status of [301, 302, 303, 307, 308]) {
    test(`by ${status} keeps the method`, async (context) => {
      const { registry, client } = await world(
        context,
        to(() => '/blob', status),
      );
      const answer = await client.ask(request('/v2/', { method: 'HEAD' }));
      assert.deepEqual([answer.status, answer.bytes.length], [200, 0]);
      assert.deepEqual(
        registry.seen.map(({ method }) => method),
        ['HEAD', 'HEAD'],
      );
    });
  }

  test('is followed three times, and not a fourth', async (context) => {
    const { registry, client } = await world(context, ({ url = '' }, response) => {
      const left = Number(/\d+$/.exec(url)?.[0]);
      if (left === 0) response.end('there');
      else response.writeHead(302, { location: `/v2/${left - 1}` }).end();
    });
    assert.equal((await client.ask(request('/v2/3'))).bytes.toString(), 'there');
    assert.equal(registry.seen.length, 4);
    await assert.rejects(client.ask(request('/v2/4')), { code: 'SOURCE_REDIRECTED' });
    assert.equal(registry.seen.length, 8);
  });

  test('that leads to itself ends', async (context) => {
    const { registry, client } = await world(
      context,
      to(() => '/v2/'),
    );
    await assert.rejects(client.ask(request('/v2/')), { code: 'SOURCE_REDIRECTED' });
    assert.equal(registry.seen.length, 4);
  });

  for (const [what, location] of [
    ['plain http', (port: number) => `http://storage.example.test:${port}/blob`],
    ['another scheme', () => 'file:///etc/passwd'],
    ['a user in the address', (port: number) => `https://user:pass@registry.example.test:${port}/blob`],
    ['no address', () => 'https://'],
    ['nothing', () => ''],
  ] as const) {
    test(`to ${what} is not followed`, async (context) => {
      const { registry, client } = await world(context, to(location), {
        access: { ca: authorityFile(context), storage: ['storage.example.test'] },
      });
      await assert.rejects(client.ask(request('/v2/')), { code: 'SOURCE_REDIRECTED' });
      assert.equal(registry.seen.length, 1);
    });
  }

  test('that is refused by the storage is its status, and not the registry’s', async (context) => {
    let status = 403;
    const { client } = await world(context, ({ url }, response) => {
      if (url === '/blob') response.writeHead(status).end('expired');
      else response.writeHead(307, { location: '/blob' }).end();
    });
    await assert.rejects(client.ask(request('/v2/')), { code: 'SOURCE_HTTP_STATUS' });
    status = 404;
    assert.equal((await client.ask(request('/v2/'))).status, 404);
  });

  test('of a plain http registry goes to plain http on a configured host alone', async (context) => {
    const storage = await recorded(context, (_request, response) => response.end('layer'));
    const location = `http://storage.example.test:${storage.port}/blob`;
    const registry = await recorded(context, (_request, response) => {
      response.writeHead(307, { location }).end();
    });
    const url = `http://registry.example.test:${registry.port}`;
    const stranger = await clientOf(context, url);
    await assert.rejects(stranger.ask(request('/v2/')), { code: 'SOURCE_REDIRECTED' });
    assert.equal(storage.seen.length, 0);
    const client = await clientOf(context, url, {
      access: { storage: [`storage.example.test:${storage.port}`] },
    });
    assert.equal((await client.ask(request('/v2/'))).bytes.toString(), 'layer');
  });
});

describe('a host that is not configured', () => {
  const refused = async (context: TestContext, host: string) => {
    const { registry, client } = await world(
      context,
      to((port) => `https://${host}:${port}/blob`),
    );
    const error: unknown = await client.ask(request('/v2/')).then(
      () => assert.fail('it was followed'),
      (thrown: unknown) => thrown,
    );
    assert.ok(error instanceof FederationError);
    assert.equal(error.code, 'SOURCE_REDIRECTED');
    assert.equal(registry.seen.length, 1);
  };

  test('is not connected to where its name has a private address', (context) =>
    refused(context, 'storage.example.test'));

  for (const host of [
    '127.0.0.1',
    '[::1]',
    '[::ffff:127.0.0.1]',
    '2130706433',
    '0x7f.1',
    '169.254.169.254',
    '0.0.0.0',
  ]) {
    test(`is not connected to where it is the address ${host}`, (context) => refused(context, host));
  }

  test('does not count against the registry', async (context) => {
    let isRedirect = true;
    const { client } = await world(
      context,
      (_request, response) => {
        if (isRedirect) response.writeHead(302, { location: 'https://127.0.0.1:1/' }).end();
        else response.end('here');
      },
      { http: { breaker: { threshold: 1, coolDown: 60_000 } } },
    );
    await assert.rejects(client.ask(request('/v2/')), { code: 'SOURCE_REDIRECTED' });
    await assert.rejects(client.ask(request('/v2/')), { code: 'SOURCE_REDIRECTED' });
    isRedirect = false;
    assert.equal((await client.ask(request('/v2/'))).bytes.toString(), 'here');
  });
});

describe('a certificate', () => {
  const answer: RequestListener = (_request, response) => response.end('{}');

  test('of an authority that nobody knows is refused', async (context) => {
    const registry = await recorded(context, answer, { tls: true });
    const client = await clientOf(context, `https://registry.example.test:${registry.port}`);
    await assert.rejects(client.ask(request('/v2/')), { code: 'SOURCE_UNAVAILABLE', message: /certificate/ });
    assert.equal(registry.seen.length, 0);
  });

  test('of the configured authority is accepted, for names and addresses', async (context) => {
    const registry = await recorded(context, answer, { tls: true });
    for (const host of ['registry.example.test', '127.0.0.1', 'localhost']) {
      const access = { ca: authorityFile(context) };
      const client = await clientOf(context, `https://${host}:${registry.port}`, { access });
      assert.equal((await client.ask(request('/v2/'))).status, 200, host);
    }
  });

  test('of the configured authority is refused for another name', async (context) => {
    const registry = await recorded(context, answer, { tls: true });
    const client = await clientOf(context, `https://registry.other.test:${registry.port}`, {
      access: { ca: authorityFile(context) },
    });
    await assert.rejects(client.ask(request('/v2/')), { code: 'SOURCE_UNAVAILABLE' });
  });
});
