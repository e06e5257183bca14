// The parameters of a GET (GraphQL over HTTP, section 6.1): one that is not JSON is the client's error, not the
// gateway's.
import type { Plugin } from 'graphql-yoga';
import { FederationError } from '../model/errors.ts';

const JSON_PARAMETERS = ['variables', 'extensions'] as const;

/** Answers with BAD_REQUEST where `variables` or `extensions` in the URL are not JSON. */
export const refuseMalformedParameters: Plugin = {
  onRequestParse({ request, url }) {
    if (request.method !== 'GET') return;
    for (const name of JSON_PARAMETERS) {
      const text = url.searchParams.get(name);
      if (text && !isJson(text)) {
        throw new FederationError('BAD_REQUEST', `The parameter \`${name}\` is not JSON.`, {
          hint: 'Encode it for a URL, or send the query by POST.',
        });
      }
    }
  },
};

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
