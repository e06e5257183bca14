// The caller's token, exchanged for one of the data catalog: which goes where.
import assert from 'node:assert/strict';
import { text } from 'node:stream/consumers';
import { describe, test } from 'node:test';
import { BearerToken } from '../../src/data-catalogs/bearer-token.ts';
import { startScicatServer } from '../support/data-catalogs/scicat-server.ts';
import { startHttpServer } from '../support/http-server.ts';
import { catalogsOf, httpClient, SOMEONE } from './asking.ts';

const PID = '10.5072/a';
const OWN = BearerToken.read('Bearer of.the.caller', 100);
const ISSUED = { access_token: 'of-the-catalog', token_type: 'bearer', expires_in: 60 };

describe('a token exchange', () => {
  const client = httpClient();

  /** What comes of a look-up at a catalog that shows its data set with the exchanged token alone. */
  const lookUp = async (asker: object, answer: object = ISSUED, status = 200) => {
    const exchanges: { readonly authorization: string | undefined; readonly form: URLSearchParams }[] = [];
    const endpoint = await startHttpServer(async (request, response) => {
      exchanges.push({
        authorization: request.headers.authorization,
        form: new URLSearchParams(await text(request)),
      });
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
    });
    const catalog = await startScicatServer([{ pid: PID, withheldWithout: 'of-the-catalog' }]);
    try {
      const catalogs = await catalogsOf(client, {
        psi: {
          ...{ kind: 'scicat', url: `${catalog.origin}/api/v3` },
          tokenExchange: {
            ...{ endpoint: `${endpoint.origin}/token`, audience: 'scicat', clientId: 'pan fed' },
            clientSecret: { env: 'SECRET' },
          },
        },
      });
      const { outcome } = await catalogs.lookUp(PID, { ...SOMEONE, ...asker });
      return {
        outcome,
        exchanges,
        tokens: [...new Set(catalog.asked.map(({ headers }) => headers.authorization))],
      };
    } finally {
      await catalog.close();
      await endpoint.close();
    }
  };

  test('sends the caller’s own token to the endpoint, and what it gives to the catalog', async () => {
    const { outcome, exchanges, tokens } = await lookUp({ own: OWN });
    assert.deepEqual([outcome.status, tokens], ['OK', ['Bearer of-the-catalog']]);
    assert.deepEqual(
      exchanges.map(({ authorization, form }) => [authorization, Object.fromEntries(form)]),
      [
        [
          `Basic ${Buffer.from('pan%20fed:of%20the%20gateway').toString('base64')}`,
          {
            grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
            subject_token: 'of.the.caller',
            subject_token_type: 'urn:ietf:params:oauth:token-type:access_token',
            requested_token_type: 'urn:ietf:params:oauth:token-type:access_token',
            audience: 'scicat',
          },
        ],
      ],
    );
  });

  test('is not asked for where the caller gives a token for the catalog, nor for nobody', async () => {
    const given = await lookUp({ own: OWN, token: BearerToken.read('Bearer another', 100) });
    assert.deepEqual([given.exchanges, given.tokens], [[], ['Bearer another']]);
    const nobody = await lookUp({});
    assert.deepEqual([nobody.exchanges, nobody.tokens], [[], [undefined]]);
  });

  for (const [name, answer, status, code] of [
    ['refuses', { error: 'invalid_grant' }, 400, 'SOURCE_REFUSED'],
    ['fails', {}, 500, 'SOURCE_HTTP_STATUS'],
    ['gives no token', {}, 200, 'SOURCE_MALFORMED'],
    ['gives a token of another type', { ...ISSUED, token_type: 'N_A' }, 200, 'SOURCE_MALFORMED'],
    ['gives what is no token', { ...ISSUED, access_token: 'a\r\nx: y' }, 200, 'SOURCE_MALFORMED'],
  ] as const) {
    test(`whose endpoint ${name} leaves the catalog unasked`, async () => {
      const { outcome, tokens } = await lookUp({ own: OWN }, answer, status);
      assert.deepEqual([outcome.status, outcome.error?.code, tokens], ['ERROR', code, []]);
    });
  }
});
