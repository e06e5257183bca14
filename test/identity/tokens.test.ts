import assert from 'node:assert/strict';
import { createPublicKey } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { base64url, decodeJwt, type JWK, SignJWT } from 'jose';
import type { IssuerConfig } from '../../src/config/issuer.ts';
import { wwwAuthenticate } from '../../src/identity/refusal.ts';
import { FederationError } from '../../src/model/errors.ts';
import { ANONYMOUS } from '../../src/model/subject.ts';
import { createHttpClient } from '../../src/network/create-http-client.ts';
import type { HttpClient } from '../../src/network/http-client.ts';
import { clockOf } from '../support/clock.ts';
import { assertRefused, identityOf, issuerConfig } from '../support/identity.ts';
import { AUDIENCE, publicPart, type RealIssuer, signingKey, startIssuer } from '../support/issuer.ts';

let issuer: RealIssuer;
let second: RealIssuer;
let stranger: RealIssuer;
let httpClient: HttpClient;
let config: IssuerConfig;

before(async () => {
  [issuer, second, stranger] = await Promise.all([startIssuer(), startIssuer(), startIssuer()]);
  httpClient = createHttpClient({ backoff: { retries: 0 } });
  config = issuerConfig({ url: issuer.url, audience: [AUDIENCE] });
});

after(async () => {
  await httpClient.close();
  await Promise.all([issuer.close(), second.close(), stranger.close()]);
});

const bearer = (token: string): string => `Bearer ${token}`;
const seconds = (): number => Math.floor(Date.now() / 1_000);
/** Claims of a token that is valid in every respect. */
const valid = (changed: Readonly<Record<string, unknown>> = {}) => ({
  iss: issuer.url,
  aud: AUDIENCE,
  sub: 'person',
  iat: seconds(),
  exp: seconds() + 600,
  ...changed,
});

describe('a token of a real issuer', () => {
  test('is verified by discovery, and its claims make the caller', async () => {
    const identity = await identityOf([config], { httpClient });
    const token = await issuer.token({
      name: 'Ada',
      eduperson_entitlement: ['urn:geant:esrf.eu:group:em:cryo:role=operator#aai.esrf.eu'],
      eduperson_scoped_affiliation: ['Member@ESRF.eu'],
      eduperson_assurance: ['https://refeds.org/assurance/IAP/medium'],
    });
    assert.deepEqual(await identity.identify(bearer(token)), {
      principal: JSON.stringify([issuer.url, 'person']),
      subject: {
        authenticated: true,
        issuer: issuer.url,
        groups: [
          'urn:geant:esrf.eu:group:em',
          'urn:geant:esrf.eu:group:em:cryo',
          'urn:geant:esrf.eu:group:em:cryo:role=operator',
        ],
        affiliations: ['member@esrf.eu'],
        sites: ['esrf'],
        assurance: ['https://refeds.org/assurance/IAP/medium'],
        academic: null,
      },
      name: 'Ada',
      roles: [],
      expires: decodeJwt(token).exp,
    });
  });

  test('is verified by a configured JWKS URL, without discovery', async () => {
    const from = issuer.asked.length;
    const identity = await identityOf([{ ...config, jwks: `${issuer.url}/jwks` }], { httpClient });
    assert.equal((await identity.identify(bearer(await issuer.token()))).subject.authenticated, true);
    assert.deepEqual(
      issuer.asked.slice(from).filter((path) => path !== '/token'),
      ['/jwks'],
    );
  });

  test('is another principal than the same sub of another issuer', async () => {
    const other = issuerConfig({ url: second.url, audience: [AUDIENCE] });
    const identity = await identityOf([config, other], { httpClient });
    const [one, two] = await Promise.all([
      identity.identify(bearer(await issuer.token())),
      identity.identify(bearer(await second.token())),
    ]);
    assert.notEqual(one.principal, two.principal);
    assert.equal(two.subject.issuer, second.url);
  });

  test('costs one fetch of the keys, however many ask at once and after', async () => {
    const from = issuer.asked.length;
    const identity = await identityOf([config], { httpClient });
    const tokens = await Promise.all(Array.from({ length: 5 }, () => issuer.token()));
    await Promise.all(tokens.map((token) => identity.identify(bearer(token))));
    await identity.identify(bearer(await issuer.forge(valid())));
    assert.equal(issuer.asked.slice(from).filter((path) => path === '/jwks').length, 1);
  });
});

describe('no token', () => {
  test('is the anonymous caller', async () => {
    const identity = await identityOf([config], { httpClient });
    assert.equal(await identity.identify(null), ANONYMOUS);
  });

  for (const header of [
    '',
    'Bearer',
    'Bearer ',
    'Basic YTpi',
    'Bearer a b',
    'Bearer a,b',
    'bearer\ta.b.c',
    'a.b.c',
  ]) {
    test(`is not meant by the header ${JSON.stringify(header)}`, async () => {
      const identity = await identityOf([config], { httpClient });
      await assertRefused(identity.identify(header), 'MALFORMED_HEADER');
    });
  }
});

