import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { discoveryUrl, fetchKeySet, keysUrl } from '../../src/identity/discovery.ts';
import { Credential } from '../../src/network/credential.ts';
import type { HttpClient, HttpRequest } from '../../src/network/http-client.ts';

const issuer = 'https://aai.esrf.eu/realms/main';

describe('discovery', () => {
  test('starts below the issuer’s path', () => {
    assert.equal(discoveryUrl(issuer), `${issuer}/.well-known/openid-configuration`);
    assert.equal(discoveryUrl(`${issuer}/`), `${issuer}/.well-known/openid-configuration`);
  });

  test('leads to the keys of the same origin', () => {
    const document = { issuer, jwks_uri: 'https://aai.esrf.eu/keys' };
    assert.equal(keysUrl(issuer, document), 'https://aai.esrf.eu/keys');
  });

  test('is refused if it is another issuer’s', () => {
    for (const stated of ['https://aai.esrf.eu/realms/other', `${issuer}/`, undefined, [issuer]]) {
      assert.throws(
        () => keysUrl(issuer, { issuer: stated, jwks_uri: 'https://aai.esrf.eu/keys' }),
        /another issuer/,
      );
    }
  });

  test('is refused if it leads to another host, another port, off TLS, or nowhere', () => {
    for (const jwks_uri of [
      'https://evil.example/keys',
      'https://aai.esrf.eu:444/keys',
      'https://aai.esrf.eu.evil.example/keys',
      'http://aai.esrf.eu/keys',
      'file:///etc/keys',
    ]) {
      assert.throws(() => keysUrl(issuer, { issuer, jwks_uri }), /another origin/);
    }
    for (const jwks_uri of [undefined, 7, '', '/keys']) {
      assert.throws(() => keysUrl(issuer, { issuer, jwks_uri }), /no jwks_uri/);
    }
    for (const document of [null, 'text', []]) assert.throws(() => keysUrl(issuer, document));
  });

  test('is fetched without the secret, which is only for the keys', async () => {
    const asked: [string, boolean][] = [];
    const httpClient: HttpClient = {
      json: async ({ url, credential }: HttpRequest) => {
        asked.push([String(url), credential !== null]);
        const body = { issuer, jwks_uri: 'https://aai.esrf.eu/keys', keys: [] };
        return { status: 200, headers: {}, bytes: 0, body };
      },
      bytes: () => assert.fail('it asks for JSON'),
      isolated: () => assert.fail('it needs no client of its own'),
      deliver: () => assert.fail('it hands nothing over'),
      download: () => assert.fail('it downloads nothing'),
      close: async () => {},
    };
    await fetchKeySet(httpClient, { url: issuer }, Credential.for(issuer, 'secret'));
    assert.deepEqual(asked, [
      [`${issuer}/.well-known/openid-configuration`, false],
      ['https://aai.esrf.eu/keys', true],
    ]);
  });
});
