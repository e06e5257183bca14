// Docker Hub's API on loopback, by its documentation: pages of at most 100 whose `next` is an absolute address, 403 to who
// pages deep without signing in, tokens of POST /v2/auth/token, a rate limit in headers.
// https://docs.docker.com/reference/api/hub/latest/
import type { IncomingMessage, ServerResponse } from 'node:http';
import { startHttpServer } from '../http-server.ts';
import { sendJson } from '../oci/registry-server.ts';
import { USER } from './token-server.ts';

/** A tag as the API gives it. */
export interface HubTag {
  readonly name: string;
  readonly digest?: string;
  readonly images?: readonly { readonly digest?: string; readonly architecture?: string }[];
}

export interface HubServer {
  readonly origin: string;
  /** By `<namespace>/<name>`. */
  readonly repositories: Map<string, readonly HubTag[]>;
  /** `GET /v2/… by nobody`, in order. */
  readonly asked: string[];
  close(): Promise<void>;
}

export interface HubOptions {
  /** Items from which on an anonymous page is refused. */
  readonly anonymous?: number;
  /** Answers in place of the API; false leaves the request to it. */
  readonly quirk?: (request: IncomingMessage, response: ServerResponse) => boolean;
}

const TOKEN = 'eyJhbGciOiJIUzI1NiJ9.hub';
const LARGEST_PAGE = 100;

export async function startHubServer({
  anonymous = 1_000,
  quirk = () => false,
}: HubOptions = {}): Promise<HubServer> {
  const repositories = new Map<string, readonly HubTag[]>();
  const asked: string[] = [];

  /** The page that is asked for, or the status and message of its refusal. */
  function pageOf(url: URL, isSigned: boolean): object | readonly [number, string] {
    const [, namespace = '', name] =
      /^\/v2\/namespaces\/([^/]+)\/repositories(?:\/([^/]+)\/tags)?$/.exec(url.pathname) ?? [];
    const items =
      name === undefined ? repositoriesOf(namespace) : (repositories.get(`${namespace}/${name}`) ?? null);
    const size = Math.min(Number(url.searchParams.get('page_size') ?? 10), LARGEST_PAGE);
    const page = Number(url.searchParams.get('page') ?? 1);
    const start = (page - 1) * size;
    if (items === null || (start > 0 && start >= items.length)) return [404, 'object not found'];
    if (!isSigned && start >= anonymous) {
      return [403, 'pagination offset too large for anonymous requests; sign in to page further'];
    }
    const at = (number: number): string => `${url.origin}${url.pathname}?page=${number}&page_size=${size}`;
    return {
      count: items.length,
      next: start + size < items.length ? at(page + 1) : null,
      previous: page > 1 ? at(page - 1) : null,
      results: items.slice(start, start + size),
    };
  }

  function answer({ headers, url = '' }: IncomingMessage, response: ServerResponse, origin: string): void {
    const isSigned = headers.authorization === `Bearer ${TOKEN}`;
    const isKnown = isSigned || headers.authorization === undefined;
    const page = isKnown ? pageOf(new URL(url, origin), isSigned) : ([401, 'invalid token'] as const);
    if (Array.isArray(page)) {
      const [status, message] = page;
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ message, errinfo: {} }));
      return;
    }
    sendJson(response, page, {
      'x-ratelimit-limit': '180',
      'x-ratelimit-remaining': '179',
      'x-ratelimit-reset': String(Math.ceil(Date.now() / 1_000) + 60),
    });
  }

  function repositoriesOf(namespace: string) {
    const names = [...repositories.keys()].filter((each) => each.startsWith(`${namespace}/`));
    if (names.length === 0) return null;
    return names.map((each) => ({
      name: each.slice(namespace.length + 1),
      namespace,
      repository_type: 'image',
      is_private: false,
    }));
  }

  const server = await startHttpServer((request, response) => {
    const by = request.headers.authorization === undefined ? 'nobody' : 'a token';
    asked.push(`${request.method} ${request.url} by ${by}`);
    if (quirk(request, response)) return;
    if (request.method === 'POST') void signIn(request, response);
    else answer(request, response, server.origin);
  });
  return { ...server, repositories, asked };
}

async function signIn(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const isJson = request.url === '/v2/auth/token' && request.headers['content-type'] === 'application/json';
  const body = isJson ? JSON.parse(Buffer.concat(chunks).toString()) : {};
  if (body.identifier === USER.username && body.secret === USER.password) {
    sendJson(response, { access_token: TOKEN });
  } else {
    response.writeHead(401).end(JSON.stringify({ detail: 'Incorrect authentication credentials' }));
  }
}
