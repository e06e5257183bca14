import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import type { RequestListener } from 'node:http';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import type { ErrorCode } from '../../../src/model/errors.ts';
import { retryAfterOf } from '../../../src/network/registry/rate-limit-error.ts';
import type { RegistryScope } from '../../../src/network/registry/registry-client.ts';
import { fakeClock } from '../../support/clock.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { type ClientOptions, clientOf, type Recorded, recorded, request } from './world.ts';

const CREDENTIAL = { credential: { username: 'robot', password: { env: 'PASSWORD' } } };
const secrets = { PASSWORD: 'hunter2' };
const BASIC = `Basic ${Buffer.from('robot:hunter2').toString('base64')}`;

interface World {
  readonly url: string;
  readonly registry: Recorded;
  readonly realm: Recorded;
  /** The tokens that the registry accepts. */
  readonly valid: Set<string>;
}

/** A registry that asks for a token of its realm, `t1`, `t2` …, at another port. */
async function world(
  context: TestContext,
  { token, challenge }: { token?: RequestListener; challenge?: (realm: string) => string } = {},
): Promise<World> {
  const valid = new Set<string>();
  const realm = await recorded(
    context,
    token ??
      ((_request, response) => {
        const next = `t${realm.seen.length}`;
        valid.add(next);
        response.end(JSON.stringify({ token: next, expires_in: 300 }));
      }),
  );
  const address = `http://realm.example.test:${realm.port}/token`;
  const registry = await recorded(context, ({ headers }, response) => {
    if (valid.has((headers.authorization ?? '').replace('Bearer ', ''))) response.end('[]');
    else {
      const header =
        challenge?.(address) ?? `Bearer realm="${address}",service="reg, here",scope="repository:other:push"`;
      response.writeHead(401, { 'www-authenticate': header }).end('{}');
    }
  });
  return { url: `http://registry.example.test:${registry.port}`, registry, realm, valid };
}

const client = (context: TestContext, { url, realm }: World, options: ClientOptions = {}) =>
  clientOf(context, url, {
    ...options,
    access: { realms: [`realm.example.test:${realm.port}`], ...options.access },
  });

const repository = (name: string): { scope: RegistryScope } => ({ scope: { repository: name } });
const authorizations = ({ seen }: Recorded) => seen.map(({ authorization }) => authorization);

