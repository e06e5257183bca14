// Apollo's automatic persisted queries are not supported: a client that sends a hash instead of its query gets the
// error that the protocol defines, and then sends the query.
import type { Plugin } from 'graphql-yoga';
import { FederationError } from '../model/errors.ts';

/** Answers `extensions.persistedQuery` without a query with PERSISTED_QUERY_NOT_SUPPORTED, and HTTP 200. */
export const refusePersisted: Plugin = {
  onParams({ params }) {
    if (params?.query != null || params?.extensions?.persistedQuery == null) return;
    // Apollo's clients compare this message as well as the code.
    throw new FederationError('PERSISTED_QUERY_NOT_SUPPORTED', 'PersistedQueryNotSupported', {
      hint: 'Send the query itself.',
    });
  },
};
