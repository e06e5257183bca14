// Harbor's API 2.0 and its registry on loopback, by its documentation and code: pages of at most 100 with `Link` and
// `X-Total-Count`, names encoded twice, 403 for projects that are not there, no artifacts for repositories that are not.
// https://github.com/goharbor/harbor/blob/main/api/v2.0/swagger.yaml
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { TestImage } from '../oci/images.ts';
import { type OciServer, sendJson, startOciServer } from '../oci/registry-server.ts';

export const ROBOT = { username: 'robot$em+panfed', password: 'secret' } as const;

export interface HarborServer extends OciServer {
  /** `GET /api/… by robot`, `GET /v2/… by token`, in order. */
  readonly asked: string[];
  /** Holds an artifact with its tags and the types of its accessories. */
  push(repository: string, tags: readonly string[], image: TestImage, accessories?: readonly string[]): void;
}

export interface HarborOptions {
  /** The robot is a project's and may not list projects: the answer is 403. */
  readonly isProjectRobot?: boolean;
  /** Pages have no `Link`. */
  readonly withoutLinks?: boolean;
}

interface Artifact {
  readonly digest: string;
  readonly type: 'IMAGE';
  readonly tags: readonly { readonly name: string }[] | null;
  readonly accessories: readonly { readonly type: string; readonly digest: string }[] | null;
}

const BASIC = `Basic ${Buffer.from(`${ROBOT.username}:${ROBOT.password}`).toString('base64')}`;
const LARGEST_PAGE = 100;

export async function startHarborServer(options: HarborOptions = {}): Promise<HarborServer> {
  const artifacts = new Map<string, Artifact[]>();
  const asked: string[] = [];

  /** The items of a path, or the status of a refusal. */
  function itemsOf(path: string, isRobot: boolean): readonly unknown[] | number {
    if (path === '/api/v2.0/projects') {
      if (options.isProjectRobot) return 403;
      return [...new Set([...artifacts.keys()].map(projectOf))].map((name) => ({ name }));
    }
    const [, project = '', name] =
      /^\/api\/v2\.0\/projects\/([^/]+)\/repositories(?:\/([^/]+)\/artifacts)?$/.exec(path) ?? [];
    if (project === '') return 404;
    const within = [...artifacts.keys()].filter((each) => projectOf(each) === project);
    if (within.length === 0) return isRobot ? 403 : 401;
    if (name === undefined) return within.map((each) => ({ name: each, artifact_count: 1 }));
    // The proxy decodes the path, in which a slash would lead elsewhere, then the handler the name.
    const decoded = decodeURIComponent(name);
    if (decoded.includes('/')) return 404;
    return artifacts.get(`${project}/${decodeURIComponent(decoded)}`) ?? [];
  }

  function answer(request: IncomingMessage, response: ServerResponse): void {
    const { authorization } = request.headers;
    const url = new URL(request.url ?? '', 'http://harbor');
    const isRobot = authorization === BASIC;
    const items = authorization === undefined || isRobot ? itemsOf(url.pathname, isRobot) : 401;
    if (typeof items === 'number') {
      const code = items === 401 ? 'UNAUTHORIZED' : 'FORBIDDEN';
      response.writeHead(items, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ errors: [{ code, message: '' }] }));
      return;
    }
    const size = Number(url.searchParams.get('page_size') ?? 10);
    const page = Number(url.searchParams.get('page') ?? 1);
    if (size > LARGEST_PAGE) {
      response.writeHead(422).end();
      return;
    }
    const links: string[] = [];
    for (const [number, relation] of [
      [page - 1, 'prev'],
      [page + 1, 'next'],
    ] as const) {
      if (number < 1 || (number - 1) * size >= items.length) continue;
      url.searchParams.set('page', String(number));
      links.push(`<${url.pathname}${url.search}>; rel="${relation}"`);
    }
    sendJson(response, items.slice((page - 1) * size, page * size), {
      'x-total-count': String(items.length),
      ...(links.length > 0 && !options.withoutLinks && { link: links.join(' , ') }),
    });
  }

  /** Harbor's own token service is at its own host, for the same robot. */
  function isAnswered(request: IncomingMessage, response: ServerResponse): boolean {
    const { authorization = '', host = '' } = request.headers;
    const path = request.url ?? '';
    const by = authorization === BASIC ? 'robot' : authorization === '' ? 'nobody' : 'token';
    asked.push(`${request.method} ${path} by ${by}`);
    if (path.startsWith('/api/')) answer(request, response);
    else if (path.startsWith('/service/token'))
      sendJson(response, { token: 'harbor-token', expires_in: 1800 });
    else if (authorization === 'Bearer harbor-token') return false;
    else {
      const challenge = `Bearer realm="http://${host}/service/token",service="harbor-registry"`;
      response.writeHead(401, { 'www-authenticate': challenge }).end();
    }
    return true;
  }

  const server = await startOciServer(isAnswered);
  return {
    ...server,
    asked,
    push(repository, tags, image, accessories = []) {
      server.hold(repository, [], image);
      const held = artifacts.get(repository) ?? [];
      artifacts.set(repository, held);
      held.push({
        digest: image.digest,
        type: 'IMAGE',
        // null, and not an empty list, where there are none.
        tags: tags.length === 0 ? null : tags.map((name) => ({ name })),
        accessories:
          accessories.length === 0 ? null : accessories.map((type) => ({ type, digest: image.digest })),
      });
    },
  };
}

const projectOf = (repository: string): string => repository.split('/', 1)[0] ?? '';
