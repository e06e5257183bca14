// A server on loopback that answers as a test says, and remembers what it was asked.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { startHttpServer } from '../http-server.ts';

export interface Asked {
  readonly method: string;
  /** Encoded as it came. */
  readonly path: string;
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly headers: IncomingMessage['headers'];
}

export interface RecordingServer {
  readonly origin: string;
  /** The first one first. */
  readonly asked: Asked[];
  close(): Promise<void>;
}

export interface Answer {
  readonly status?: number;
  readonly body: unknown;
}

export type Answering = (asked: Asked) => Answer;

/** A server that answers JSON; parameters are read as JSON, as all three APIs have them. */
export const startJsonServer = (answering: Answering): Promise<RecordingServer> =>
  startRecordingServer((asked, response) => {
    const { status = 200, body } = answering(asked);
    response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' });
    response.end(JSON.stringify(body));
  });

/** A server that answers whatever the test writes. */
export async function startRecordingServer(
  answer: (asked: Asked, response: ServerResponse) => void,
): Promise<RecordingServer> {
  const asked: Asked[] = [];
  const server = await startHttpServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://catalog.example');
    const one: Asked = {
      method: request.method ?? '',
      path: url.pathname,
      parameters: Object.fromEntries([...url.searchParams].map(([name, value]) => [name, JSON.parse(value)])),
      headers: request.headers,
    };
    asked.push(one);
    answer(one, response);
  });
  return { ...server, asked };
}

/** Whether the request has this bearer token. */
export const hasToken = ({ headers }: Asked, token: string): boolean =>
  headers.authorization === `Bearer ${token}`;
