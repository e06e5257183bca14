// GitHub's API for packages and its container registry at another port, by their documentation: nothing without a classic
// token, `Link` with absolute addresses, 404 for a user who is asked for as an organization.
// https://docs.github.com/en/rest/packages/packages
import type { IncomingMessage, ServerResponse } from 'node:http';
import { startHttpServer } from '../http-server.ts';
import { type OciServer, sendJson, startOciServer } from '../oci/registry-server.ts';

export const TOKEN = { username: 'panfed', password: 'ghp_1' } as const;

export interface GhcrServer {
  /** The origin of the API. */
  readonly api: string;
  readonly registry: OciServer;
  /** What the API was asked: `GET /orgs/… by Bearer`. */
  readonly asked: string[];
  /** Names of packages, by `orgs/<name>` or `users/<name>`. */
  readonly packages: Map<string, readonly string[]>;
  close(): Promise<void>;
}

export async function startGhcrServer(): Promise<GhcrServer> {
  const asked: string[] = [];
  const packages = new Map<string, readonly string[]>();

  function answer(request: IncomingMessage, response: ServerResponse, origin: string): void {
    const url = new URL(request.url ?? '', origin);
    const [, owner = ''] = /^\/((?:orgs|users)\/[^/]+)\/packages$/.exec(url.pathname) ?? [];
    const all = packages.get(owner);
    if (request.headers.authorization === undefined) refuse(response, 401, 'Requires authentication');
    else if (request.headers.authorization !== `Bearer ${TOKEN.password}`) {
      refuse(response, 401, 'Bad credentials');
    } else if (all === undefined) refuse(response, 404, 'Not Found');
    else {
      const size = Math.min(Number(url.searchParams.get('per_page') ?? 30), 100);
      const page = Number(url.searchParams.get('page') ?? 1);
      url.searchParams.set('page', String(page + 1));
      sendJson(
        response,
        all.slice((page - 1) * size, page * size).map((name) => ({ name, package_type: 'container' })),
        {
          ...(page * size < all.length && { link: `<${url.href}>; rel="next", <${url.href}>; rel="last"` }),
          'x-ratelimit-remaining': '4999',
          'x-ratelimit-reset': String(Math.ceil(Date.now() / 1_000) + 3_600),
        },
      );
    }
  }

  const api = await startHttpServer((request, response) => {
    const by = request.headers.authorization?.split(' ', 1)[0] ?? 'nobody';
    asked.push(`${request.method} ${request.url} by ${by}`);
    answer(request, response, api.origin);
  });
  // Its token server is at its own host, and gives anonymous tokens as well.
  const registry = await startOciServer((request, response) => {
    const { authorization, host = '' } = request.headers;
    if (request.url?.startsWith('/token')) sendJson(response, { token: 'ghcr-token' });
    else if (authorization === 'Bearer ghcr-token') return false;
    else {
      const challenge = `Bearer realm="http://${host}/token",service="ghcr.io"`;
      response.writeHead(401, { 'www-authenticate': challenge }).end();
    }
    return true;
  });
  const close = async (): Promise<void> => {
    await Promise.all([api.close(), registry.close()]);
  };
  return { api: api.origin, registry, asked, packages, close };
}

function refuse(response: ServerResponse, status: number, message: string): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify({ message }));
}
