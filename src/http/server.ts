// The HTTP server: one way in for every route, with its bounds, its origins and its identity before any work.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Logger } from 'pino';
import type { Limits } from '../config/limits.ts';
import type { Gateway } from '../graphql/gateway.ts';
import { demoRefusesRequest } from '../identity/demo-refusal.ts';
import type { Identity } from '../identity/identity.ts';
import { wwwAuthenticate } from '../identity/refusal.ts';
import { FederationError } from '../model/errors.ts';
import type { Caller } from '../model/subject.ts';
import type { PolicyEngine } from '../policy/engine.ts';
import { answersCors } from './cors.ts';
import { refuseCrossSite, wantsPage } from './csrf.ts';
import { answerHealth, answerReadiness } from './health.ts';
import type { Metrics } from './metrics.ts';
import { refusesMethod, send, sendError, setCommonHeaders } from './respond.ts';

/** Answers a request for the page or one of its files; false if the path is none of its. */
export type PageHandler = (
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
  caller: Caller,
) => Promise<boolean>;

export interface ServerOptions {
  readonly gateway: Gateway;
  readonly identity: Identity;
  readonly policy: PolicyEngine;
  readonly metrics: Metrics;
  readonly page: PageHandler;
  readonly limits: Limits;
  readonly origins: readonly string[];
  /** A demo refuses what came through a proxy. */
  readonly demo: boolean;
  readonly logger: Logger;
}

export interface RunningServer {
  readonly host: string;
  readonly port: number;
  readonly url: string;
  /** Answers what is under way, for as long as a request may take; then ends. */
  close(): Promise<void>;
}

/** Bytes of headers beside the token. */
const OTHER_HEADERS = 16_384;
/** Milliseconds in which a request's headers must arrive. */
const HEADERS_TIMEOUT = 10_000;
/** Milliseconds between two looks at requests that arrive too slowly; Node's own half minute would leave them all. */
const CHECKING_INTERVAL = 1_000;

/** Rejects with PORT_TAKEN. */
export async function startServer(
  options: ServerOptions,
  host: string,
  port: number,
): Promise<RunningServer> {
  const origins = new Set(options.origins);
  const server = createServer(
    {
      maxHeaderSize: options.limits.tokenBytes + OTHER_HEADERS,
      // Node refuses to wait longer for the headers than for the whole request.
      headersTimeout: Math.min(HEADERS_TIMEOUT, options.limits.requestTimeout),
      requestTimeout: options.limits.requestTimeout,
      connectionsCheckingInterval: CHECKING_INTERVAL,
      keepAliveTimeout: 65_000,
    },
    (request, response) => void answer(request, response, options, origins),
  );
  // Node leaves out what comes after 2,000 headers, such as a proxy's; their bytes are bounded above.
  server.maxHeadersCount = 0;
  await listen(server, host, port);
  const bound = server.address() as AddressInfo;
  return {
    host,
    port: bound.port,
    url: `http://${host.includes(':') ? `[${host}]` : host}:${bound.port}`,
    close: () => drain(server, options.limits.requestTimeout),
  };
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  options: ServerOptions,
  origins: ReadonlySet<string>,
): Promise<void> {
  const started = performance.now();
  const { pathname } = pathOf(request);
  response.on('close', () => {
    const seconds = (performance.now() - started) / 1_000;
    options.metrics.request(ROUTES.has(pathname) ? pathname : 'other', response.statusCode, seconds);
  });
  const timer = setTimeout(() => giveUp(response), options.limits.requestTimeout);
  response.on('close', () => clearTimeout(timer));
  try {
    setCommonHeaders(response);
    if (options.demo && demoRefusesRequest(Object.keys(request.headers))) {
      throw new FederationError('FORBIDDEN', 'The demo answers this machine only, not a proxy.', {
        hint: 'Write a configuration without `demo: true`: panfed config init.',
      });
    }
    if (answersCors(request, response, origins)) return;
    await route(request, response, options);
  } catch (error) {
    fail(response, error, options.logger);
  }
}

const ROUTES = new Set(['/graphql', '/', '/healthz', '/readyz', '/metrics', '/schema.graphql']);

