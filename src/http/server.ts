// The HTTP server: one way in for every route, with its bounds, its origins and its identity before any work.

import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Logger } from 'pino';
import type { Limits } from '../config/limits.ts';
import { BearerToken } from '../data-catalogs/bearer-token.ts';
import type { Gateway, RequestContext } from '../graphql/gateway.ts';
import type { Identity } from '../identity/identity.ts';
import type { MonotonicClock } from '../model/clock.ts';
import { CATALOG_TOKEN_HEADER } from '../model/data-set.ts';
import { FederationError } from '../model/errors.ts';
import type { PolicyEngine } from '../policy/engine.ts';
import { type AccessLog, callerKind, logAnswer, type RequestRecord } from './access-log.ts';
import { catalogTokenOf } from './catalog-token.ts';
import { sendCompressed } from './compression.ts';
import { answersCors } from './cors.ts';
import { refuseCrossSite, wantsPage } from './csrf.ts';
import { fail } from './fail.ts';
import { isGraphiqlFile, sendGraphiql, sendGraphiqlFile } from './graphiql.ts';
import { answerGraphql } from './graphql-over-http.ts';
import { answerHealth, answerReadiness, type ObservedHealth } from './health.ts';
import { createListener } from './listener.ts';
import type { Metrics } from './metrics.ts';
import { cameThroughProxy } from './proxy-headers.ts';
import { refusesMethod, sendError } from './respond.ts';
import { isWebhook, WEBHOOKS, type Webhooks } from './webhooks/webhooks.ts';

/** The page and its files. */
export interface Page {
  readonly paths: ReadonlySet<string>;
  /** Answers a GET or HEAD of one of its paths. Rejects with a FederationError. */
  answer(response: ServerResponse, url: URL, request: RequestContext): Promise<void>;
}

export interface ServerOptions {
  readonly gateway: Gateway;
  readonly identity: Identity;
  readonly policy: PolicyEngine;
  readonly metrics: Metrics;
  /** null: there is none. */
  readonly store: ObservedHealth;
  readonly page: Page;
  readonly webhooks: Webhooks;
  readonly limits: Limits;
  readonly origins: readonly string[];
  /** Headers that their pages may send besides the usual ones, in lower case. */
  readonly corsHeaders: readonly string[];
  /** Whether it is a demo, which refuses requests that came through a proxy. */
  readonly demo: boolean;
  readonly logger: Logger;
  readonly clock: MonotonicClock;
  /** Hears of each request; null: nobody does. */
  readonly accessLog?: AccessLog | null;
}

export interface RunningServer {
  readonly host: string;
  readonly port: number;
  readonly url: string;
  /** Answers the requests that are under way, for at most limits.requestTimeout; then ends. */
  close(): Promise<void>;
}

/** Bytes of headers besides the token. */
const OTHER_HEADERS = 16_384;

/**
 * The gateway's server, listening; `port` 0: a free one; headers may have `limits.tokenBytes` and 16 KiB, and
 * an answer that takes more than `limits.requestTimeout` milliseconds is REQUEST_TIMEOUT. Rejects with
 * PORT_TAKEN, or with CONFIG_INVALID for an address that it cannot listen on, as {@link createListener} does.
 */
export async function startServer(
  options: ServerOptions,
  host: string,
  port: number,
): Promise<RunningServer> {
  const { limits, metrics } = options;
  const origins = new Set(options.origins);
  const listener = await createListener({
    host,
    port,
    limits: { ...limits, headerBytes: limits.tokenBytes + OTHER_HEADERS },
    answer: (request, response, url) => answer(request, response, url, options, origins),
    onUnread: metrics.unread,
    accessLog: options.accessLog,
    clock: options.clock,
  });
  metrics.listening(listener);
  return {
    host,
    port: listener.port,
    url: listener.url,
    close: () => listener.close(limits.requestTimeout),
  };
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
  options: ServerOptions,
  origins: ReadonlySet<string>,
): Promise<void> {
  const { clock } = options;
  const started = clock.monotonic();
  const record: RequestRecord = { caller: null };
  const timer = setTimeout(() => giveUp(response), options.limits.requestTimeout);
  const known = routeOf(url.pathname);
  if (options.accessLog)
    logAnswer(response, options.accessLog, options.clock, () => ({ route: known, ...record }));
  response.on('close', () => {
    clearTimeout(timer);
    options.metrics.request(known, response.statusCode, (clock.monotonic() - started) / 1_000);
  });
  try {
    if (options.demo && cameThroughProxy(Object.keys(request.headers))) {
      throw new FederationError('FORBIDDEN', 'The demo answers this machine only, not a proxy.', {
        hint: 'Write a configuration without `demo: true`: panfed config init.',
      });
    }
    if (answersCors(request, response, origins, options.corsHeaders)) return;
    await route(request, response, url, options, record);
  } catch (error) {
    fail(response, error, options.logger);
  }
}

