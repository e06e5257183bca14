import assert from 'node:assert/strict';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { describe, test } from 'node:test';
import { answersCors } from '../../src/http/cors.ts';

const ORIGIN = 'https://portal.example';

/** What was answered to a request with these headers; `ended` is whether it was a preflight. */
function ask(method: string, headers: Record<string, string>) {
  const set = new Map<string, string>();
  let status = 200;
  const response = {
    setHeader: (name: string, value: string) => set.set(name, value),
    set statusCode(code: number) {
      status = code;
    },
    end: () => {},
  };
  const ended = answersCors(
    { method, headers } as unknown as IncomingMessage,
    response as unknown as ServerResponse,
    new Set([ORIGIN]),
    ['x-portal', 'accept'],
  );
  return { ended, status, headers: Object.fromEntries(set) };
}

const preflight = (origin: string) =>
  ask('OPTIONS', {
    origin,
    'access-control-request-method': 'POST',
    'access-control-request-headers': 'authorization, content-type',
  });

describe('a preflight', () => {
  test('from an allowed origin gets the methods and headers, and never credentials', () => {
    const { ended, status, headers } = preflight(ORIGIN);
    assert.deepEqual([ended, status], [true, 204]);
    assert.deepEqual(headers, {
      'access-control-allow-origin': ORIGIN,
      'access-control-expose-headers': 'www-authenticate',
      'access-control-allow-methods': 'GET, POST',
      'access-control-allow-headers':
        'authorization, content-type, accept, apollo-require-preflight, graphql-require-preflight, x-apollo-operation-name, apollographql-client-name, apollographql-client-version, traceparent, tracestate, x-request-id, x-data-catalog-authorization, x-portal',
      'access-control-max-age': '600',
    });
  });

  for (const origin of [
    'https://elsewhere.example',
    'null',
    '*',
    ORIGIN.toUpperCase(),
    `${ORIGIN}/`,
    `${ORIGIN}:444`,
  ]) {
    test(`from ${origin} is answered, and allows nothing`, () => {
      assert.deepEqual(preflight(origin), { ended: true, status: 204, headers: {} });
    });
  }
});

describe('any other request', () => {
  test('from an allowed origin is handled, and only that origin may read its answer', () => {
    const { ended, headers } = ask('POST', { origin: ORIGIN });
    assert.equal(ended, false);
    assert.equal(headers['access-control-allow-origin'], ORIGIN);
    assert.equal(headers['access-control-allow-credentials'], undefined);
  });

  test('without an origin, or from another, is handled without CORS', () => {
    assert.deepEqual(ask('POST', {}), { ended: false, status: 200, headers: {} });
    assert.deepEqual(ask('POST', { origin: 'null' }), { ended: false, status: 200, headers: {} });
  });

  test('by OPTIONS that asks for no method is not a preflight', () => {
    assert.equal(ask('OPTIONS', { origin: ORIGIN }).ended, false);
  });
});
