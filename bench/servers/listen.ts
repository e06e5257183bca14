// What the benchmark's own servers have in common: a free port, a ready line, their CPU time at /cpu, an end.
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Prints `ready <JSON>` once it listens, with the URL and what the parent is to know. */
export function serve(answer: RequestListener, facts: Readonly<Record<string, unknown>> = {}): void {
  const server = createServer((request, response) => {
    if (request.url !== '/cpu') return answer(request, response);
    const { user, system } = process.cpuUsage();
    response.end(JSON.stringify((user + system) / 1_000));
  });
  server.listen(0, '127.0.0.1', () => {
    const { port } = server.address() as AddressInfo;
    tell({ url: `http://127.0.0.1:${port}/graphql`, ...facts });
  });
}

export function tell(facts: Readonly<Record<string, unknown>>): void {
  process.stdout.write(`ready ${JSON.stringify(facts)}\n`);
}