/** GraphiQL is one page with all of its scripts in it: it needs no other host, and gets none. */
const GRAPHIQL_POLICY = [
  "default-src 'none'",
  "script-src 'unsafe-inline' blob:",
  "style-src 'self' 'unsafe-inline'",
  "worker-src 'self' blob:",
  "img-src 'self' data:",
  "font-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

async function route(
  request: IncomingMessage,
  response: ServerResponse,
  options: ServerOptions,
): Promise<void> {
  const { gateway, identity, policy, metrics, page } = options;
  const url = pathOf(request);
  switch (url.pathname) {
    case '/graphql': {
      if (refusesMethod(request, response, ['GET', 'POST'])) return;
      if (wantsPage(request)) response.setHeader('content-security-policy', GRAPHIQL_POLICY);
      else refuseCrossSite(request);
      // Media types are the same in any case (RFC 9110), which yoga does not know.
      if (request.method === 'POST') request.headers['content-type'] = 'application/json';
      const caller = await identity.identify(authorizationOf(request));
      await gateway.yoga(request, response, { caller });
      return;
    }
    case '/healthz':
      if (!refusesMethod(request, response, ['GET', 'HEAD'])) answerHealth(response);
      return;
    case '/readyz':
      if (!refusesMethod(request, response, ['GET', 'HEAD'])) answerReadiness(response, policy);
      return;
    case '/metrics':
      if (!refusesMethod(request, response, ['GET'])) await metrics.answer(request, response);
      return;
    case '/schema.graphql':
      if (!refusesMethod(request, response, ['GET', 'HEAD'])) {
        send(response, 200, 'text/plain; charset=utf-8', gateway.sdl);
      }
      return;
    default: {
      if (refusesMethod(request, response, ['GET', 'HEAD'])) return;
      const caller = await identity.identify(authorizationOf(request));
      if (await page(request, response, url, caller)) return;
      throw new FederationError('NOT_FOUND', 'There is nothing here.', {
        hint: 'The page is at /, GraphQL at /graphql, its schema at /schema.graphql.',
      });
    }
  }
}

/** Of several such headers Node takes the first, and whoever stands before us perhaps the last: then nobody is meant. */
function authorizationOf(request: IncomingMessage): string | null {
  if (request.headers.authorization === undefined) return null;
  return request.headersDistinct.authorization?.join(', ') ?? '';
}

function pathOf(request: IncomingMessage): URL {
  const target = `http://localhost${request.url?.startsWith('/') ? request.url : '/'}`;
  return URL.canParse(target) ? new URL(target) : new URL('http://localhost/');
}

function fail(response: ServerResponse, error: unknown, logger: Logger): void {
  if (!(error instanceof FederationError)) logger.error({ err: error }, 'a request failed');
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const known =
    error instanceof FederationError ? error : new FederationError('INTERNAL', 'Unexpected error.');
  if (known.code === 'UNAUTHENTICATED') response.setHeader('www-authenticate', wwwAuthenticate(known));
  sendError(response, known);
}

function giveUp(response: ServerResponse): void {
  if (response.writableEnded) return;
  if (response.headersSent) {
    response.destroy();
    return;
  }
  response.setHeader('connection', 'close');
  sendError(
    response,
    new FederationError('REQUEST_TIMEOUT', 'The answer took longer than this gateway allows.', {
      hint: 'Ask for less at once, or without `maxAge`.',
    }),
  );
}

async function listen(server: Server, host: string, port: number): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      reject(
        error.code === 'EADDRINUSE'
          ? new FederationError('PORT_TAKEN', `Port ${port} of ${host} is taken.`, {
              hint: `Choose another one: PORT=${port === 65_535 ? 4000 : port + 1} (0: a free one).`,
              cause: error,
            })
          : new FederationError(
              'CONFIG_INVALID',
              `The server cannot listen on ${host} port ${port}: ${error.code}.`,
              {
                hint: 'Choose another address: HOST and PORT, or federation.listen.',
                cause: error,
              },
            ),
      );
    });
    server.listen(port, host, resolve);
  });
}

async function drain(server: Server, patience: number): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  // A connection that is kept alive is idle only after its answer, so it is looked at again until none is left.
  const sweep = setInterval(() => server.closeIdleConnections(), 50);
  const timer = setTimeout(() => server.closeAllConnections(), patience);
  await closed;
  clearInterval(sweep);
  clearTimeout(timer);
}
