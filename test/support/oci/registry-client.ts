// A registry's client over HTTP without tokens and budgets, which keeps to the interface: for tests of what asks it.
import { request } from 'undici';
import { FederationError } from '../../../src/model/errors.ts';
import type {
  RegistryClient,
  RegistryRequest,
  RegistryResponse,
} from '../../../src/network/registry/registry-client.ts';

const ANSWERS = [304, 400, 401, 403, 404, 405, 406, 410, 416];

/** A client that notes what it was asked. */
export interface TestClient extends RegistryClient {
  /** `GET /v2/…`, in order. */
  readonly asked: string[];
  /** All that was accepted, for each request of a manifest. */
  readonly accepted: (readonly string[])[];
}

/** `before` may answer in place of the registry. */
export function testClient(
  origin: string,
  before: (asked: RegistryRequest) => Promise<RegistryResponse | null> | RegistryResponse | null = () => null,
): TestClient {
  const asked: string[] = [];
  const accepted: (readonly string[])[] = [];
  return {
    asked,
    accepted,
    async ask(wanted) {
      const { method = 'GET', path, of, accept = [], maxBytes, signal } = wanted;
      const url = new URL(path, of ?? origin);
      if (url.origin !== origin) {
        throw new FederationError('SOURCE_REDIRECTED', 'the registry leads to another host');
      }
      asked.push(`${method} ${url.pathname}${url.search}`);
      if (path.includes('/manifests/')) accepted.push(accept);
      const answered = await before(wanted);
      if (answered !== null) return answered;
      const response = await request(url, {
        method,
        headers: { ...(accept.length > 0 && { accept: accept.join(', ') }), 'accept-encoding': 'identity' },
        signal,
        // undici else closes the connection after each HEAD.
        ...(method === 'HEAD' ? { reset: false } : {}),
      });
      const chunks: Buffer[] = [];
      let size = 0;
      for await (const chunk of response.body) {
        size += chunk.length;
        if (size > maxBytes) {
          throw new FederationError('SOURCE_TOO_LARGE', `the answer is larger than ${maxBytes} bytes`);
        }
        chunks.push(chunk);
      }
      const { statusCode: status } = response;
      if (status >= 300 && !ANSWERS.includes(status)) {
        throw new FederationError('SOURCE_HTTP_STATUS', `the server answered HTTP ${status}`);
      }
      const headers = Object.fromEntries(
        Object.entries(response.headers).map(([name, value]) => [name, [value].flat().join(', ')]),
      );
      return { status, headers, bytes: status >= 400 ? Buffer.alloc(0) : Buffer.concat(chunks), url };
    },
  };
}
