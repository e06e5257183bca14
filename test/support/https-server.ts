// A server of one listener on a free port of loopback over TLS, with the certificate of the tests' own authority.
import type { RequestListener } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { SERVER_CERTIFICATE, SERVER_KEY } from './certificates.ts';
import type { HttpServer } from './http-server.ts';

export interface HttpsServer extends HttpServer {
  readonly port: number;
}

/** Its `origin` is `https://127.0.0.1:<port>`; the certificate is for localhost and names below `example.test` as well. */
export async function startHttpsServer(listener: RequestListener): Promise<HttpsServer> {
  const server = createServer({ cert: SERVER_CERTIFICATE, key: SERVER_KEY }, listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    origin: `https://127.0.0.1:${port}`,
    port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
