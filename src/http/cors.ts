// CORS (Fetch standard): only for the origins of federation.yaml, never with credentials.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { CATALOG_TOKEN_HEADER } from '../model/data-set.ts';

const METHODS = 'GET, POST';
/** Headers of GraphQL clients and of tracing (W3C Trace Context); `federation.corsHeaders` adds to them. */
const HEADERS = [
  'authorization',
  'content-type',
  'accept',
  'apollo-require-preflight',
  'graphql-require-preflight',
  'x-apollo-operation-name',
  'apollographql-client-name',
  'apollographql-client-version',
  'traceparent',
  'tracestate',
  'x-request-id',
  CATALOG_TOKEN_HEADER,
];
/** Seconds for which a browser may cache the answer to a preflight. */
const MAX_AGE = '600';

/**
 * Sets the CORS headers (Fetch standard) where the request's origin is in `origins`; `more`: further request
 * headers that such an origin may send, none by default. True where the request was a preflight, which is
 * then answered with 204, without these headers for another origin; a browser may remember it for 600 s.
 */
export function answersCors(
  request: IncomingMessage,
  response: ServerResponse,
  origins: ReadonlySet<string>,
  more: readonly string[] = [],
): boolean {
  const { origin } = request.headers;
  const allowed = origin !== undefined && origins.has(origin);
  if (allowed) {
    response.setHeader('access-control-allow-origin', origin);
    response.setHeader('access-control-expose-headers', 'www-authenticate');
  }
  const preflight =
    request.method === 'OPTIONS' && request.headers['access-control-request-method'] !== undefined;
  if (!preflight) return false;
  if (allowed) {
    response.setHeader('access-control-allow-methods', METHODS);
    response.setHeader('access-control-allow-headers', [...new Set([...HEADERS, ...more])].join(', '));
    response.setHeader('access-control-max-age', MAX_AGE);
  }
  response.statusCode = 204;
  response.end();
  return true;
}
