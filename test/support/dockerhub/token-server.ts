// A token server as auth.docker.io: Distribution's token authentication, one token for each scope.
// https://distribution.github.io/distribution/spec/auth/token/
import type { IncomingMessage, ServerResponse } from 'node:http';
import { startHttpServer } from '../http-server.ts';
import { sendJson } from '../oci/registry-server.ts';

export const USER = { username: 'robot', password: 'dckr_pat_1' } as const;

export interface TokenServer {
  readonly origin: string;
  /** `scope by user`, of each token. */
  readonly asked: string[];
  /** Answers 401 with the challenge, and true, unless the request has a token for its repository. */
  challenges(request: IncomingMessage, response: ServerResponse): boolean;
  close(): Promise<void>;
}

const basic = `Basic ${Buffer.from(`${USER.username}:${USER.password}`).toString('base64')}`;

export async function startTokenServer(): Promise<TokenServer> {
  const asked: string[] = [];
  const server = await startHttpServer((request, response) => {
    const { searchParams } = new URL(request.url ?? '', 'http://x');
    const { authorization } = request.headers;
    if (authorization !== undefined && authorization !== basic) {
      response.writeHead(401).end(JSON.stringify({ details: 'incorrect username or password' }));
      return;
    }
    const scope = searchParams.get('scope') ?? '';
    asked.push(`${scope} by ${authorization === undefined ? 'nobody' : USER.username}`);
    sendJson(response, { token: tokenOf(scope), expires_in: 300, issued_at: new Date().toISOString() });
  });
  return {
    ...server,
    asked,
    challenges(request, response) {
      const [, repository = ''] =
        /^\/v2\/(.+)\/(?:tags|manifests|blobs|referrers)\//.exec(request.url ?? '') ?? [];
      const scope = `repository:${repository}:pull`;
      if (request.headers.authorization === `Bearer ${tokenOf(scope)}`) return false;
      const challenge = `Bearer realm="${server.origin}/token",service="registry.docker.io",scope="${scope}"`;
      response.writeHead(401, { 'www-authenticate': challenge }).end();
      return true;
    },
  };
}

const tokenOf = (scope: string): string => Buffer.from(scope).toString('base64url') || 'none';