describe('a token', () => {
  test('is asked of the realm with the credential, for the one scope that is needed', async (context) => {
    const here = await world(context);
    const asking = await client(context, here, { access: CREDENTIAL, secrets });
    const answer = await asking.ask(request('/v2/em/relion/tags/list', repository('em/relion')));
    assert.equal(answer.status, 200);
    assert.deepEqual(authorizations(here.registry), [null, 'Bearer t1']);
    assert.deepEqual(authorizations(here.realm), [BASIC]);
    const { searchParams } = new URL(here.realm.seen[0]?.url ?? '', here.url);
    assert.deepEqual(
      [...searchParams],
      [
        ['service', 'reg, here'],
        ['scope', 'repository:em/relion:pull'],
      ],
    );
  });

  test('is asked without a credential where there is none', async (context) => {
    const here = await world(context);
    assert.equal((await (await client(context, here)).ask(request('/v2/'))).status, 200);
    assert.deepEqual(authorizations(here.realm), [null]);
    assert.doesNotMatch(here.realm.seen[0]?.url ?? '', /scope/);
  });

  test('is asked for with an identity token by a form of OAuth 2.0', async (context) => {
    const forms: string[] = [];
    const here: World = await world(context, {
      token: async (incoming, response) => {
        let form = '';
        for await (const chunk of incoming) form += chunk;
        forms.push(`${incoming.method} ${incoming.url} ${form}`);
        here.valid.add('t');
        response.end('{"access_token":"t","expires_in":300}');
      },
    });
    const folder = temporaryFolder(context);
    const auths = {
      [new URL(here.url).host]: { auth: Buffer.from('<token>:an/identity').toString('base64') },
    };
    writeFileSync(join(folder, 'config.json'), JSON.stringify({ auths }));
    const asking = await client(context, here, {
      access: { credential: { dockerConfig: 'config.json' } },
      folder,
    });
    assert.equal((await asking.ask(request('/v2/x', repository('a')))).status, 200);
    const form =
      'service=reg%2C+here&scope=repository%3Aa%3Apull&client_id=panfed&grant_type=refresh_token&refresh_token=an%2Fidentity';
    assert.deepEqual(forms, [`POST /token ${form}`]);
    assert.deepEqual(authorizations(here.realm), [null]);
  });

  test('is not asked for where the credential cannot be read, until it can', async (context) => {
    const here = await world(context);
    const [folder, clock] = [temporaryFolder(context), fakeClock()];
    const access = { credential: { dockerConfig: 'config.json' } };
    const asking = await client(context, here, { access, folder, clock });
    await assert.rejects(asking.ask(request('/v2/x')), { code: 'SOURCE_REFUSED', hint: /Check the path/ });
    assert.equal(here.registry.seen.length, 0);
    writeFileSync(join(folder, 'config.json'), '{}');
    clock.pass(10_000);
    assert.equal((await asking.ask(request('/v2/x'))).status, 200);
  });

  test('is kept for its scope, and is there at once for the next request', async (context) => {
    const here = await world(context);
    const asking = await client(context, here);
    for (const scope of [
      { repository: 'a' },
      { repository: 'b' },
      'catalog',
      { repository: 'a' },
      'catalog',
    ] as const) {
      assert.equal((await asking.ask(request('/v2/x', { scope }))).status, 200);
    }
    assert.deepEqual(authorizations(here.registry), [
      null,
      'Bearer t1',
      'Bearer t2',
      'Bearer t3',
      'Bearer t1',
      'Bearer t3',
    ]);
    assert.match(here.realm.seen[2]?.url ?? '', /scope=registry%3Acatalog%3A\*/);
  });

  test('is asked for once, however many wait for it', async (context) => {
    const here = await world(context);
    const asking = await client(context, here);
    await Promise.all(Array.from({ length: 8 }, () => asking.ask(request('/v2/x', repository('a')))));
    assert.equal(here.realm.seen.length, 1);
  });

  test('is asked for though the one who asked first has left', async (context) => {
    let answerToken = (): void => {};
    const here: World = await world(context, {
      token: (_request, response) => {
        answerToken = () => {
          here.valid.add('late');
          response.end('{"token":"late"}');
        };
        left.abort();
      },
    });
    const left = new AbortController();
    const asking = await client(context, here);
    await assert.rejects(asking.ask(request('/v2/x', { signal: left.signal })), {
      code: 'SOURCE_UNAVAILABLE',
    });
    const second = asking.ask(request('/v2/x'));
    answerToken();
    assert.equal((await second).status, 200);
    assert.equal(here.realm.seen.length, 1);
  });

  test('that is refused is renewed once', async (context) => {
    const here = await world(context);
    const asking = await client(context, here);
    await asking.ask(request('/v2/x', repository('a')));
    here.valid.clear();
    assert.equal((await asking.ask(request('/v2/x', repository('a')))).status, 200);
    assert.deepEqual(authorizations(here.registry), [null, 'Bearer t1', 'Bearer t1', 'Bearer t2']);
  });

  test('that is refused after it was renewed makes 401 the answer, then and later', async (context) => {
    const here: World = await world(context, {
      token: (_request, response) => response.end(JSON.stringify({ token: `no${here.realm.seen.length}` })),
    });
    const asking = await client(context, here);
    for (let count = 0; count < 3; count += 1) {
      assert.equal((await asking.ask(request('/v2/x', repository('a')))).status, 401);
    }
    assert.deepEqual(authorizations(here.registry), [
      null,
      'Bearer no1',
      'Bearer no1',
      'Bearer no2',
      'Bearer no2',
    ]);
  });

  const lifetimes: readonly (readonly [string, object, number])[] = [
    ['60 seconds unless said', {}, 60],
    ['as long as said', { expires_in: 300 }, 300],
    ['an hour at the most', { expires_in: 1e9 }, 3_600],
    ['60 seconds where what is said is none', { expires_in: 'long' }, 60],
    ['60 seconds where what is said is negative', { expires_in: -1 }, 60],
  ];
  for (const [what, said, seconds] of lifetimes) {
    test(`is kept ${what}, less the way`, async (context) => {
      const here: World = await world(context, {
        token: (_request, response) => {
          here.valid.add('t');
          response.end(JSON.stringify({ access_token: 't', ...said }));
        },
      });
      const clock = fakeClock();
      const asking = await client(context, here, { clock });
      await asking.ask(request('/v2/x'));
      clock.pass(seconds * 1_000 - 15_100);
      await asking.ask(request('/v2/x'));
      assert.equal(here.realm.seen.length, 1);
      clock.pass(15_100);
      await asking.ask(request('/v2/x'));
      assert.equal(here.realm.seen.length, 2);
    });
  }

  test('that was issued some time ago is kept for what is left', async (context) => {
    const clock = fakeClock();
    const issued_at = new Date(clock.wall() - 200_000).toISOString();
    const here: World = await world(context, {
      token: (_request, response) => {
        here.valid.add('t');
        response.end(JSON.stringify({ token: 't', expires_in: 300, issued_at }));
      },
    });
    const asking = await client(context, here, { clock });
    await asking.ask(request('/v2/x'));
    clock.pass(89_000);
    await asking.ask(request('/v2/x'));
    assert.equal(here.realm.seen.length, 1);
    clock.pass(2_000);
    await asking.ask(request('/v2/x'));
    assert.equal(here.realm.seen.length, 2);
  });
});

