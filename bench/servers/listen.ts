// The common part of the benchmark's own servers: a free port, a ready line, their CPU time at /cpu, and their end.
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Listens on a free port of 127.0.0.1, then prints `ready <JSON>` with the URL and the facts for the parent. */
export function serve(answer: RequestListener, facts: Readonly<Record<string, unknown>> = {}): void {
  const server = createServer((request, response) => {
    if (request.url !== '/cpu') return answer(request, response);
    const { user, system } = process.cpuUsage();
    response.end(JSON.stringify((user + system) / 1_000));
  });
  server.listen(0, '127.0.0.1', () => {
    const { port } = server.address() as AddressInfo;
    printReady({ url: `http://127.0.0.1:${port}/graphql`, ...facts });
  });
}

/** Prints the line `ready <JSON>` for the parent. */
export function printReady(facts: Readonly<Record<string, unknown>>): void {
  process.stdout.write(`ready ${JSON.stringify(facts)}\n`);
}