describe('a token is refused', () => {
  const cases: readonly [string, string, () => Promise<string>][] = [
    ['that is no JWT', 'MALFORMED_TOKEN', async () => 'abc'],
    [
      'whose payload is no object',
      'MALFORMED_TOKEN',
      async () => `${base64url.encode('{}')}.${base64url.encode('[]')}.x`,
    ],
    ['of an issuer that is not configured', 'UNKNOWN_ISSUER', () => stranger.token()],
    ['without an issuer', 'UNKNOWN_ISSUER', () => issuer.forge(valid({ iss: undefined }))],
    ['whose issuer is a list', 'UNKNOWN_ISSUER', () => issuer.forge(valid({ iss: [issuer.url] }))],
    [
      'of another issuer that says it is this one',
      'UNKNOWN_KEY',
      async () => issuer.forge(valid(), {}, await signingKey('mine')),
    ],
    [
      'signed by a stranger under a known kid',
      'BAD_SIGNATURE',
      async () => issuer.forge(valid(), {}, await signingKey('first')),
    ],
    [
      'for another audience',
      'WRONG_AUDIENCE',
      () => issuer.forge(valid({ aud: ['https://elsewhere.example'] })),
    ],
    ['for no audience', 'WRONG_AUDIENCE', () => issuer.forge(valid({ aud: undefined }))],
    ['of another typ', 'WRONG_TYPE', () => issuer.forge(valid(), { typ: 'JWT' })],
    ['without a typ', 'WRONG_TYPE', () => issuer.forge(valid(), { typ: undefined })],
    ['that expired', 'EXPIRED', () => issuer.forge(valid({ iat: seconds() - 700, exp: seconds() - 60 }))],
    ['that is not valid yet', 'NOT_YET_VALID', () => issuer.forge(valid({ nbf: seconds() + 60 }))],
    ['that was issued in the future', 'NOT_YET_VALID', () => issuer.forge(valid({ iat: seconds() + 60 }))],
    ['that lives too long', 'LIVES_TOO_LONG', () => issuer.forge(valid({ exp: seconds() + 3_700 }))],
    ['without iat', 'NO_LIFETIME', () => issuer.forge(valid({ iat: undefined }))],
    ['without exp', 'NO_LIFETIME', () => issuer.forge(valid({ exp: undefined }))],
    ['whose exp is no number', 'NO_LIFETIME', () => issuer.forge(valid({ exp: '9999999999' }))],
    ['without sub', 'NO_SUBJECT', () => issuer.forge(valid({ sub: undefined }))],
    ['with an empty sub', 'NO_SUBJECT', () => issuer.forge(valid({ sub: '' }))],
    ['with an endless sub', 'NO_SUBJECT', () => issuer.forge(valid({ sub: 'x'.repeat(513) }))],
    ['beyond the size limit', 'TOO_LARGE', () => issuer.forge(valid({ padding: 'x'.repeat(20_000) }))],
    ['with alg none', 'WRONG_ALGORITHM', async () => unsigned({ alg: 'none', typ: 'at+jwt' })],
    ['with HS256 and the public key as its secret', 'WRONG_ALGORITHM', () => confused(issuer.key())],
    ['with a critical header that nobody knows', 'UNVERIFIABLE', () => critical(issuer.key())],
  ];

  const unsigned = (header: object): string =>
    `${base64url.encode(JSON.stringify(header))}.${base64url.encode(JSON.stringify(valid()))}.`;
  const confused = (key: JWK): Promise<string> => {
    const pem = createPublicKey({ key: { ...publicPart(key) }, format: 'jwk' }).export({
      type: 'spki',
      format: 'pem',
    });
    return new SignJWT(valid())
      .setProtectedHeader({ alg: 'HS256', typ: 'at+jwt', kid: 'first' })
      .sign(new TextEncoder().encode(pem.toString()));
  };
  const critical = async (key: JWK): Promise<string> => {
    const [, payload, signature] = (await issuer.forge(valid(), {}, key)).split('.');
    const header = { alg: 'RS256', typ: 'at+jwt', kid: key.kid, crit: ['tomorrow'], tomorrow: 1 };
    return `${base64url.encode(JSON.stringify(header))}.${payload}.${signature}`;
  };

  for (const [what, reason, make] of cases) {
    test(what, async () => {
      const identity = await identityOf([config], { httpClient });
      await assertRefused(identity.identify(bearer(await make())), reason);
    });
  }

  test('with a fixed message that fits a WWW-Authenticate header, each time', async () => {
    const identity = await identityOf([config], { httpClient });
    const token = await issuer.forge(valid({ aud: 'https://"evil".example' }));
    const error = await assertRefused(identity.identify(bearer(token)), 'WRONG_AUDIENCE');
    assert.equal(error.entry.http, 401);
    assert.equal(
      wwwAuthenticate(error),
      'Bearer realm="panfed", error="invalid_token", error_description="the token is meant for another audience than this gateway"',
    );
    await assertRefused(identity.identify(bearer(token)), 'WRONG_AUDIENCE');
  });
});

