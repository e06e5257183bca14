// The clients of GraphQL that portals use, real ones, each in the ways in which it can be set up to send a query.
import { createHash } from 'node:crypto';
import * as four from '@apollo/client/core';
import { CombinedGraphQLErrors } from '@apollo/client/errors';
import { PersistedQueryLink } from '@apollo/client/link/persisted-queries';
import * as urql from '@urql/core';
import * as three from 'apollo-client-3/core/index.js';
import { createPersistedQueryLink } from 'apollo-client-3/link/persisted-queries/index.js';
import { ClientError, GraphQLClient } from 'graphql-request';

export interface Asked {
  readonly data: unknown;
  /** `extensions.code` of the first error, as far as the client hands it on; null: there was none. */
  readonly code: string | null;
}

/** Asks as one client does: through `fetch`, with further headers beside its own. */
export type AskByClient = (
  uri: string,
  fetch: typeof globalThis.fetch,
  headers: Readonly<Record<string, string>>,
) => (text: string, variables: Readonly<Record<string, unknown>>) => Promise<Asked>;

interface Coded {
  readonly extensions?: { readonly code?: unknown };
}

const codeOf = (errors: readonly Coded[] | undefined): string => String(errors?.[0]?.extensions?.code);
const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

interface ApolloWay {
  readonly get?: boolean;
  readonly persisted?: boolean;
}

/** The name of the portal is what Apollo's own server counts clients by. */
const AWARENESS = { name: 'portal', version: '1.0' };

const apollo3 =
  ({ get = false, persisted = false }: ApolloWay): AskByClient =>
  (uri, fetch, headers) => {
    const http = new three.HttpLink({ uri, fetch, headers, useGETForQueries: get && !persisted });
    const link = persisted
      ? createPersistedQueryLink({ sha256, useGETForHashedQueries: get }).concat(http)
      : http;
    const cache = new three.InMemoryCache();
    const client = new three.ApolloClient({ link, cache, clientAwareness: AWARENESS });
    return async (text, variables) => {
      try {
        const { data } = await client.query({ query: three.gql(text), variables, fetchPolicy: 'no-cache' });
        return { data, code: null };
      } catch (error) {
        if (!(error instanceof three.ApolloError)) throw error;
        const { result } = (error.networkError ?? {}) as { result?: { errors?: readonly Coded[] } };
        return { data: null, code: codeOf(result?.errors ?? error.graphQLErrors) };
      }
    };
  };

const apollo4 =
  ({ get = false, persisted = false }: ApolloWay): AskByClient =>
  (uri, fetch, headers) => {
    const http = new four.HttpLink({ uri, fetch, headers, useGETForQueries: get && !persisted });
    const link = persisted
      ? new PersistedQueryLink({ sha256, useGETForHashedQueries: get }).concat(http)
      : http;
    const cache = new four.InMemoryCache();
    const client = new four.ApolloClient({ link, cache, clientAwareness: AWARENESS });
    return async (text, variables) => {
      try {
        const { data } = await client.query({ query: four.gql(text), variables, fetchPolicy: 'no-cache' });
        return { data, code: null };
      } catch (error) {
        if (!CombinedGraphQLErrors.is(error)) throw error;
        return { data: null, code: codeOf(error.errors) };
      }
    };
  };

const urqlBy =
  (more: Partial<urql.ClientOptions>): AskByClient =>
  (url, fetch, headers) => {
    const client = new urql.Client({
      url,
      fetch,
      fetchOptions: { headers },
      exchanges: [urql.fetchExchange],
      ...more,
    });
    return async (text, variables) => {
      const { data, error } = await client.query(text, variables).toPromise();
      if (error === undefined) return { data, code: null };
      if (error.graphQLErrors.length === 0) throw error;
      return { data: null, code: codeOf(error.graphQLErrors) };
    };
  };

const graphqlRequest =
  (method: 'GET' | 'POST'): AskByClient =>
  (url, fetch, headers) => {
    const client = new GraphQLClient(url, { fetch, headers, method });
    return async (text, variables) => {
      try {
        return { data: await client.request(text, variables), code: null };
      } catch (error) {
        if (!(error instanceof ClientError)) throw error;
        return { data: null, code: codeOf(error.response.errors as readonly Coded[] | undefined) };
      }
    };
  };

/** Clients that the gateway answers as they come. */
export const CLIENTS: Readonly<Record<string, AskByClient>> = {
  'Apollo Client 3': apollo3({}),
  'Apollo Client 3, by GET': apollo3({ get: true }),
  'Apollo Client 3, persisted': apollo3({ persisted: true }),
  'Apollo Client 3, persisted, by GET': apollo3({ persisted: true, get: true }),
  'Apollo Client 4': apollo4({}),
  'Apollo Client 4, by GET': apollo4({ get: true }),
  'Apollo Client 4, persisted': apollo4({ persisted: true }),
  'Apollo Client 4, persisted, by GET': apollo4({ persisted: true, get: true }),
  'urql, by POST': urqlBy({ preferGetMethod: false }),
  'graphql-request': graphqlRequest('POST'),
};

/** Clients whose GET a page of another site could send as well: they need a header of their own. */
export const BARE_CLIENTS: Readonly<Record<string, AskByClient>> = {
  urql: urqlBy({}),
  'graphql-request, by GET': graphqlRequest('GET'),
};
