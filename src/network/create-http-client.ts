// The gateway's only way to the network: every request to a registry or an issuer leaves through here, within bounds.

import type { LookupFunction } from 'node:net';
import { LRUCache } from 'lru-cache';
import { SYSTEM_CLOCK } from '../model/clock.ts';
import { FederationError } from '../model/errors.ts';
import { pause } from '../model/pause.ts';
import { ANY_ADDRESS } from './connection.ts';
import { abortFailure, type Failure } from './failure.ts';
import type { Delivered, HttpClient, Isolation, Purpose } from './http-client.ts';
import {
  attempt,
  createOriginPool,
  type OriginPool,
  type OriginPoolOptions,
  type Prepared,
} from './origin-pool.ts';
import { prepareBytes, prepareDelivery, prepareDownload, prepareJson } from './prepare-request.ts';
import { type Backoff, delayBefore } from './retry.ts';

export interface HttpClientOptions
  extends Partial<
    Pick<OriginPoolOptions, 'connectTimeout' | 'headersTimeout' | 'bodyTimeout' | 'breaker' | 'clock'>
  > {
  /**
   * By default two retries, after at most 200 ms and 400 ms beyond what the server asks for; none where that
   * is more than 2,000 ms.
   */
  readonly backoff?: Partial<Backoff>;
  /** Resolves the names of hosts; by default as the system does. */
  readonly lookup?: LookupFunction | undefined;
}

/** Pools of connections at a time, one for each origin and purpose; beyond it the least recently used one is closed. */
const MAX_POOLS = 1_024;

/** Pools of an isolated client: it has a few origins, and some hosts of storage. */
const MAX_ISOLATED_POOLS = 64;

/** Connections to one origin at a time, by purpose; further requests of that purpose wait for one. */
const CONNECTIONS: Readonly<Record<Purpose, number>> = {
  crawl: 8,
  attachments: 4,
  registryTokens: 2,
  extension: 4,
  issuerKeys: 2,
  dataCatalog: 8,
  // A long poll occupies each of them: this is more than there can be facilities.
  policyBundles: 256,
  decisionLog: 2,
};

/** What every pool of a client has. */
type PoolSettings = Omit<OriginPoolOptions, 'connections' | 'reach'>;

/**
 * An HTTP client with a pool of connections and a circuit breaker for each origin and purpose, at most 1,024
 * of them: 8 connections at a time for crawls and data catalogs, 256 for policy bundles, and 2 or 4 for all
 * else. Asks nobody yet; what its methods reject with is at {@link HttpClient}. By default: 3,000 ms to connect, 5,000 ms to
 * the headers, 5,000 ms between pieces of the body, two retries, and a breaker that opens for 10,000 ms after
 * 5 failures in a row. A retry waits for as long as a server's Retry-After asks, and up to 200 ms, then 400
 * ms, more; where it asks for more than 2,000 ms (`backoff.max`), there is no retry.
 */
export function createHttpClient(options: HttpClientOptions = {}): HttpClient {
  const settings: PoolSettings = {
    connectTimeout: options.connectTimeout ?? 3_000,
    headersTimeout: options.headersTimeout ?? 5_000,
    bodyTimeout: options.bodyTimeout ?? 5_000,
    breaker: options.breaker ?? { threshold: 5, coolDown: 10_000 },
    clock: options.clock ?? SYSTEM_CLOCK,
    lookup: options.lookup,
  };
  const backoff: Backoff = {
    retries: 2,
    first: 200,
    max: 2_000,
    random: Math.random,
    ...options.backoff,
  };
  return clientOf(settings, backoff, null);
}

function clientOf(settings: PoolSettings, backoff: Backoff, isolation: Isolation | null): HttpClient {
  const pools = new LRUCache<string, OriginPool>({
    max: isolation === null ? MAX_POOLS : MAX_ISOLATED_POOLS,
    dispose: (pool) => void pool.pool.close(),
  });
  const isolated: HttpClient[] = [];
  let closed = false;

  function poolFor(url: URL, purpose: Purpose): OriginPool {
    const key = `${purpose} ${url.origin}`;
    const known = pools.get(key);
    if (known !== undefined) return known;
    const atOnce = purpose === 'crawl' ? isolation?.atOnce : undefined;
    const pool = createOriginPool(url.origin, {
      ...settings,
      connections: atOnce ?? CONNECTIONS[purpose],
      reach: isolation?.reach(url) ?? ANY_ADDRESS,
    });
    pools.set(key, pool);
    return pool;
  }

  function checkOpen(): void {
    if (closed) throw new FederationError('SOURCE_UNAVAILABLE', 'the gateway is stopping');
  }

  return {
    async json(request) {
      const prepared = prepareJson(request);
      checkOpen();
      const isIdempotent = request.idempotent ?? prepared.method === 'GET';
      const pool = poolFor(prepared.url, request.purpose);
      return persist(pool, prepared, isIdempotent ? backoff : { ...backoff, retries: 0 });
    },
    async bytes(request) {
      const prepared = prepareBytes(request);
      checkOpen();
      const pool = poolFor(prepared.url, request.purpose);
      return persist(pool, prepared, prepared.method === 'POST' ? { ...backoff, retries: 0 } : backoff);
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
    isolated(of) {
      const client = clientOf(settings, backoff, of);
      isolated.push(client);
      return client;
    },
    async close() {
      closed = true;
      const open = [...pools.values()].map(({ pool }) => pool.destroy());
      await Promise.all([...open, ...isolated.map((client) => client.close())]);
    },
  };
}

/**
 * Repeats the request until there is an answer, or a failure that a retry cannot mend. Where the breaker admits no retry,
 * since other requests failed meanwhile as well, it rejects with what this one failed with.
 */
async function persist<T>(pool: OriginPool, request: Prepared<T>, backoff: Backoff): Promise<T> {
  let failed: FederationError | null = null;
  for (let retry = 0; ; retry += 1) {
    if (request.signal.aborted) throw abortFailure(request.signal).error;
    await request.beforeAttempt?.();
    const result = await attempt(pool, request);
    if ('answer' in result) return result.answer;
    const { error, retryAfter } = result.failure;
    if (error.code === 'CIRCUIT_OPEN' && failed !== null) throw failed;
    failed = error;
    const delay = delayBefore(retry, retryAfter, backoff);
    if (delay === null) throw error;
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