describe('a token that was accepted', () => {
  test('is cached for at most a minute, and not beyond its expiry', async () => {
    let now = Date.now();
    const start = now;
    const identity = await identityOf([config], { httpClient, clock: clockOf(() => now) });
    const iat = Math.floor(start / 1_000);
    const long = bearer(await issuer.forge(valid({ iat, exp: iat + 600 })));
    const short = bearer(await issuer.forge(valid({ iat, exp: iat + 20 })));
    const [first, brief] = [await identity.identify(long), await identity.identify(short)];
    now = start + 19_000 - (start % 1_000);
    assert.equal(await identity.identify(short), brief);
    now = start + 59_000;
    assert.equal(await identity.identify(long), first);
    await assertRefused(identity.identify(short), 'EXPIRED');
    now = start + 61_000;
    const again = await identity.identify(long);
    assert.notEqual(again, first);
    assert.deepEqual(again, first);
  });

  test('is accepted up to the clock skew after its expiry, and then no more', async () => {
    let now = Date.now();
    const identity = await identityOf([config], { httpClient, clock: clockOf(() => now) });
    const iat = Math.floor(now / 1_000);
    const token = bearer(await issuer.forge(valid({ iat, exp: iat + 10 })));
    now = (iat + 39) * 1_000;
    assert.equal((await identity.identify(token)).subject.authenticated, true);
    now = (iat + 40) * 1_000;
    await assertRefused(identity.identify(token), 'EXPIRED');
  });
});

describe('an issuer', () => {
  test('that rotates its keys is followed after the cooldown, and the old key is gone', async () => {
    const rotating = await startIssuer();
    let now = Date.now();
    const identity = await identityOf([issuerConfig({ url: rotating.url, audience: [AUDIENCE] })], {
      httpClient,
      clock: clockOf(() => now),
    });
    const keyFetches = () => rotating.asked.filter((path) => path === '/jwks').length;
    try {
      const old = rotating.key();
      const claims = () => valid({ iss: rotating.url });
      await identity.identify(bearer(await rotating.forge(claims())));
      await rotating.rotate();
      const rotated = bearer(await rotating.forge(claims()));
      await assertRefused(identity.identify(rotated), 'UNKNOWN_KEY');
      assert.equal(keyFetches(), 1, 'within the cooldown the issuer is not asked again');
      now += 30_000;
      assert.equal((await identity.identify(rotated)).subject.authenticated, true);
      assert.equal(keyFetches(), 2);
      await assertRefused(
        identity.identify(bearer(await rotating.forge(valid({ iss: rotating.url, jti: 'new' }), {}, old))),
        'UNKNOWN_KEY',
      );
      assert.equal(keyFetches(), 2);
    } finally {
      await rotating.close();
    }
  });

  test('whose keys cannot be fetched is 503 with its own code, neither a refusal nor anonymous', async () => {
    const down = await startIssuer();
    try {
      down.shutOff(true);
      const identity = await identityOf([issuerConfig({ url: down.url, audience: [AUDIENCE] })], {
        httpClient,
      });
      const token = await down.forge(valid({ iss: down.url }));
      await assert.rejects(identity.identify(bearer(token)), (error) => {
        assert.ok(error instanceof FederationError);
        assert.deepEqual([error.code, error.entry.http], ['ISSUER_UNAVAILABLE', 503]);
        return true;
      });
      assert.equal(await identity.identify(null), ANONYMOUS);
    } finally {
      await down.close();
    }
  });

  test('must not be configured twice', async () => {
    await assert.rejects(identityOf([config, config]), { code: 'CONFIG_INVALID' });
  });

  test('whose secret cannot be read keeps the gateway from starting', async () => {
    const readSecret = () => Promise.reject(new FederationError('CONFIG_INVALID', 'not set'));
    const withSecret = { ...config, token: { env: 'NOT_SET' } };
    await assert.rejects(identityOf([withSecret], { readSecret }), { code: 'CONFIG_INVALID' });
  });

  test('has the claims reported that it may not assert, but not the person', async () => {
    const told: unknown[] = [];
    const identity = await identityOf([config], {
      httpClient,
      onDropped: (...dropped) => told.push(dropped),
    });
    await identity.identify(
      bearer(
        await issuer.token({
          eduperson_entitlement: ['urn:geant:desy.de:group:staff', 7],
          panfed_academic: true,
        }),
      ),
    );
    assert.deepEqual(told, [
      [issuer.url, 'groups', 2],
      [issuer.url, 'academic', 1],
    ]);
  });
});
