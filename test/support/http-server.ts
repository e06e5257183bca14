// A server of one listener on a free port of loopback.
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface HttpServer {
  /** `http://127.0.0.1:<port>`, or with the `host` that was given. */
  readonly origin: string;
  /** Ends its connections as well. */
  close(): Promise<void>;
}

/** `host` is an address of loopback. */
export async function startHttpServer(listener: RequestListener, host = '127.0.0.1'): Promise<HttpServer> {
  const server = createServer(listener);
  await new Promise<void>((resolve, reject) => server.on('error', reject).listen(0, host, resolve));
  return {
    origin: `http://${host.includes(':') ? `[${host}]` : host}:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
