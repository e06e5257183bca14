// The connections to one origin for one purpose, and the one attempt of a request over them.

import type { LookupFunction } from 'node:net';
import { buildConnector, Pool } from 'undici';
import type { MonotonicClock, WallClock } from '../model/clock.ts';
import { FederationError } from '../model/errors.ts';
import { ACCEPT_ENCODING, readExcerpt } from './body.ts';
import { type Breaker, createBreaker } from './circuit-breaker.ts';
import { connectionOptions, type Reach, refusedHost } from './connection.ts';
import { type Failure, statusFailure, transportFailure } from './failure.ts';
import type { ResponseReader } from './response-reader.ts';

export interface OriginPoolOptions {
  /** Milliseconds until a connection is established. */
  readonly connectTimeout: number;
  /** Milliseconds from the request to the answer's headers. */
  readonly headersTimeout: number;
  /** Milliseconds between two pieces of the answer's body. */
  readonly bodyTimeout: number;
  /** Connections at a time; further requests wait for one. */
  readonly connections: number;
  /** Failures in a row that open it, and milliseconds for which it stays open: {@link createBreaker}. */
  readonly breaker: { readonly threshold: number; readonly coolDown: number };
  readonly clock: MonotonicClock & WallClock;
  readonly reach: Reach;
  /** Resolves the host's name; by default as the system does. */
  readonly lookup: LookupFunction | undefined;
}

/** A request that was checked, ready to be sent. */
export interface Prepared<T> {
  readonly url: URL;
  readonly method: 'GET' | 'HEAD' | 'POST';
  readonly headers: Readonly<Record<string, string>>;
  /** null: there is none. */
  readonly body: string | Uint8Array | null;
  readonly signal: AbortSignal;
  /** Statuses that are answers, beside 200 to 299. */
  readonly statuses?: readonly number[];
  /** Milliseconds to wait for the answer's headers beyond the pool's own timeout; 0 by default. */
  readonly patience?: number;
  /** By default every content coding that can be read. */
  readonly acceptEncoding?: string;
  /** Called before each attempt, which waits for it; what it rejects with ends the request. */
  readonly beforeAttempt?: (() => Promise<void>) | undefined;
  readonly read: ResponseReader<T>;
}

export type Attempt<T> = { readonly answer: T } | { readonly failure: Failure };

export interface OriginPool {
  readonly pool: Pool;
  readonly headersTimeout: number;
  readonly breaker: Breaker;
  readonly clock: WallClock;
}

/**
 * A pool to `origin` (scheme, host and port) with its circuit breaker, which is closed. Connects at the first
 * request. What a request over it fails with is at {@link attempt}.
 */
export function createOriginPool(origin: string, options: OriginPoolOptions): OriginPool {
  const pool = new Pool(origin, {
    connections: options.connections,
    connect: connector(options),
    headersTimeout: options.headersTimeout,
    bodyTimeout: options.bodyTimeout,
  });
  const breaker = createBreaker({ ...options.breaker, clock: options.clock });
  return { pool, headersTimeout: options.headersTimeout, breaker, clock: options.clock };
}

function connector({ connectTimeout, reach, lookup }: OriginPoolOptions): buildConnector.connector {
  const connect = buildConnector({ timeout: connectTimeout, ...connectionOptions(reach, lookup) });
  return (options, callback) => {
    const refused = refusedHost(options.hostname, reach);
    if (refused === null) connect(options, callback);
    else callback(refused, null);
  };
}

/**
 * Sends the request once, if the breaker admits it, and reports the outcome to the breaker. Never rejects.
 * The failure is CIRCUIT_OPEN where it does not, {@link statusFailure}'s for a status that is no answer, the
 * FederationError of the request's reader, or {@link transportFailure}'s.
 */
export async function attempt<T>(pool: OriginPool, request: Prepared<T>): Promise<Attempt<T>> {
  if (!pool.breaker.admit()) {
    const error = new FederationError(
      'CIRCUIT_OPEN',
      'the server failed repeatedly and is not asked for a while',
    );
    return { failure: { error, server: 'unsaid', retryAfter: null } };
  }
  const result = await exchange(pool, request);
  if ('answer' in result || result.failure.server === 'alive') pool.breaker.succeeded();
  else if (result.failure.server === 'down') pool.breaker.failed();
  else pool.breaker.abandoned();
  return result;
}

async function exchange<T>(
  { pool, headersTimeout, clock }: OriginPool,
  request: Prepared<T>,
): Promise<Attempt<T>> {
  try {
    const {
      url,
      method,
      body,
      signal,
      statuses = [],
      patience = 0,
      acceptEncoding = ACCEPT_ENCODING,
    } = request;
    const response = await pool.request({
      path: url.pathname + url.search,
      method,
      headers: { ...request.headers, 'accept-encoding': acceptEncoding },
      body,
      signal,
      headersTimeout: headersTimeout + patience,
      // undici else closes the connection after each HEAD.
      ...(method === 'HEAD' ? { reset: false } : {}),
    });
    // A body that is destroyed early emits an error; its reader receives it as well.
    response.body.on('error', () => {});
    const headers = joined(response.headers);
    const status = response.statusCode;
    if ((status < 200 || status > 299) && !statuses.includes(status)) {
      const text = await readExcerpt(response.body);
      return { failure: statusFailure(status, headers, text, clock.wall()) };
    }
    return { answer: await request.read({ status, headers, body: response.body }) };
  } catch (thrown) {
    if (thrown instanceof FederationError)
      return { failure: { error: thrown, server: 'alive', retryAfter: null } };
    return { failure: transportFailure(thrown, request.signal) };
  }
}

function joined(headers: Readonly<Record<string, string | string[] | undefined>>): Record<string, string> {
  const result: Record<string, string> = Object.create(null);
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) result[name] = typeof value === 'string' ? value : value.join(', ');
  }
  return result;
}
