// GitLab's API, its token server and its registry at another port, by their documentation: names of groups and projects
// encoded once, pages of at most 100 with `X-Next-Page` and `Link`, 404 for what the token may not see.
// https://docs.gitlab.com/api/container_registry/
import type { IncomingMessage, ServerResponse } from 'node:http';
import { startHttpServer } from '../http-server.ts';
import { type OciServer, sendJson, startOciServer } from '../oci/registry-server.ts';

export const TOKEN = { username: 'panfed', password: 'glpat-1' } as const;

export interface GitLabServer {
  /** The origin of the API. */
  readonly api: string;
  readonly registry: OciServer;
  /** What the API and the token server were asked: `GET /api/v4/… by token`. */
  readonly asked: string[];
  /** Paths of groups, of subgroups as well; what else is the beginning of a repository is a project. */
  readonly groups: Set<string>;
  /** Paths of repositories. */
  readonly repositories: string[];
  close(): Promise<void>;
}

const BASIC = `Basic ${Buffer.from(`${TOKEN.username}:${TOKEN.password}`).toString('base64')}`;

/** `onlyLinks`: pages have no numbers, as those by keyset. */
export async function startGitLabServer({ onlyLinks = false } = {}): Promise<GitLabServer> {
  const asked: string[] = [];
  const groups = new Set<string>();
  const repositories: string[] = [];

  function answer(request: IncomingMessage, response: ServerResponse, origin: string): void {
    const { authorization } = request.headers;
    const url = new URL(request.url ?? '', origin);
    const [, kind = '', id = ''] =
      /^\/api\/v4\/(groups|projects)\/([^/]+)\/registry\/repositories$/.exec(url.pathname) ?? [];
    const name = decodeURIComponent(id);
    const found = repositories.filter((path) => path === name || path.startsWith(`${name}/`));
    const isThere = found.length > 0 && groups.has(name) === (kind === 'groups');
    if (authorization !== undefined && authorization !== `Bearer ${TOKEN.password}`) {
      refuse(response, 401, '401 Unauthorized');
    } else if (!isThere || authorization === undefined) {
      refuse(response, 404, `404 ${kind === 'groups' ? 'Group' : 'Project'} Not Found`);
    } else sendPage(url, found, response);
  }

  function sendPage(url: URL, found: readonly string[], response: ServerResponse): void {
    const size = Math.min(Number(url.searchParams.get('per_page') ?? 20), 100);
    const page = Number(url.searchParams.get('page') ?? 1);
    const isLast = page * size >= found.length;
    const items = found.slice((page - 1) * size, page * size);
    url.searchParams.set('page', String(page + 1));
    sendJson(
      response,
      items.map((path, index) => ({ id: index, name: '', path, project_id: 1, location: `host/${path}` })),
      {
        ...(!isLast && { link: `<${url.href}>; rel="next", <${url.href}>; rel="last"` }),
        ...(!onlyLinks && { 'x-next-page': isLast ? '' : String(page + 1), 'x-page': String(page) }),
        'ratelimit-remaining': '1999',
        'ratelimit-reset': String(Math.ceil(Date.now() / 1_000) + 60),
      },
    );
  }

  const api = await startHttpServer((request, response) => {
    const { authorization = '' } = request.headers;
    const by = authorization.split(' ', 1)[0] || 'nobody';
    asked.push(`${request.method} ${request.url} by ${by}`);
    if (!request.url?.startsWith('/jwt/auth')) answer(request, response, api.origin);
    else if (authorization === BASIC) sendJson(response, { token: 'jwt' });
    else refuse(response, 401, 'HTTP Basic: Access denied');
  });
  const registry = await startOciServer((request, response) => {
    if (request.headers.authorization === 'Bearer jwt') return false;
    const challenge = `Bearer realm="${api.origin}/jwt/auth",service="container_registry"`;
    response.writeHead(401, { 'www-authenticate': challenge }).end();
    return true;
  });
  const close = async (): Promise<void> => {
    await Promise.all([api.close(), registry.close()]);
  };
  return { api: api.origin, registry, asked, groups, repositories, close };
}

function refuse(response: ServerResponse, status: number, message: string): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify({ message }));
}
