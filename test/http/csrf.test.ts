import assert from 'node:assert/strict';
import type { IncomingMessage } from 'node:http';
import { describe, test } from 'node:test';
import { refuseCrossSite, wantsPage } from '../../src/http/csrf.ts';
import { FederationError } from '../../src/model/errors.ts';

const request = (method: string, headers: Record<string, string>): IncomingMessage =>
  ({ method, headers }) as unknown as IncomingMessage;

/** The code that refuses the request, or null. */
function refusal(method: string, headers: Record<string, string>): string | null {
  try {
    refuseCrossSite(request(method, headers));
    return null;
  } catch (error) {
    assert.ok(error instanceof FederationError);
    return error.code;
  }
}

describe('a GET', () => {
  const passes: Record<string, Record<string, string>> = {
    'with a token': { authorization: 'Bearer x', accept: '*/*' },
    'with a header of Apollo’s that only a preflight allows': { 'apollo-require-preflight': '' },
    'with that header as others name it': { 'graphql-require-preflight': '1' },
    'that names its operation': { 'x-apollo-operation-name': 'Search' },
    'that names its client': { 'apollographql-client-name': 'portal' },
    'with a content type of JSON': { 'content-type': 'Application/JSON; charset=utf-8' },
  };
  for (const [name, headers] of Object.entries(passes)) {
    test(`${name} passes`, () => assert.equal(refusal('GET', headers), null));
  }

  const refused: Record<string, Record<string, string>> = {
    'of a form, an image or a script': { accept: '*/*' },
    'without an Accept': {},
    'that wants JSON, which a page may ask for': { accept: 'application/json' },
    'of another site that wants JSON': { accept: 'application/json', 'sec-fetch-site': 'cross-site' },
    'with a header that proxies add': { 'x-forwarded-for': '10.0.0.1', 'x-request-id': '1' },
    'with a content type that forms send': { 'content-type': 'text/plain' },
    'of a navigation': { accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8' },
    'that wants HTML or JSON': { accept: 'text/html, application/json' },
    'that wants something like JSON': { accept: 'application/jsonp, application/json-seq' },
    'with a cookie, which nobody reads': { cookie: 'session=1' },
  };
  for (const [name, headers] of Object.entries(refused)) {
    test(`${name} is refused`, () => assert.equal(refusal('GET', headers), 'CSRF_PREVENTED'));
  }
});

describe('a POST', () => {
  for (const type of [
    'application/json',
    'Application/JSON',
    'application/json;charset=utf-8',
    ' application/json ',
  ]) {
    test(`with ${type} passes`, () => assert.equal(refusal('POST', { 'content-type': type }), null));
  }

  for (const type of [
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=application/json',
    'text/plain',
    'text/plain;application/json',
    'application/jsonp',
    '',
  ]) {
    test(`with ${type || 'no type'} is refused, even with a token`, () => {
      const headers = { 'content-type': type, authorization: 'Bearer x', 'apollo-require-preflight': '1' };
      assert.equal(refusal('POST', headers), 'UNSUPPORTED_MEDIA_TYPE');
    });
  }
});

test('only a GET that accepts HTML asks for a page', () => {
  assert.equal(wantsPage(request('GET', { accept: 'text/html,*/*' })), true);
  assert.equal(wantsPage(request('GET', { accept: '*/*' })), false);
  assert.equal(wantsPage(request('GET', {})), false);
  assert.equal(wantsPage(request('POST', { accept: 'text/html' })), false);
});
