// Metrics on an address of their own, which no proxy leads to.
import type { Logger } from 'pino';
import { isLoopbackHost } from '../config/loopback.ts';
import { FederationError } from '../model/errors.ts';
import { fail } from './fail.ts';
import { createListener, type Listener } from './listener.ts';
import { refuseRebinding } from './loopback.ts';
import type { Metrics } from './metrics.ts';
import { refusesMethod } from './respond.ts';

/** Small bounds: a scraper sends a request from time to time, over one or two connections. */
const LIMITS = {
  connections: 64,
  requestTimeout: 10_000,
  writeTimeout: 10_000,
  waitingBytes: 16_777_216,
  headerBytes: 16_384,
} as const;

/**
 * A server that answers /metrics only, to GET (METHOD_NOT_ALLOWED else); NOT_FOUND elsewhere, and FORBIDDEN
 * without the token of `telemetry.metrics` where there is one. On loopback it refuses the names of other
 * hosts with FORBIDDEN. It has 64 connections at most, 16 KiB for the headers of a request, and 10 s for a
 * request and for its answer. Rejects with PORT_TAKEN, or with CONFIG_INVALID for an address that it cannot
 * listen on.
 */
export function startMetricsServer(
  metrics: Metrics,
  { host, port }: { readonly host: string; readonly port: number },
  logger: Logger,
): Promise<Listener> {
  const loopback = isLoopbackHost(host);
  return createListener({
    host,
    port,
    limits: LIMITS,
    answer: async (request, response, url) => {
      try {
        if (loopback) refuseRebinding(request);
        if (url.pathname !== '/metrics') {
          throw new FederationError('NOT_FOUND', 'There is nothing here.', {
            hint: 'Metrics are at /metrics.',
          });
        }
        if (!refusesMethod(request, response, ['GET'])) await metrics.answerAside(request, response);
      } catch (error) {
        fail(response, error, logger);
      }
    },
  });
}
