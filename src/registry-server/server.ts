// The contract server: registry.graphql over HTTP for a lab that has only a catalog file, and for the demo's labs.
import type { IncomingMessage } from 'node:http';
import { type GraphQLSchema, parse } from 'graphql';
import { createYoga, type Plugin } from 'graphql-yoga';
import { type Logger, pino } from 'pino';
import { isLoopbackHost } from '../config/loopback.ts';
import { answerable } from '../graphql/errors.ts';
import { bringsBearer } from '../http/bearer-secret.ts';
import { fail } from '../http/fail.ts';
import { answerGraphql } from '../http/graphql-over-http.ts';
import { createListener } from '../http/listener.ts';
import { refuseRebinding } from '../http/loopback.ts';
import { FederationError } from '../model/errors.ts';
import type { RegistryCatalog } from './catalog.ts';
import { DRAIN_MS, LIMITS } from './limits.ts';
import { registrySchema } from './schema.ts';

export {
  type CheckedCatalog,
  checkRegistryCatalog,
  loadRegistryCatalog,
  type RegistryCatalog,
  servable,
} from './catalog.ts';

export interface RegistryServerOptions {
  readonly catalog: RegistryCatalog;
  /** SDL of the fields that the lab adds to Image; their values are in each image's `extension`. By default it adds none. */
  readonly extension?: string | null | undefined;
  /** The bearer token (RFC 6750) that requests must carry; null: none is required. */
  readonly token?: string | null | undefined;
  /** 127.0.0.1 by default. */
  readonly host?: string | undefined;
  /** 0, a free one, by default. */
  readonly port?: number | undefined;
  readonly logger?: Logger | undefined;
}

export interface RegistryServer {
  /** The GraphQL endpoint: `http://127.0.0.1:4100/graphql`. */
  readonly url: string;
  readonly port: number;
  /**
   * Serves another catalog from the next request on.
   * @throws FederationError CATALOG_INVALID if it does not fit the extension's schema; the present one is served on
   */
  replace(catalog: RegistryCatalog): void;
  /** Stops accepting requests, answers those under way for at most five seconds, and ends. Never rejects. */
  close(): Promise<void>;
}

const PATH = '/graphql';
const BODY_BYTES = 131_072;
const DOCUMENT_TOKENS = 1_000;

/**
 * Starts a server of the contract, version 2 (GraphQL over HTTP), by default at 127.0.0.1, a free port,
 * without a token and without a log; resolves when it listens. Documents have at most 1,000 tokens and bodies
 * 128 KiB. Without its token a request is UNAUTHENTICATED; where none is required, on loopback, one that
 * names another host is FORBIDDEN.
 *
 * @throws FederationError PORT_TAKEN, CONFIG_INVALID (an address that is not this machine's, an extension's
 * schema that does not fit), CATALOG_INVALID (an image that lacks what the extension requires)
 */
export async function createRegistryServer(options: RegistryServerOptions): Promise<RegistryServer> {
  const { host = '127.0.0.1', port = 0, token = null, logger = pino({ level: 'silent' }) } = options;
  const { catalog, extension = null } = options;
  let schema = registrySchema(catalog, extension);
  const yoga = contractYoga(() => schema, logger);
  const listener = await createListener({
    host,
    port,
    limits: LIMITS,
    answer: async (request, response, url) => {
      try {
        if (token !== null) refuseStranger(request, token);
        else if (isLoopbackHost(host)) refuseRebinding(request);
        if (url.pathname !== PATH) throw nothingHere();
        await answerGraphql(
          (...exchange) => yoga.handleNodeRequestAndResponse(...exchange, {}),
          request,
          response,
          url,
        );
      } catch (error) {
        fail(response, error, logger);
      }
    },
  });
  return {
    url: listener.url + PATH,
    port: listener.port,
    replace: (edited) => {
      schema = registrySchema(edited, extension);
    },
    close: () => listener.close(DRAIN_MS),
  };
}

function contractYoga(schema: () => GraphQLSchema, logger: Logger) {
  return createYoga({
    schema,
    plugins: [boundedParser],
    graphqlEndpoint: PATH,
    maskedErrors: { maskError: (error) => answerable(error, logger) },
    graphiql: false,
    landingPage: false,
    cors: false,
    multipart: false,
    batching: false,
    maxRequestBodySize: BODY_BYTES,
    logging: {
      debug: () => {},
      info: () => {},
      warn: (...messages: unknown[]) => logger.warn({ messages: messages.map(String) }, 'registry'),
      error: () => {},
    },
  });
}

/** Bounds the tokens of a document: one with a thousand aliases would return every image a thousand times. */
const boundedParser: Plugin = {
  onParse({ setParseFn }) {
    setParseFn((source, options) => parse(source as string, { ...options, maxTokens: DOCUMENT_TOKENS }));
  },
};

const nothingHere = (): FederationError =>
  new FederationError('NOT_FOUND', 'There is nothing here.', { hint: `GraphQL is at ${PATH}.` });

/** Throws UNAUTHENTICATED. */
function refuseStranger(request: IncomingMessage, token: string): void {
  if (bringsBearer(request, token)) return;
  throw new FederationError('UNAUTHENTICATED', 'this registry asks for its token');
}
