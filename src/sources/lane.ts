// The connections to one origin, and the one attempt of a request over them.
import { Pool } from 'undici';
import { FederationError } from '../model/errors.ts';
import { ACCEPT_ENCODING, parseJson, readBody, readExcerpt } from './body.ts';
import { type Breaker, createBreaker } from './breaker.ts';
import type { DoorAnswer } from './door.ts';
import { type Failure, statusFailure, transportFailure, wrongAnswer } from './failure.ts';

export interface LaneOptions {
  /** Milliseconds until a connection is there. */
  readonly connectTimeout: number;
  /** Milliseconds from the request to the answer's headers. */
  readonly headersTimeout: number;
  /** Milliseconds between two pieces of the answer's body. */
  readonly bodyTimeout: number;
  /** Connections at a time; further requests wait for one. */
  readonly connections: number;
  readonly breaker: { readonly threshold: number; readonly coolDown: number };
  readonly now: () => number;
}

/** A request that was checked, as bytes. */
export interface Prepared {
  readonly url: URL;
  readonly method: 'GET' | 'POST';
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array | null;
  readonly signal: AbortSignal;
  /** The most bytes of the answer's body; null: it is not read. */
  readonly maxBytes: number | null;
}

export type Attempt = { readonly answer: DoorAnswer } | { readonly failure: Failure };

export interface Lane {
  readonly pool: Pool;
  readonly breaker: Breaker;
}

export function createLane(origin: string, options: LaneOptions): Lane {
  const pool = new Pool(origin, {
    connections: options.connections,
    connect: { timeout: options.connectTimeout },
    headersTimeout: options.headersTimeout,
    bodyTimeout: options.bodyTimeout,
  });
  return { pool, breaker: createBreaker({ ...options.breaker, now: options.now }) };
}

/** Asks once, if the breaker lets it, and tells the breaker how it went. Never rejects. */
export async function attempt(lane: Lane, request: Prepared): Promise<Attempt> {
  if (!lane.breaker.admit()) {
    const error = new FederationError(
      'CIRCUIT_OPEN',
      'the server failed repeatedly and is left alone for a while',
    );
    return { failure: { error, server: 'unsaid', again: null } };
  }
  const result = await exchange(lane.pool, request);
  if ('answer' in result || result.failure.server === 'alive') lane.breaker.succeeded();
  else if (result.failure.server === 'down') lane.breaker.failed();
  else lane.breaker.abandoned();
  return result;
}

async function exchange(pool: Pool, request: Prepared): Promise<Attempt> {
  try {
    const { url, method, body, signal } = request;
    const response = await pool.request({
      path: url.pathname + url.search,
      method,
      headers: { ...request.headers, 'accept-encoding': ACCEPT_ENCODING },
      body,
      signal,
    });
    // A body that is destroyed early reports that as an error; whoever reads it has been told already.
    response.body.on('error', () => {});
    const headers = joined(response.headers);
    const status = response.statusCode;
    if (status < 200 || status > 299) {
      const text = await readExcerpt(response.body);
      return { failure: statusFailure(status, headers['retry-after'], text) };
    }
    if (request.maxBytes === null) {
      // What was taken is not sent again because the rest of the answer did not come.
      await response.body.dump().catch(() => {});
      return { answer: { status, headers, body: null, bytes: 0 } };
    }
    if (!JSON_TYPE.test(headers['content-type'] ?? '')) {
      const text = await readExcerpt(response.body);
      return {
        failure: wrongAnswer('SOURCE_MALFORMED', 'the answer is not of a JSON media type', new Error(text)),
      };
    }
    const bytes = await readBody(response.body, headers['content-encoding'] ?? '', request.maxBytes).finally(
      () => response.body.destroy(),
    );
    return { answer: { status, headers, body: parseJson(bytes), bytes: bytes.length } };
  } catch (thrown) {
    if (thrown instanceof FederationError)
      return { failure: { error: thrown, server: 'alive', again: null } };
    return { failure: transportFailure(thrown, request.signal) };
  }
}

/** `application/json`, `application/graphql-response+json`, `application/jwk-set+json` … (RFC 6839). */
const JSON_TYPE = /^application\/(?:[\w.-]+\+)?json\s*(?:;|$)/i;

function joined(headers: Readonly<Record<string, string | string[] | undefined>>): Record<string, string> {
  const result: Record<string, string> = Object.create(null);
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) result[name] = typeof value === 'string' ? value : value.join(', ');
  }
  return result;
}
