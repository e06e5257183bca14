// Makes the client of one registry: its credential, its token realms, its redirects, its budget, and its own connections.
import { resolve } from 'node:path';
import { DEFAULT_REQUESTS, type RegistryAccess } from '../../config/registry-access.ts';
import type { SecretReference } from '../../config/secret.ts';
import { type Clock, SYSTEM_CLOCK } from '../../model/clock.ts';
import { FederationError } from '../../model/errors.ts';
import { authoritiesOf } from '../connection.ts';
import type { Credential } from '../credential.ts';
import type { BytesRequest, BytesResponse, HttpClient } from '../http-client.ts';
import { upstreamText } from '../upstream-text.ts';
import { createApiToken } from './api-token.ts';
import { readAuthorities } from './authorities.ts';
import { type Authorizer, type AuthorizerOptions, createAuthorizer } from './authorizer.ts';
import { createLoginReader } from './read-login.ts';
import { followRedirects, REDIRECTS } from './redirects.ts';
import type { RegistryClient, RegistryRequest, RegistryResponse } from './registry-client.ts';
import { createRegistryHosts, type RegistryHosts } from './registry-hosts.ts';
import { createRequestBudget } from './request-budget.ts';
import { createSignIn, SIGN_IN_PATH } from './sign-in.ts';

export interface RegistryClientOptions {
  /** The registry's address, http: or https:; its origin counts. */
  readonly url: string | URL;
  /** `url` is the API of a registry, with a credential of its own; null or left out: `url` is the registry itself. */
  readonly apiOf?: ApiOf | null | undefined;
  /** What federation.yaml says of the registry. */
  readonly access: RegistryAccess;
  /** The gateway's client; the registry has connections and circuit breakers of its own, closed with it. */
  readonly httpClient: HttpClient;
  /** The value of a secret that federation.yaml refers to. */
  readonly secret: (reference: SecretReference) => Promise<string>;
  /** Where relative paths start. */
  readonly baseDirectory: string;
  /** By default the machine's. */
  readonly clock?: Clock | undefined;
}

/** The registry whose API it is, and what the API is sent of its credential. */
export interface ApiOf {
  /** The registry's address. */
  readonly registry: string | URL;
  /** `signIn`: user and password, for a token, as Docker Hub. `token`: the password as a bearer token, as GitLab. */
  readonly by: 'signIn' | 'token';
  /** With `token`: the user whose password is an access token, as Quay's `$oauthtoken`; by default any. */
  readonly user?: string | undefined;
}

/** Statuses of the registry's own that are answers. */
const ANSWERS: readonly number[] = [400, 401, 403, 404, 405, 406, 410, 416];

/** Statuses of storage that are answers; 401 and 403 are read, to say whose they are. */
const STORAGE_ANSWERS: readonly number[] = [401, 403, 404, 410, 416, 429];

/** Visible ASCII. Looser than RFC 9110, since some servers leave out the quotes. */
const ETAG = /^[\x21-\x7e]{1,1024}$/;

/**
 * A client of one registry. Asks nobody yet. Where `access` does not say: no credential, no other hosts for
 * tokens and storage, the authorities of Node.js, 4 requests at a time and no budget. Rejects with
 * CONFIG_INVALID where the file of `ca` cannot be used, as {@link readAuthorities} does. Its `ask` rejects as
 * {@link RegistryClient} says.
 */
