import assert from 'node:assert/strict';
import type { IncomingMessage } from 'node:http';
import { describe, test } from 'node:test';
import { targetOf } from '../../src/http/request-target.ts';

const request = (url: string, hosts: readonly string[] = ['x'], minor = 1): IncomingMessage =>
  ({
    url,
    httpVersionMajor: 1,
    httpVersionMinor: minor,
    headersDistinct: hosts.length === 0 ? {} : { host: hosts },
  }) as unknown as IncomingMessage;

const routed = (url: string): string => {
  const { pathname, search } = targetOf(request(url));
  return pathname + search;
};

describe('a Host (RFC 9112, section 3.2)', () => {
  test('is a name or an address, with or without a port', () => {
    for (const host of [
      'x',
      'gateway.example',
      'a_b.example:443',
      '10.0.0.1:80',
      '[::1]',
      '[2001:db8::1]:4000',
    ]) {
      assert.doesNotThrow(() => targetOf(request('/', [host])), host);
    }
  });

  for (const host of [
    '',
    '[',
    '%',
    'a b',
    'x:99999',
    'x:',
    'x:y',
    'a/b',
    'a?b',
    'a#b',
    'a@b',
    'a\\b',
    '[::1',
    '[x]',
    'a,b b',
    '\u00e9',
  ]) {
    test(`that is ${JSON.stringify(host)} is refused`, () => {
      assert.throws(() => targetOf(request('/', [host])), { code: 'BAD_REQUEST' });
    });
  }

  test('is given once', () => {
    assert.throws(() => targetOf(request('/', ['a', 'b'])), { code: 'BAD_REQUEST' });
    assert.throws(() => targetOf(request('/', ['a', 'a'])), { code: 'BAD_REQUEST' });
  });

  test('may be missing only in HTTP/1.0', () => {
    assert.doesNotThrow(() => targetOf(request('/', [], 0)));
    assert.throws(() => targetOf(request('/', [], 1)), { code: 'BAD_REQUEST' });
  });
});

describe('a target', () => {
  test('is a path with its query', () => {
    assert.equal(routed('/graphql?query=%7Ba%7D'), '/graphql?query=%7Ba%7D');
    assert.equal(routed('//graphql'), '//graphql');
  });

  test('in absolute form is its path, whatever host it names', () => {
    assert.equal(routed('http://elsewhere.example/graphql?a'), '/graphql?a');
    assert.equal(routed('https://elsewhere.example:99'), '/');
    assert.equal(routed('http://elsewhere.example?a'), '/?a');
  });

  test('for the whole server is /', () => assert.equal(routed('*'), '/'));

  for (const path of [
    '/graphql/../metrics',
    '/graphql/%2e%2e/metrics',
    '/./metrics',
    '/graphql\\..\\metrics',
    'http://x/a/../metrics',
    '/metrics/.',
  ]) {
    test(`${path} has a spelling that no route has`, () => {
      assert.throws(() => targetOf(request(path)), { code: 'NOT_FOUND' });
    });
  }

  for (const target of ['', 'graphql', 'example.com:443', 'ftp://x/a', 'http://', 'http://[/a']) {
    test(`${JSON.stringify(target)} is refused`, () => {
      assert.throws(() => targetOf(request(target)), { code: 'BAD_REQUEST' });
    });
  }
});
