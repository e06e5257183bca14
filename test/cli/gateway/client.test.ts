import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { connectGateway } from '../../../src/cli/gateway/client.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { gatewayDouble } from '../collect.ts';

const QUERY = '{ viewer { authenticated } }';
/** Certificates of an untrusted authority and of its server at 127.0.0.1; valid for a hundred years. */
const CERTIFICATE = `-----BEGIN CERTIFICATE-----
MIIBlDCCATqgAwIBAgIULXjy8K7SVnWMpH6VnKBxjtuasGwwCgYIKoZIzj0EAwIw
FjEUMBIGA1UEAwwLcGFuZmVkIHRlc3QwIBcNMjYxMTI2MTE1MTI4WhgPMjEyNjEx
MDIxMTUxMjhaMBYxFDASBgNVBAMMC3BhbmZlZCB0ZXN0MFkwEwYHKoZIzj0CAQYI
KoZIzj0DAQcDQgAENT2EkIIZhqzc0N3Mnmwtvp4Y1aGTnUHcf/GCftXO8koJkrJv
KUyMfl0h0uR3fq5GZPkZbXCy/72mrTMgiD4F76NkMGIwHQYDVR0OBBYEFOuBlM3B
067Vo2Hj15UQVwuSXR5DMB8GA1UdIwQYMBaAFOuBlM3B067Vo2Hj15UQVwuSXR5D
MA8GA1UdEQQIMAaHBH8AAAEwDwYDVR0TAQH/BAUwAwEB/zAKBggqhkjOPQQDAgNI
ADBFAiAKTleSznujKVwYZJtzdXQLt2FiQiWygqpMlRQDQZ7xCAIhAIi/XaVYgylQ
TbjXV69EP1g0fX8sS4eQn6GUqNJ6fy4O
-----END CERTIFICATE-----
`;
const KEY = `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgylzkfC1dx1XNi51E
jZjFfpX8PJCdAHFTBb7/m+VWi6ShRANCAAQ1PYSQghmGrNzQ3cyebC2+nhjVoZOd
Qdx/8YJ+1c7ySgmSsm8pTIx+XSHS5Hd+rkZk+RltcLL/vaatMyCIPgXv
-----END PRIVATE KEY-----
`;

const data = { viewer: { authenticated: true } };

describe('connectGateway', () => {
  test('posts the question to /graphql below the address', async (context) => {
    const { url, asked } = await gatewayDouble(context, () => ({ body: { data } }));
    const gateway = await connectGateway({ url: `${url}/images/` }, {});
    assert.deepEqual(await gateway.ask(QUERY, { first: 1 }), { data, failures: [] });
    assert.deepEqual(asked, [
      { path: '/images/graphql', authorization: undefined, query: QUERY, variables: { first: 1 } },
    ]);
  });

  test('keeps the path of a gateway behind a prefix, whatever its address ends with', async (context) => {
    const { url, asked } = await gatewayDouble(context, () => ({ body: { data } }));
    for (const end of ['', '/', '/graphql', '/graphql/', '/?q=x#y']) {
      const gateway = await connectGateway({ url: `${url}/panfed${end}` }, {});
      await gateway.ask(QUERY, {});
      assert.equal(gateway.page.href, `${url}/panfed/`);
    }
    assert.deepEqual(new Set(asked.map(({ path }) => path)), new Set(['/panfed/graphql']));
    const gone = await connectGateway({ url: 'http://127.0.0.1:1/panfed' }, {});
    await assert.rejects(gone.ask(QUERY, {}), { at: 'http://127.0.0.1:1/panfed/graphql' });
  });

  test('a flag goes before PANFED_URL, and a token’s file before PANFED_TOKEN', async (context) => {
    const { url, asked } = await gatewayDouble(context, () => ({ body: { data } }));
    const folder = temporaryFolder(context);
    const tokenFile = join(folder, 'token');
    await writeFile(tokenFile, 'from.file.x\n');
    const env = { PANFED_URL: url, PANFED_TOKEN: 'from.env.x' };
    await (await connectGateway({}, env)).ask(QUERY, {});
    await (await connectGateway({ url, tokenFile }, { ...env, PANFED_URL: 'http://192.0.2.1' })).ask(
      QUERY,
      {},
    );
    assert.deepEqual(
      asked.map(({ authorization }) => authorization),
      ['Bearer from.env.x', 'Bearer from.file.x'],
    );
  });

  test('no token goes over plain http to another host, unless that is asked for', async () => {
    const env = { PANFED_TOKEN: 'a.b.c' };
    await assert.rejects(connectGateway({ url: 'http://gateway.example' }, env), { code: 'USAGE' });
    assert.ok(await connectGateway({ url: 'http://gateway.example' }, {}));
    assert.ok(await connectGateway({ url: 'https://gateway.example' }, env));
    assert.ok(await connectGateway({ url: 'http://gateway.example', insecure: true }, env));
  });

  test('a token does not follow a redirect', async (context) => {
    const other = await gatewayDouble(context, () => ({ body: { data } }));
    const { url } = await gatewayDouble(context, () => ({
      status: 307,
      headers: { location: `${other.url}/graphql` },
      body: '',
    }));
    const gateway = await connectGateway({ url }, { PANFED_TOKEN: 'a.b.c' });
    await assert.rejects(gateway.ask(QUERY, {}), { code: 'GATEWAY_UNREACHABLE', message: /HTTP 307/ });
    assert.equal(other.asked.length, 0);
  });

  test('a text that is not a token is refused before it is sent', async () => {
    for (const token of ['two words', 'line\r\nx-injected: 1', 'ümlaut']) {
      await assert.rejects(
        connectGateway({}, { PANFED_TOKEN: token }),
        (error: Error & { code?: string }) => {
          assert.equal(error.code, 'USAGE');
          assert.ok(!error.message.includes(token));
          return true;
        },
      );
    }
  });

  test('an empty token’s file is refused rather than asking as nobody', async () => {
    await assert.rejects(connectGateway({ tokenFile: '/dev/null' }, {}), {
      code: 'USAGE',
      at: /^--token-file \//,
    });
    await assert.rejects(connectGateway({ tokenFile: '/nonexistent' }, {}), {
      code: 'USAGE',
      message: /ENOENT/,
    });
  });

  test('an address that is not valid is refused', async () => {
    for (const url of ['gateway', 'ftp://gateway.example', 'https://me:pw@gateway.example']) {
      await assert.rejects(connectGateway({ url }, {}), { code: 'USAGE', at: '--url' });
    }
  });
});

