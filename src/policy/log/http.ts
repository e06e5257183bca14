// Sends the decision log to a service for OPA's decision logs: POSTs of JSON arrays, compressed with gzip, by the HTTP
// client. https://www.openpolicyagent.org/docs/management-decision-logs
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { Credential } from '../../network/credential.ts';
import type { HttpClient } from '../../network/http-client.ts';
import type { Sink } from './queue.ts';

export interface HttpSinkOptions {
  readonly httpClient: Pick<HttpClient, 'deliver'>;
  readonly url: string;
  readonly credential: Credential | null;
}

/** Milliseconds for one POST. */
const DEADLINE = 30_000;

const compress = promisify(gzip);

/**
 * A sink that POSTs entries as a JSON array, compressed by gzip (RFC 1952), in the form of OPA's decision logs; a POST
 * may take 30 s. `credential` null: none is sent. Its `write` resolves with the number of refused entries: a batch that
 * is too large for the service is halved first. It rejects as {@link HttpClient.deliver} does, with SOURCE_* or
 * CIRCUIT_OPEN.
 */
export function httpSink({ httpClient, url, credential }: HttpSinkOptions): Sink {
  /** Resolves with the number of refused entries. If a batch is too large for the service, its halves are sent. */
  async function write(entries: readonly string[], signal: AbortSignal): Promise<number> {
    const delivered = await httpClient.deliver({
      url,
      gzip: await compress(`[${entries.join(',')}]`),
      credential,
      signal: AbortSignal.any([signal, AbortSignal.timeout(DEADLINE)]),
    });
    if (delivered === 'taken') return 0;
    if (delivered === 'refused' || entries.length === 1) return entries.length;
    const half = Math.ceil(entries.length / 2);
    return (await write(entries.slice(0, half), signal)) + (await write(entries.slice(half), signal));
  }
  return { write, close: async () => {} };
}