describe('a token server', () => {
  const cases: readonly (readonly [string, RequestListener, ErrorCode])[] = [
    ['that refuses the credential', (_request, response) => response.writeHead(401).end(), 'SOURCE_REFUSED'],
    ['that is none', (_request, response) => response.writeHead(404).end(), 'SOURCE_REFUSED'],
    ['that fails', (_request, response) => response.writeHead(500).end(), 'SOURCE_HTTP_STATUS'],
    [
      'that redirects',
      (_request, response) => response.writeHead(302, { location: '/x' }).end(),
      'SOURCE_REDIRECTED',
    ],
    ['that answers garbage', (_request, response) => response.end('\u0000<html>'), 'SOURCE_MALFORMED'],
    ['that answers null', (_request, response) => response.end('null'), 'SOURCE_MALFORMED'],
    [
      'that answers without a token',
      (_request, response) => response.end('{"token":""}'),
      'SOURCE_MALFORMED',
    ],
    [
      'whose token would end the header',
      (_request, response) => response.end('{"token":"a\\r\\nx: y"}'),
      'SOURCE_MALFORMED',
    ],
    [
      'whose token is huge',
      (_request, response) => response.end(`{"token":"${'a'.repeat(16_385)}"}`),
      'SOURCE_MALFORMED',
    ],
    ['that answers for ever', (_request, response) => void endless(response), 'SOURCE_TOO_LARGE'],
  ];
  for (const [what, token, code] of cases) {
    test(`${what} is ${code}`, async (context) => {
      const here = await world(context, { token });
      const asking = await client(context, here, { access: CREDENTIAL, secrets });
      await assert.rejects(asking.ask(request('/v2/')), (error: Error & { code?: string }) => {
        assert.equal(error.code, code);
        assert.doesNotMatch(`${error.message} ${error.stack}`, /hunter2/);
        return true;
      });
      assert.deepEqual(authorizations(here.registry), [null]);
    });
  }

  test('that never answers is given up, and asked anew the next time', async (context) => {
    let isSilent = true;
    const here: World = await world(context, {
      token: (_request, response) => {
        if (isSilent) return;
        here.valid.add('t');
        response.end('{"token":"t"}');
      },
    });
    const asking = await client(context, here, { http: { headersTimeout: 300 } });
    await assert.rejects(asking.ask(request('/v2/')), { code: 'SOURCE_TIMEOUT' });
    isSilent = false;
    assert.equal((await asking.ask(request('/v2/'))).status, 200);
  });

  test('that refuses the credential is left alone for a minute, since accounts are locked for that', async (context) => {
    const here = await world(context, { token: (_request, response) => response.writeHead(401).end() });
    const clock = fakeClock();
    const asking = await client(context, here, { access: CREDENTIAL, secrets, clock });
    for (const name of ['a', 'b', 'a']) {
      await assert.rejects(asking.ask(request('/v2/x', repository(name))), { code: 'SOURCE_REFUSED' });
    }
    assert.equal(here.realm.seen.length, 1);
    clock.pass(60_000);
    await assert.rejects(asking.ask(request('/v2/x')), { code: 'SOURCE_REFUSED' });
    assert.equal(here.realm.seen.length, 2);
  });

  test('that refuses one repository is asked for the next', async (context) => {
    const here: World = await world(context, {
      token: ({ url }, response) => {
        if (url?.includes('closed')) return void response.writeHead(403).end();
        here.valid.add('t');
        response.end('{"token":"t"}');
      },
    });
    const asking = await client(context, here);
    await assert.rejects(asking.ask(request('/v2/x', repository('closed'))), { code: 'SOURCE_REFUSED' });
    assert.equal((await asking.ask(request('/v2/x', repository('open')))).status, 200);
  });

  test('is asked with a credential that took the place of the refused one', async (context) => {
    const here: World = await world(context, {
      token: ({ headers }, response) => {
        if (headers.authorization !== BASIC) return void response.writeHead(401).end();
        here.valid.add('t');
        response.end('{"token":"t"}');
      },
    });
    const clock = fakeClock();
    const changing = { PASSWORD: 'old' };
    const asking = await client(context, here, { access: CREDENTIAL, secrets: changing, clock });
    for (let count = 0; count < 2; count += 1) {
      await assert.rejects(asking.ask(request('/v2/x')), { code: 'SOURCE_REFUSED' });
      clock.pass(10_000);
    }
    assert.equal(here.realm.seen.length, 1);
    changing.PASSWORD = secrets.PASSWORD;
    assert.equal((await asking.ask(request('/v2/x'))).status, 200);
  });

  test('that asks to wait is RATE_LIMITED until then', async (context) => {
    const here = await world(context, {
      token: (_request, response) => response.writeHead(429, { 'retry-after': '90' }).end(),
    });
    const clock = fakeClock();
    const asking = await client(context, here, { clock });
    await assert.rejects(
      asking.ask(request('/v2/')),
      (error) => retryAfterOf(error) === clock.wall() + 90_000,
    );
  });
});