describe('an answer without data', () => {
  const failing = async (context: Parameters<typeof gatewayDouble>[0], body: unknown, status = 200) => {
    const { url } = await gatewayDouble(context, () => ({ body, status }));
    return (await connectGateway({ url }, {})).ask(QUERY, {});
  };

  test('is the gateway’s error, with its code and suggestions', async (context) => {
    const extensions = { code: 'BAD_CHOICE', suggestions: ['relion', 'relion-em'] };
    await assert.rejects(failing(context, { errors: [{ message: 'no framework reliom', extensions }] }), {
      code: 'BAD_CHOICE',
      message: 'no framework reliom',
      hint: 'Did you mean relion, relion-em?',
    });
  });

  test('of a refused token is UNAUTHENTICATED', async (context) => {
    const errors = [{ message: 'the token has ended', extensions: { code: 'UNAUTHENTICATED' } }];
    await assert.rejects(failing(context, { errors }, 401), {
      code: 'UNAUTHENTICATED',
      message: 'the token has ended',
    });
  });

  test('with a code that nobody knows is unexpected, and inert', async (context) => {
    const errors = [{ message: 'oh \u001b[31mno', extensions: { code: '__proto__' } }];
    await assert.rejects(failing(context, { errors }), { code: 'INTERNAL', message: 'oh  [31mno' });
  });

  test('of a server that is not a gateway is GATEWAY_UNREACHABLE', async (context) => {
    for (const body of ['<html>', '[]', '{}', '"data"', '{"data":null}']) {
      await assert.rejects(failing(context, body, 502), { code: 'GATEWAY_UNREACHABLE', message: /HTTP 502/ });
    }
  });

  test('and without a gateway is GATEWAY_UNREACHABLE, and says how to start one', async (context) => {
    const { url } = await gatewayDouble(context, () => ({ body: {} }));
    const free = new URL(url);
    free.port = '1';
    await assert.rejects((await connectGateway({ url: free.href }, {})).ask(QUERY, {}), {
      code: 'GATEWAY_UNREACHABLE',
      hint: /panfed serve/,
    });
  });

  test('errors beside data leave it whole', async (context) => {
    const answer = await failing(context, { data, errors: [{ message: 'esrf is down', path: ['x'] }] });
    assert.deepEqual(answer.data, data);
    assert.deepEqual(
      answer.failures.map(({ message }) => message),
      ['esrf is down'],
    );
  });
});

describe('a gateway whose certificate a private authority signed', () => {
  const server = createServer({ key: KEY, cert: CERTIFICATE }, (_request, response) => {
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ data }));
  });
  const folder = temporaryFolder({ after });
  before(async () => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  after(() => {
    server.closeAllConnections();
    server.close();
  });
  const url = () => `https://127.0.0.1:${(server.address() as AddressInfo).port}`;

  test('is refused, with how it can be trusted', async () => {
    const gateway = await connectGateway({ url: url() }, {});
    await assert.rejects(gateway.ask(QUERY, {}), {
      code: 'GATEWAY_UNREACHABLE',
      message: /not signed by a trusted authority \(DEPTH_ZERO_SELF_SIGNED_CERT\)/,
      hint: /--ca <file>.*NODE_EXTRA_CA_CERTS/,
    });
  });

  test('answers with --ca', async () => {
    const ca = join(folder, 'ca.pem');
    await writeFile(ca, CERTIFICATE);
    const gateway = await connectGateway({ url: url(), ca }, {});
    assert.deepEqual((await gateway.ask(QUERY, {})).data, data);
  });

  test('is not asked where --ca names no certificate', async () => {
    const ca = join(folder, 'none.pem');
    await assert.rejects(connectGateway({ url: url(), ca }, {}), { code: 'USAGE', at: `--ca ${ca}` });
    for (const text of ['no certificate', KEY, `${CERTIFICATE}${CERTIFICATE.replace('MII', 'XXX')}`]) {
      await writeFile(ca, text);
      await assert.rejects(connectGateway({ url: url(), ca }, {}), { code: 'USAGE', at: `--ca ${ca}` });
    }
  });
});
