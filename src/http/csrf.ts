// Requests that a foreign page could make a browser send without a preflight are refused before anything is done.
import type { IncomingMessage } from 'node:http';
import { FederationError } from '../model/errors.ts';

/** Whether a browser's own navigation asks for GraphiQL: it gets a page, and nothing is executed. */
export function wantsPage({ method, headers }: IncomingMessage): boolean {
  return method === 'GET' && (headers.accept ?? '').includes('text/html');
}

const JSON_ACCEPTED = /application\/(?:graphql-response\+)?json(?=$|[\s;,])/i;

/**
 * A GET needs Authorization, apollo-require-preflight, or an Accept of JSON without text/html; a POST needs a content
 * type of JSON, which no form can send. Throws CSRF_PREVENTED or UNSUPPORTED_MEDIA_TYPE.
 */
export function refuseCrossSite({ method, headers }: IncomingMessage): void {
  if (method === 'POST') {
    const type = (headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase();
    if (type === 'application/json') return;
    throw new FederationError(
      'UNSUPPORTED_MEDIA_TYPE',
      `A query is sent as application/json, not ${type || 'without a type'}.`,
      {
        hint: 'Set the header `Content-Type: application/json`.',
      },
    );
  }
  if (headers.authorization !== undefined || headers['apollo-require-preflight'] !== undefined) return;
  const accept = headers.accept ?? '';
  if (JSON_ACCEPTED.test(accept) && !accept.includes('text/html')) return;
  throw new FederationError('CSRF_PREVENTED', 'This request could have been sent by another site’s page.', {
    hint: 'Send `Accept: application/graphql-response+json`, or the header `apollo-require-preflight: 1`.',
  });
}
