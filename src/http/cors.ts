// CORS (Fetch standard): only the origins of federation.yaml, never with credentials.
import type { IncomingMessage, ServerResponse } from 'node:http';

const METHODS = 'GET, POST';
/** Of the clients of GraphQL and of tracing (W3C Trace Context); `federation.corsHeaders` adds to them. */
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
];
/** Seconds for which a browser may keep the answer to a preflight. */
const MAX_AGE = '600';

/** Sets the headers that an allowed origin needs; `more` are further ones that it may send. True if the request was a preflight, and is answered. */
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
