// Apollo's automatic persisted queries are not kept here: a client that sends a hash in place of its query is told so in
// the words that it knows, and sends the query.
import type { Plugin } from 'graphql-yoga';
import { FederationError } from '../model/errors.ts';

/** Answers `extensions.persistedQuery` without a query by PERSISTED_QUERY_NOT_SUPPORTED, with HTTP 200. */
export const refusePersisted: Plugin = {
  onParams({ params }) {
    if (params?.query != null || params?.extensions?.persistedQuery == null) return;
    // Apollo's clients compare this message as well as the code.
    throw new FederationError('PERSISTED_QUERY_NOT_SUPPORTED', 'PersistedQueryNotSupported', {
      hint: 'Send the query itself.',
    });
  },
};
