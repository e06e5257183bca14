// The contract server: registry.graphql over HTTP for a lab that has only a catalog file, and for the demo's labs.
import { createHash, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { parse } from 'graphql';
import { createYoga, type Plugin } from 'graphql-yoga';
import type { Logger } from 'pino';
import { FederationError } from '../model/errors.ts';
import type { RegistryCatalog } from './registry-catalog.ts';
import { registrySchema } from './registry-schema.ts';

export { loadRegistryCatalog, type RegistryCatalog } from './registry-catalog.ts';

export interface RegistryServerOptions {
  readonly catalog: RegistryCatalog;
  /** SDL of the fields that the lab adds to Image; their values are in each image's `extension`. */
  readonly extension?: string | null | undefined;
  /** The bearer token that requests must carry; null: none is asked for. */
  readonly token?: string | null | undefined;
  /** 127.0.0.1 unless said. */
  readonly host?: string | undefined;
  /** 0, a free one, unless said. */
  readonly port?: number | undefined;
  readonly logger?: Logger | undefined;
}

export interface RegistryServer {
  /** The GraphQL endpoint: `http://127.0.0.1:4100/graphql`. */
  readonly url: string;
  readonly port: number;
  /** Answers what is under way, for at most five seconds, and stops. */
  close(): Promise<void>;
}

const BODY_BYTES = 131_072;
const DOCUMENT_TOKENS = 1_000;
const DRAIN_MS = 5_000;

/** @throws FederationError PORT_TAKEN, CONFIG_INVALID (an address that is not this machine's, an extension's schema), CATALOG_INVALID */
export async function createRegistryServer(options: RegistryServerOptions): Promise<RegistryServer> {
  const { host = '127.0.0.1', port = 0, token = null } = options;
  const answer = contractYoga(options);
  const server = createServer((request, response) => {
    if (token !== null && !carries(request, token)) refuse(response);
    else void answer(request, response);
  });
  await listen(server, host, port);
  const address = server.address() as AddressInfo;
  const name = host.includes(':') ? `[${host}]` : host;
  return { url: `http://${name}:${address.port}/graphql`, port: address.port, close: () => drain(server) };
}

function contractYoga({ catalog, extension = null, logger }: RegistryServerOptions) {
  return createYoga({
    schema: registrySchema(catalog, extension),
    plugins: [boundedParser],
    graphiql: false,
    landingPage: false,
    cors: false,
    multipart: false,
    batching: false,
    maxRequestBodySize: BODY_BYTES,
    logging: {
      debug: () => {},
      info: () => {},
      warn: (...told: unknown[]) => logger?.warn({ told: told.map(String) }, 'registry'),
      error: (...told: unknown[]) => logger?.error({ told: told.map(String) }, 'registry'),
    },
  });
}

/** A document of a thousand aliases would have every image answered a thousand times. */
const boundedParser: Plugin = {
  onParse({ setParseFn }) {
    setParseFn((source, options) => parse(source as string, { ...options, maxTokens: DOCUMENT_TOKENS }));
  },
};

/** Hashes are compared, so that neither time nor length tells anything of the token. */
function carries(request: IncomingMessage, token: string): boolean {
  const given = /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? '')?.[1] ?? '';
  return timingSafeEqual(digest(given), digest(token));
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

function refuse(response: ServerResponse): void {
  response
    .writeHead(401, {
      'content-type': 'application/json',
      'www-authenticate': 'Bearer',
      'cache-control': 'no-store',
      connection: 'close',
    })
    .end(
      JSON.stringify({
        errors: [{ message: 'this registry asks for its token', extensions: { code: 'UNAUTHENTICATED' } }],
      }),
    );
}

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      reject(
        error.code === 'EADDRINUSE'
          ? new FederationError('PORT_TAKEN', `port ${port} of ${host} is taken`, {
              hint: 'Name another by PORT or --port; 0 is a free one.',
            })
          : new FederationError(
              'CONFIG_INVALID',
              `cannot listen on ${host}:${port} (${error.code ?? error.message})`,
            ),
      );
    });
    server.listen(port, host, resolve);
  });
}

function drain(server: Server): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => server.closeAllConnections(), DRAIN_MS);
    server.close(() => {
      clearTimeout(timer);
      resolve();
    });
    server.closeIdleConnections();
  });
}
