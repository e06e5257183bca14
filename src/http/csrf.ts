// Refuses requests that a foreign page could make a browser send without a preflight, before any work is done.
import type { IncomingMessage } from 'node:http';
import { FederationError } from '../model/errors.ts';
import { JSON_TYPE, mediaTypeOf } from './request-body.ts';

/** Whether a browser navigates to GraphiQL (a GET that accepts text/html): it gets a page, and nothing is executed. */
export function wantsPage({ method, headers }: IncomingMessage): boolean {
  return method === 'GET' && (headers.accept ?? '').includes('text/html');
}

/**
 * Headers that a page cannot add to a request to another origin without a preflight (Fetch standard: none is
 * CORS-safelisted). A name that begins with `x-` is not enough: proxies add some themselves. An Accept is safelisted.
 */
const PREFLIGHTED = [
  'authorization',
  'apollo-require-preflight',
  'graphql-require-preflight',
  'x-apollo-operation-name',
  'apollographql-client-name',
] as const;

/**
 * Refuses a GET without one of {@link PREFLIGHTED} and without a content type of JSON, by throwing CSRF_PREVENTED, and
 * a POST without that content type, which no form can send, by throwing UNSUPPORTED_MEDIA_TYPE.
 */
export function refuseCrossSite(request: IncomingMessage): void {
  const { method, headers } = request;
  const type = mediaTypeOf(request);
  if (type === JSON_TYPE) return;
  if (method === 'POST') {
    throw new FederationError(
      'UNSUPPORTED_MEDIA_TYPE',
      `A query must be sent as application/json, not ${type ?? 'without a content type'}.`,
      { hint: 'Set the header `Content-Type: application/json`.' },
    );
  }
  if (PREFLIGHTED.some((name) => headers[name] !== undefined)) return;
  throw new FederationError('CSRF_PREVENTED', 'This request could have been sent by another site’s page.', {
    hint: 'Send the header `graphql-require-preflight: 1` or `Content-Type: application/json`, or use POST.',
  });
}
