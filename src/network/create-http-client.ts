// The gateway's only way to the network: every request to a registry or an issuer leaves through here, within bounds.

import { LRUCache } from 'lru-cache';
import { SYSTEM_CLOCK } from '../model/clock.ts';
import { FederationError } from '../model/errors.ts';
import { pause } from '../model/pause.ts';
import type { Credential } from './credential.ts';
import { abortFailure, type Failure } from './failure.ts';
import type {
  Delivered,
  HttpClient,
  HttpDelivery,
  HttpDownload,
  HttpRequest,
  HttpResponse,
  Purpose,
} from './http-client.ts';
import {
  attempt,
  createOriginPool,
  type OriginPool,
  type OriginPoolOptions,
  type Prepared,
} from './origin-pool.ts';
import { readDownload, readJsonResponse, readStatus } from './response-reader.ts';
import { type Backoff, delayBefore } from './retry.ts';

export interface HttpClientOptions extends Partial<Omit<OriginPoolOptions, 'connections'>> {
  /** By default two retries, after at most 200 ms and 400 ms. */
  readonly backoff?: Partial<Backoff>;
}

/** Pools of connections at a time, one for each origin and purpose; beyond it the least recently used one is closed. */
const MAX_POOLS = 1_024;

/** Connections to one origin at a time, by purpose; further requests of that purpose wait for one. */
const CONNECTIONS: Readonly<Record<Purpose, number>> = {
  crawl: 8,
  extension: 4,
  issuerKeys: 2,
  // A long poll occupies each of them: this is more than there can be facilities.
  policyBundles: 256,
  decisionLog: 2,
};

const OWN_HEADERS = { 'user-agent': 'panfed' } as const;

const FORBIDDEN_HEADERS = new Set([
  'authorization',
  'proxy-authorization',
  'cookie',
  'host',
  'accept-encoding',
]);

/**
 * An HTTP client with a pool of connections and a circuit breaker for each origin and purpose. By default: 3 s to
 * connect, 5 s to the headers, 5 s between pieces of the body, and a breaker that opens for 10 s after 5 failures in a
 * row.
 */
export function createHttpClient(options: HttpClientOptions = {}): HttpClient {
  const poolOptions: Omit<OriginPoolOptions, 'connections'> = {
    connectTimeout: options.connectTimeout ?? 3_000,
    headersTimeout: options.headersTimeout ?? 5_000,
    bodyTimeout: options.bodyTimeout ?? 5_000,
    breaker: options.breaker ?? { threshold: 5, coolDown: 10_000 },
    clock: options.clock ?? SYSTEM_CLOCK,
  };
  const backoff: Backoff = {
    retries: 2,
    first: 200,
    max: 2_000,
    random: Math.random,
    ...options.backoff,
  };
  const pools = new LRUCache<string, OriginPool>({
    max: MAX_POOLS,
    dispose: (pool) => void pool.pool.close(),
  });
  let closed = false;

  function poolFor({ origin }: URL, purpose: Purpose): OriginPool {
    const key = `${purpose} ${origin}`;
    const known = pools.get(key);
    if (known !== undefined) return known;
    const pool = createOriginPool(origin, { ...poolOptions, connections: CONNECTIONS[purpose] });
    pools.set(key, pool);
    return pool;
  }

  function checkOpen(): void {
    if (closed) throw new FederationError('SOURCE_UNAVAILABLE', 'the gateway is stopping');
  }

  return {
    async json(request) {
      const prepared = prepare(request);
      checkOpen();
      const isIdempotent = request.idempotent ?? prepared.method === 'GET';
      const pool = poolFor(prepared.url, request.purpose);
      return persist(pool, prepared, isIdempotent ? backoff : { ...backoff, retries: 0 });
    },
    async deliver(delivery) {
      const prepared = prepareDelivery(delivery);
      checkOpen();
      const result = await attempt(poolFor(prepared.url, 'decisionLog'), prepared);
      return 'answer' in result ? 'taken' : notTaken(result.failure);
    },
    async download(download) {
      const prepared = prepareDownload(download);
      checkOpen();
      const result = await attempt(poolFor(prepared.url, 'policyBundles'), prepared);
      if ('answer' in result) return result.answer;
      throw result.failure.error;
    },
    async close() {
      closed = true;
      const open = [...pools.values()].map(({ pool }) => pool);
      await Promise.all(open.map((pool) => pool.destroy()));
    },
  };
}

