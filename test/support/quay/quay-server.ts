// Quay's API and its registry on loopback, by its documentation and code: repositories in pages with a token, tags in pages
// of at most 100, 401 or 403 for what is not there, a bearer token for the API and none of robots.
// https://docs.redhat.com/en/documentation/red_hat_quay/3/html/red_hat_quay_api_reference/
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { TestImage } from '../oci/images.ts';
import { type OciServer, sendJson, startOciServer } from '../oci/registry-server.ts';

export const OAUTH = { username: '$oauthtoken', password: 'quay-token' } as const;
export const ROBOT = { username: 'lab+panfed', password: 'robot-token' } as const;

export interface QuayServer extends OciServer {
  /** `GET /api/… by Bearer`, in order. */
  readonly asked: string[];
  /** Holds an image; a private repository is shown to the OAuth token alone. */
  push(repository: string, tags: readonly string[], image: TestImage, isPrivate?: boolean): void;
}

interface Held {
  readonly tags: { readonly name: string; readonly manifest_digest: string }[];
  readonly isPrivate: boolean;
}

const REPOSITORIES_OF_A_PAGE = 2;
const LARGEST_PAGE = 100;
const basic = ({ username, password }: { readonly username: string; readonly password: string }) =>
  `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;

export async function startQuayServer(): Promise<QuayServer> {
  const repositories = new Map<string, Held>();
  const asked: string[] = [];

  function answerApi(url: URL, authorization: string | undefined, response: ServerResponse): void {
    const isSigned = authorization === `Bearer ${OAUTH.password}`;
    const visible = [...repositories].filter(([, { isPrivate }]) => isSigned || !isPrivate);
    const [, tagged] = /^\/api\/v1\/repository\/(.+)\/tag\/$/.exec(url.pathname) ?? [];
    const held = visible.find(([name]) => name === tagged)?.[1];
    if (authorization !== undefined && !isSigned) refuse(response, 401);
    else if (tagged === undefined)
      sendRepositories(
        url,
        visible.map(([name]) => name),
        response,
      );
    else if (held === undefined) refuse(response, isSigned ? 403 : 401);
    else {
      const size = Math.min(Number(url.searchParams.get('limit') ?? 50), LARGEST_PAGE);
      const page = Number(url.searchParams.get('page') ?? 1);
      const tags = held.tags.slice((page - 1) * size, page * size);
      sendJson(response, { tags, page, has_additional: page * size < held.tags.length });
    }
  }

  /** The token of a page is opaque. */
  function sendRepositories(url: URL, names: readonly string[], response: ServerResponse): void {
    const namespace = url.searchParams.get('namespace') ?? '';
    const token = url.searchParams.get('next_page');
    const start = token === null ? 0 : Number(Buffer.from(token, 'base64').toString().slice(1));
    const within = names.filter((name) => name.startsWith(`${namespace}/`));
    const end = start + REPOSITORIES_OF_A_PAGE;
    sendJson(response, {
      repositories: within.slice(start, end).map((name) => ({
        namespace,
        name: name.slice(namespace.length + 1),
        kind: 'image',
        state: 'NORMAL',
      })),
      ...(end < within.length && { next_page: Buffer.from(`+${end}`).toString('base64') }),
    });
  }

  function isAnswered(request: IncomingMessage, response: ServerResponse): boolean {
    const { authorization, host = '' } = request.headers;
    const url = new URL(request.url ?? '', `http://${host}`);
    asked.push(`${request.method} ${request.url} by ${authorization?.split(' ', 1)[0] ?? 'nobody'}`);
    if (url.pathname.startsWith('/api/')) answerApi(url, authorization, response);
    else if (url.pathname === '/v2/auth') {
      const isKnown = authorization === undefined || [OAUTH, ROBOT].map(basic).includes(authorization);
      if (isKnown) sendJson(response, { token: 'registry-token' });
      else refuse(response, 401);
    } else if (authorization === 'Bearer registry-token') return false;
    else {
      const challenge = `Bearer realm="http://${host}/v2/auth",service="${host}"`;
      response.writeHead(401, { 'www-authenticate': challenge }).end();
    }
    return true;
  }

  const server = await startOciServer(isAnswered);
  return {
    ...server,
    asked,
    push(repository, tags, image, isPrivate = false) {
      server.hold(repository, tags, image);
      const held = repositories.get(repository) ?? { tags: [], isPrivate };
      repositories.set(repository, held);
      for (const name of tags) held.tags.push({ name, manifest_digest: image.digest });
    },
  };
}

function refuse(response: ServerResponse, status: number): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify({ status, error_type: 'insufficient_scope', detail: 'Unauthorized' }));
}