const ROUTES = new Set([
  '/graphql',
  '/',
  '/match',
  '/job',
  '/healthz',
  '/readyz',
  '/metrics',
  '/schema.graphql',
]);

/** The route as logs and metrics have it, and never a path that somebody made up, or that has a secret. */
function routeOf(path: string): string {
  if (isWebhook(path)) return WEBHOOKS;
  return ROUTES.has(path) ? path : 'other';
}

async function route(
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
  options: ServerOptions,
  record: RequestRecord,
): Promise<void> {
  const { gateway, policy, metrics, store, page, webhooks } = options;
  if (isWebhook(url.pathname)) {
    await webhooks.answer(request, response, url.pathname);
    return;
  }
  switch (url.pathname) {
    case '/graphql': {
      if (refusesMethod(request, response, ['GET', 'POST'])) return;
      if (wantsPage(request)) {
        await sendGraphiql(response);
        return;
      }
      refuseCrossSite(request);
      const context = await contextOf(request, response, options, record);
      const { yoga } = gateway;
      await answerGraphql(
        (...exchange) => yoga.handleNodeRequestAndResponse(...exchange, context),
        request,
        response,
        url,
      );
      return;
    }
    case '/healthz':
      if (!refusesMethod(request, response, ['GET', 'HEAD'])) answerHealth(response, store);
      return;
    case '/readyz':
      if (!refusesMethod(request, response, ['GET', 'HEAD'])) answerReadiness(response, policy, store);
      return;
    case '/metrics':
      if (!refusesMethod(request, response, ['GET'])) await metrics.answer(request, response);
      return;
    case '/schema.graphql':
      if (!refusesMethod(request, response, ['GET', 'HEAD'])) {
        await sendCompressed(response, 200, 'text/plain; charset=utf-8', gateway.sdl);
      }
      return;
    default: {
      if (isGraphiqlFile(url.pathname)) {
        if (!refusesMethod(request, response, ['GET', 'HEAD'])) {
          await sendGraphiqlFile(response, url.pathname);
        }
        return;
      }
      // An unknown path is 404 with every method.
      if (!page.paths.has(url.pathname)) throw notFound();
      if (refusesMethod(request, response, ['GET', 'HEAD'])) return;
      await page.answer(response, url, await contextOf(request, response, options, record));
    }
  }
}

const notFound = (): FederationError =>
  new FederationError('NOT_FOUND', 'There is nothing here.', {
    hint: 'The pages are at / and /match, GraphQL at /graphql, its schema at /schema.graphql.',
  });

async function contextOf(
  request: IncomingMessage,
  response: ServerResponse,
  { identity, limits }: ServerOptions,
  record: RequestRecord,
): Promise<RequestContext> {
  const authorization = headerOf(request, 'authorization');
  const caller = await identity.identify(authorization);
  record.caller = callerKind(caller);
  return {
    ...{ caller, ended: endOf(response) },
    catalogToken: await catalogTokenOf(headerOf(request, CATALOG_TOKEN_HEADER), identity, limits),
    // It was verified, so that it is one.
    ownToken: authorization === null ? null : BearerToken.read(authorization, limits.tokenBytes),
  };
}

/** Aborts once the answer was sent or given up, or its client disconnected, because nobody waits for further work. */
function endOf(response: ServerResponse): AbortSignal {
  const ending = new AbortController();
  response.once('close', () =>
    ending.abort(new FederationError('REQUEST_TIMEOUT', 'The request has ended before it was answered.')),
  );
  return ending.signal;
}

/** Joins repeated headers, which makes them invalid: Node would use the first one, and a proxy perhaps the last. */
function headerOf(request: IncomingMessage, name: string): string | null {
  if (request.headers[name] === undefined) return null;
  return request.headersDistinct[name]?.join(', ') ?? '';
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