export async function createRegistryClient(options: RegistryClientOptions): Promise<RegistryClient> {
  const { url, access, baseDirectory, secret, apiOf = null, clock = SYSTEM_CLOCK } = options;
  const authorities =
    access.ca === undefined ? null : authoritiesOf(await readAuthorities(resolve(baseDirectory, access.ca)));
  const hosts = createRegistryHosts({ url, realms: access.realms, storage: access.storage, authorities });
  const { atOnce, budget } = access.requests ?? DEFAULT_REQUESTS;
  const httpClient = options.httpClient.isolated({ atOnce, reach: hosts.reach });
  const credential = access.credential ?? null;
  const registry = apiOf === null ? hosts.origin : new URL(new URL(apiOf.registry).origin);
  const login = createLoginReader({ registry, credential, secret, baseDirectory, clock });
  const authorizer = authorizerOf(apiOf, registry, { hosts, login, httpClient, clock });
  const requests = createRequestBudget({
    configured: budget === undefined ? null : { requests: budget.requests, window: budget.window * 1_000 },
    clock,
  });

  /** One request, repeated where the registry asks for a wait that is worth it. */
  async function ask(
    request: Omit<BytesRequest, 'purpose'>,
    { counted, sparing = false }: { readonly counted: boolean; readonly sparing?: boolean | undefined },
  ): Promise<BytesResponse> {
    const beforeAttempt = counted ? () => requests.take(request.signal, sparing) : undefined;
    for (let attempt = 0; ; attempt += 1) {
      const response = await httpClient.bytes({ ...request, purpose: 'crawl', beforeAttempt });
      if (response.status !== 429) {
        if (counted) requests.observe(response.headers);
        return response;
      }
      requests.refused(response.headers, attempt, response.excerpt);
      if (!counted) await requests.take(request.signal);
    }
  }

  return {
    async ask(request) {
      const asked = targetOf(request, hosts);
      const { signal, scope, sparing } = request;
      const shared = { method: request.method ?? 'GET', signal, maxBytes: request.maxBytes };
      const accept = acceptOf(request);
      const etag = request.ifNoneMatch != null && ETAG.test(request.ifNoneMatch) ? request.ifNoneMatch : null;
      const headers = { ...accept, ...(etag === null ? {} : { 'if-none-match': etag }) };
      const statuses = [...ANSWERS, ...REDIRECTS, 429, ...(etag === null ? [] : [304])];
      const send = (held: Credential | null): Promise<BytesResponse> =>
        ask({ ...shared, url: asked, headers, credential: held, statuses }, { counted: true, sparing });

      const first = await authorizer.first(scope, asked, signal);
      let answer = await send(first);
      if (answer.status === 401) {
        const challenges = answer.headers['www-authenticate'] ?? '';
        const second = await authorizer.second(scope, first, challenges, signal);
        if (second !== null) answer = await send(second);
      }
      const stored = await followRedirects(answer, asked, hosts, (at) =>
        ask(
          { ...shared, url: at, headers: accept, statuses: [...STORAGE_ANSWERS, ...REDIRECTS] },
          { counted: false },
        ),
      );
      if (stored !== answer && (stored.status === 401 || stored.status === 403))
        throw refusedByStorage(stored);
      return responseOf(stored, asked);
    },
  };
}

function authorizerOf(apiOf: ApiOf | null, registry: URL, options: AuthorizerOptions): Authorizer {
  const { hosts, login } = options;
  if (apiOf === null) return createAuthorizer(options);
  const { by, user = null } = apiOf;
  if (by === 'token') return createApiToken(hosts.ownRealm('/', registry), login, user);
  return createSignIn(hosts.ownRealm(SIGN_IN_PATH, registry), options);
}

const responseOf = ({ status, headers, bytes }: BytesResponse, url: URL): RegistryResponse => ({
  status,
  headers,
  bytes,
  url,
});

/** A redirect carries no credential: what refuses it is no answer to whether the registry's credential helps. */
const refusedByStorage = ({ status, excerpt }: BytesResponse): FederationError =>
  new FederationError('SOURCE_HTTP_STATUS', `the storage of the registry answered HTTP ${status}`, {
    cause: upstreamText(excerpt),
  });

const acceptOf = ({ accept = [] }: RegistryRequest): Readonly<Record<string, string>> =>
  accept.length === 0 ? {} : { accept: accept.join(', ') };

/** The address of a request, at the registry's own origin. */
function targetOf({ path, of }: RegistryRequest, { origin }: RegistryHosts): URL {
  const base = of ?? origin;
  if (!URL.canParse(path, base)) {
    throw new FederationError('SOURCE_MALFORMED', 'the registry links to what is no address', {
      cause: upstreamText(path),
    });
  }
  const url = new URL(path, base);
  if (url.origin !== origin.origin || url.username !== '' || url.password !== '') {
    throw new FederationError('SOURCE_REDIRECTED', 'the registry links to another host', {
      cause: upstreamText(path),
    });
  }
  url.hash = '';
  return url;
}