describe('a realm', () => {
  test('at a host that is not named is not asked, and the error says what to do', async (context) => {
    const here = await world(context);
    const asking = await clientOf(context, here.url, { access: CREDENTIAL, secrets });
    await assert.rejects(asking.ask(request('/v2/')), { code: 'SOURCE_REFUSED', hint: /realms/ });
    assert.equal(here.realm.seen.length, 0);
  });

  test('that cannot be read makes 401 the answer', async (context) => {
    for (const challenge of [
      '',
      'Bearer',
      'Bearer realm',
      'Digest realm="x"',
      'Bearer realm="http://x/"',
      'Bearer service=x',
    ]) {
      const here = await world(context, { challenge: () => challenge });
      const asked = (await client(context, here)).ask(request('/v2/'));
      if (challenge.includes('http:')) await assert.rejects(asked, { code: 'SOURCE_REFUSED' });
      else assert.equal((await asked).status, 401);
    }
  });

  test('is found among several challenges', async (context) => {
    const here = await world(context, {
      challenge: (realm) => `Negotiate, Basic realm="a, b", Bearer realm="${realm}"`,
    });
    const asking = await client(context, here, { access: CREDENTIAL, secrets });
    assert.equal((await asking.ask(request('/v2/'))).status, 200);
    assert.deepEqual(authorizations(here.registry), [null, 'Bearer t1']);
  });

  test('keeps the query that it has', async (context) => {
    const here = await world(context, {
      challenge: (realm) => `Bearer realm="${realm}?account=x&scope=evil"`,
    });
    assert.equal((await (await client(context, here)).ask(request('/v2/', repository('a')))).status, 200);
    assert.equal(here.realm.seen[0]?.url, '/token?account=x&scope=repository%3Aa%3Apull');
  });
});

describe('a registry without realms', () => {
  test('that asks for a user and password is given them at once from then on', async (context) => {
    const registry = await recorded(context, ({ headers }, response) => {
      if (headers.authorization === BASIC) response.end('[]');
      else response.writeHead(401, { 'www-authenticate': 'Basic realm="Registry"' }).end();
    });
    const asking = await clientOf(context, registry.origin, { access: CREDENTIAL, secrets });
    for (let count = 0; count < 2; count += 1) assert.equal((await asking.ask(request('/v2/'))).status, 200);
    assert.deepEqual(authorizations(registry), [null, BASIC, BASIC]);
  });

  test('that refuses them answers 401, asked once', async (context) => {
    const registry = await recorded(context, (_request, response) => {
      response.writeHead(401, { 'www-authenticate': 'Basic realm="Registry"' }).end();
    });
    const asking = await clientOf(context, registry.origin, { access: CREDENTIAL, secrets });
    assert.equal((await asking.ask(request('/v2/'))).status, 401);
    assert.deepEqual(authorizations(registry), [null, BASIC]);
    const anonymous = await clientOf(context, registry.origin);
    assert.equal((await anonymous.ask(request('/v2/'))).status, 401);
  });

  test('is given a configured bearer token with each request', async (context) => {
    const registry = await recorded(context, (_request, response) => response.writeHead(401).end());
    const asking = await clientOf(context, registry.origin, {
      access: { credential: { token: { env: 'TOKEN' } } },
      secrets: { TOKEN: 'glpat-abc' },
    });
    assert.equal((await asking.ask(request('/v2/'))).status, 401);
    assert.deepEqual(authorizations(registry), ['Bearer glpat-abc']);
  });

  test('is given the user and password at once on its own interfaces', async (context) => {
    const registry = await recorded(context, (_request, response) => response.end('[]'));
    const asking = await clientOf(context, registry.origin, { access: CREDENTIAL, secrets });
    await asking.ask(request('/api/v2.0/projects'));
    await asking.ask(request('/v2/'));
    assert.deepEqual(authorizations(registry), [BASIC, null]);
  });
});

function endless(response: Parameters<RequestListener>[1]): void {
  const write = (): void => {
    while (!response.destroyed && response.write(' '.repeat(8_192)));
    response.once('drain', write);
  };
  write();
}