/** Repeats the request until there is an answer, or a failure that a retry cannot mend. */
async function persist<T>(pool: OriginPool, request: Prepared<T>, backoff: Backoff): Promise<T> {
  for (let retry = 0; ; retry += 1) {
    if (request.signal.aborted) throw abortFailure(request.signal).error;
    const result = await attempt(pool, request);
    if ('answer' in result) return result.answer;
    const delay = delayBefore(retry, result.failure.retryAfter, backoff);
    if (delay === null) throw result.failure.error;
    await pause(delay, request.signal);
  }
}

/** Statuses by which a server refuses the body of the request (RFC 9110, section 15.5). */
const BODY_REFUSED: readonly (number | undefined)[] = [400, 415, 422];

function notTaken({ status, error }: Failure): Delivered {
  if (status === 413) return 'large';
  if (BODY_REFUSED.includes(status)) return 'refused';
  throw error;
}

function prepare(request: HttpRequest): Prepared<HttpResponse> {
  const url = addressOf(request.url);
  const headers: Record<string, string> = { accept: 'application/json', ...OWN_HEADERS };
  for (const [name, value] of Object.entries(request.headers ?? {})) {
    if (FORBIDDEN_HEADERS.has(name.toLowerCase())) {
      throw new FederationError('INTERNAL', `the header ${name} is set by the HTTP client alone`);
    }
    headers[name.toLowerCase()] = value;
  }
  authorize(headers, url, request.credential);
  const body = request.body === undefined ? null : JSON.stringify(request.body);
  if (body !== null) headers['content-type'] = 'application/json';
  const method = request.method ?? (body === null ? 'GET' : 'POST');
  return {
    url,
    method,
    headers,
    body,
    signal: request.signal,
    read: readJsonResponse(request.maxBytes, request.read),
  };
}

function prepareDelivery({ url: to, gzip, credential, signal }: HttpDelivery): Prepared<number> {
  const url = addressOf(to);
  const headers: Record<string, string> = {
    'content-type': 'application/json',
    'content-encoding': 'gzip',
    ...OWN_HEADERS,
  };
  authorize(headers, url, credential);
  return { url, method: 'POST', headers, body: gzip, signal, read: readStatus };
}

function prepareDownload({ url: to, etag, wait, credential, signal, maxBytes }: HttpDownload) {
  const url = addressOf(to);
  // Only whole bundles: a bundle is signed, a delta from one to the next is not.
  const headers: Record<string, string> = {
    prefer: wait === null ? 'modes=snapshot' : `modes=snapshot;wait=${wait}`,
    ...OWN_HEADERS,
  };
  if (etag !== null) headers['if-none-match'] = etag;
  authorize(headers, url, credential);
  const shared = { url, method: 'GET', headers, body: null, signal, read: readDownload(maxBytes) } as const;
  // 304 is an answer only to a request that had an entity tag.
  return { ...shared, statuses: etag === null ? [] : [304], patience: (wait ?? 0) * 1_000 };
}

function authorize(headers: Record<string, string>, url: URL, credential: Credential | null | undefined) {
  if (credential != null) headers.authorization = credential.authorization(url);
}

function addressOf(to: string | URL): URL {
  const url = typeof to === 'string' ? parseUrl(to) : to;
  if ((url.protocol !== 'http:' && url.protocol !== 'https:') || url.username !== '' || url.password !== '') {
    throw new FederationError(
      'CONFIG_INVALID',
      `not an address that can be asked: ${url.protocol}//${url.host}`,
      {
        hint: 'write an http: or https: URL, and the secret as `token`, not in the address',
      },
    );
  }
  return url;
}

function parseUrl(text: string): URL {
  if (URL.canParse(text)) return new URL(text);
  throw new FederationError('CONFIG_INVALID', `not an absolute URL: ${text.slice(0, 256)}`);
}
