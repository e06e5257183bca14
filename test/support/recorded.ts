// A real contract server behind a recorder: what the gateway sends to a lab, and what it does when the lab fails.

import { readFile } from 'node:fs/promises';
import type { IncomingHttpHeaders } from 'node:http';
import { createRegistryServer, loadRegistryCatalog } from '../../src/registry-server/server.ts';
import { startHttpServer } from './http-server.ts';
import { ROOT } from './root.ts';

export interface Recorded {
  readonly headers: IncomingHttpHeaders;
  readonly query: string;
  readonly variables: Readonly<Record<string, unknown>>;
}

export interface RecordedRegistry {
  readonly url: string;
  /** Since the last `forget`. */
  readonly arrivals: readonly Recorded[];
  forget(): void;
  /** From now on: answers this body with HTTP 200 in place of the lab; `down`: breaks the connection; null: as the lab. */
  answerWith(body: unknown | 'down' | null): void;
  close(): Promise<void>;
}

/** The demo's registry of a facility, with its extension, which asks for the token. */
export async function startRecorded(facility: string, token: string): Promise<RecordedRegistry> {
  const lab = await createRegistryServer({
    catalog: await loadRegistryCatalog(`${ROOT}catalogs/${facility}.yaml`, { demo: true }),
    extension: await readFile(`${ROOT}catalogs/${facility}.extension.graphql`, 'utf8'),
    token,
  });
  let instead: unknown = null;
  const arrivals: Recorded[] = [];
  const server = await startHttpServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks).toString('utf8');
    arrivals.push({ headers: request.headers, ...(JSON.parse(body) as Omit<Recorded, 'headers'>) });
    if (instead === 'down') {
      request.socket.destroy();
      return;
    }
    response.setHeader('content-type', 'application/json');
    if (instead !== null) {
      response.end(JSON.stringify(instead));
      return;
    }
    const { authorization = '' } = request.headers;
    const headers = { 'content-type': 'application/json', authorization };
    const answer = await fetch(lab.url, { method: 'POST', headers, body });
    response.writeHead(answer.status).end(await answer.text());
  });
  return {
    url: `${server.origin}/graphql`,
    arrivals,
    forget: () => {
      arrivals.length = 0;
    },
    answerWith: (body) => {
      instead = body;
    },
    close: async () => {
      await server.close();
      await lab.close();
    },
  };
}
