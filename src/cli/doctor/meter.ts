// Bounds of one run, around the HTTP client: requests and bytes, whoever causes them.
import { FederationError } from '../../model/errors.ts';
import { limitText } from '../../model/size.ts';
import type { HttpClient } from '../../network/http-client.ts';
import { MAX_REQUESTS } from './bounds.ts';

/** Bytes of all answers together. */
const MAX_BYTES = 67_108_864;

export interface Meter {
  readonly httpClient: HttpClient;
  /** Requests that were sent; one of `json` counts once, however often it is tried. */
  requests(): number;
}

/**
 * A client whose `json` and `bytes` reject with LIMIT_EXCEEDED beyond {@link MAX_REQUESTS} (60) requests,
 * those that `bytes` tries again included, or once 64 MiB of answers were read, and else as `inner` does: an
 * answer that is larger than what is left of them is too large (SOURCE_TOO_LARGE). Failed answers count as no
 * bytes, and its other methods are not bounded.
 */
export function metered(inner: HttpClient): Meter {
  let requests = 0;
  let bytes = 0;

  function take(): void {
    if (requests >= MAX_REQUESTS) {
      throw new FederationError('LIMIT_EXCEEDED', `no more than ${MAX_REQUESTS} requests are sent`);
    }
    if (bytes >= MAX_BYTES) {
      throw new FederationError('LIMIT_EXCEEDED', `no more than ${limitText(MAX_BYTES)} are read`);
    }
    requests += 1;
  }

  const bounded = <Request extends { readonly maxBytes: number }>(request: Request): Request => ({
    ...request,
    maxBytes: Math.max(1, Math.min(request.maxBytes, MAX_BYTES - bytes)),
  });

  const wrapped = (client: HttpClient): HttpClient => ({
    ...client,
    async json(request) {
      take();
      const response = await client.json(bounded(request));
      bytes += response.bytes;
      return response;
    },
    async bytes(request) {
      const beforeAttempt = async (): Promise<void> => {
        await request.beforeAttempt?.();
        take();
      };
      const response = await client.bytes({ ...bounded(request), beforeAttempt });
      bytes += response.bytes.length;
      return response;
    },
    isolated: (isolation) => wrapped(client.isolated(isolation)),
  });

  return { httpClient: wrapped(inner), requests: () => requests };
}
