import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { connectGateway } from '../../src/cli/gateway.ts';
import { gatewayDouble } from './collect.ts';

const QUERY = '{ viewer { authenticated } }';
const data = { viewer: { authenticated: true } };

describe('connectGateway', () => {
  test('posts the question to /graphql below the address', async (context) => {
    const { url, asked } = await gatewayDouble(context, () => ({ body: { data } }));
    const gateway = await connectGateway({ url: `${url}/images/` }, {});
    assert.deepEqual(await gateway.ask(QUERY, { first: 1 }), { data, warnings: [] });
    assert.deepEqual(asked, [
      { path: '/images/graphql', authorization: undefined, query: QUERY, variables: { first: 1 } },
    ]);
  });

  test('a flag goes before PANFED_URL, and a token’s file before PANFED_TOKEN', async (context) => {
    const { url, asked } = await gatewayDouble(context, () => ({ body: { data } }));
    const folder = await mkdtemp(join(tmpdir(), 'panfed-cli-'));
    context.after(() => rm(folder, { recursive: true }));
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

  test('a text that is no token is refused before it is sent', async () => {
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
      at: '--token-file',
    });
    await assert.rejects(connectGateway({ tokenFile: '/nonexistent' }, {}), {
      code: 'USAGE',
      message: /ENOENT/,
    });
  });

  test('an address that is none is refused', async () => {
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

  test('of something else than a gateway is GATEWAY_UNREACHABLE', async (context) => {
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

  test('errors beside data are warnings', async (context) => {
    const answer = await failing(context, { data, errors: [{ message: 'esrf is down', path: ['x'] }] });
    assert.deepEqual(answer, { data, warnings: ['esrf is down'] });
  });
});
