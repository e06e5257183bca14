// The registry of a catalog over HTTP, on loopback: what the demo's labs of other kinds than graphql are.
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Logger } from 'pino';
import { fail } from '../../http/fail.ts';
import { createListener } from '../../http/listener.ts';
import { refuseRebinding } from '../../http/loopback.ts';
import { refusesMethod, send } from '../../http/respond.ts';
import { DRAIN_MS, LIMITS } from '../limits.ts';
import type { CatalogRegistry } from './registry.ts';

export interface OciServer {
  /** The registry's root: `http://127.0.0.1:5000`. */
  readonly url: string;
  /** Stops accepting requests, answers those under way for at most five seconds, and ends. */
  close(): Promise<void>;
}

/**
 * Serves it at 127.0.0.1, a free port, to GET and HEAD; resolves when it listens. Names of other hosts are
 * refused with FORBIDDEN. Rejects as {@link createListener} does.
 */
export async function startOciServer(registry: CatalogRegistry, logger: Logger): Promise<OciServer> {
  const listener = await createListener({
    host: '127.0.0.1',
    port: 0,
    limits: LIMITS,
    answer: async (request, response, url) => {
      try {
        answer(registry, request, response, url);
      } catch (error) {
        fail(response, error, logger);
      }
    },
  });
  return { url: listener.url, close: () => listener.close(DRAIN_MS) };
}

function answer(
  registry: CatalogRegistry,
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
): void {
  refuseRebinding(request);
  if (refusesMethod(request, response, ['GET', 'HEAD'])) return;
  const { pathname: path, searchParams: query } = url;
  const { status, headers, body } = registry({ path, query, origin: `http://${request.headers.host}` });
  const { 'content-type': type = '', ...others } = headers;
  for (const [name, value] of Object.entries(others)) response.setHeader(name, value);
  send(response, status, type, body);
}
