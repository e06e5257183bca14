// Asks a realm for one token: Distribution's token authentication, by GET, or with an identity token by OAuth 2.0.
// https://distribution.github.io/distribution/spec/auth/token/
// Or by Docker Hub's API: https://docs.docker.com/reference/api/hub/latest/operations/AuthCreateAccessToken/
import { z } from 'zod';
import { isBearerToken } from '../../config/secrets.ts';
import type { Clock } from '../../model/clock.ts';
import { FederationError } from '../../model/errors.ts';
import { parseJson } from '../body.ts';
import type { BytesResponse, HttpClient } from '../http-client.ts';
import { retryAfter } from '../retry-after.ts';
import { upstreamText } from '../upstream-text.ts';
import { rateLimited } from './rate-limit-error.ts';
import type { Realm } from './realm.ts';
import type { RegistryLogin } from './registry-login.ts';

export interface TokenRequest {
  readonly realm: Realm;
  /** The challenge's `service`; null: it had none. */
  readonly service: string | null;
  /** Such as `repository:<name>:pull`; null: none. */
  readonly scope: string | null;
  /** null: anonymous. */
  readonly login: RegistryLogin | null;
  /** Posts the user and the password as JSON, as Docker Hub's API takes them; they are required then. False by default. */
  readonly signsIn?: boolean | undefined;
}

export interface ObtainedToken {
  readonly token: string;
  /** Milliseconds from now for which it may be used. */
  readonly lifetime: number;
}

/** A realm that gives no token. */
export interface RefusedToken {
  /** SOURCE_REFUSED, or RATE_LIMITED for 429. */
  readonly error: FederationError;
  /** Milliseconds for which it need not be asked with the same credential, whatever the scope; 0: another may be given. */
  readonly pause: number;
}

/** Bytes of a token server's answer. */
const MAX_BYTES = 65_536;

/** Characters of a token: with the other headers it must fit in what servers read. */
const MAX_TOKEN = 16_384;

/** Milliseconds for one token, retries included. */
const DEADLINE = 15_000;

/** Milliseconds for which a realm that refused the credential, or asked to wait, is left alone, and the longest such wait. */
const PAUSE = 60_000;
const LONGEST_PAUSE = 86_400_000;

/** Seconds: a token's lifetime unless it is said, also after signing in, the longest, and what is left for the way there. */
const LIFETIME = { unsaid: 60, longest: 3_600, slack: 10, signedIn: 600 } as const;

const CLIENT_ID = 'panfed';

const answerSchema = z.object({
  token: z.string().optional(),
  access_token: z.string().optional(),
  expires_in: z.number().optional().catch(undefined),
  issued_at: z.string().max(64).optional().catch(undefined),
});

/**
 * A token for the scope, within 15 seconds, or why there is none: by Distribution's token authentication,
 * with an identity token by OAuth 2.0 (RFC 6749, section 6), or by signing in to Docker Hub's API. A lifetime
 * that is not said is 60 seconds, after signing in 600; the longest is an hour; 10 seconds of it, at most a
 * quarter, are left out. Rejects with SOURCE_MALFORMED where the answer is not JSON or has no bearer token
 * (RFC 6750) of at most 16,384 characters, as {@link HttpClient.bytes} does, and as the methods of
 * {@link RegistryLogin} do.
 */
export async function requestToken(
  request: TokenRequest,
  { httpClient, clock }: { readonly httpClient: HttpClient; readonly clock: Clock },
): Promise<ObtainedToken | RefusedToken> {
  const response = await ask(request, httpClient);
  return response.status > 299
    ? refusal(response, clock.wall())
    : readToken(response.bytes, clock.wall(), request.signsIn ? LIFETIME.signedIn : LIFETIME.unsaid);
}

/** A credential that is wrong (401) is not tried again and again, since accounts are locked for that. */
function refusal({ status, headers, excerpt }: BytesResponse, now: number): RefusedToken {
  const cause = upstreamText(excerpt);
  if (status === 429) {
    const pause = Math.min(retryAfter(headers, now) ?? PAUSE, LONGEST_PAUSE);
    const message = 'the registry’s token server answers no more requests';
    return { error: rateLimited(message, now + pause, cause), pause };
  }
  const error = new FederationError(
    'SOURCE_REFUSED',
    `the registry’s token server refuses the gateway (HTTP ${status})`,
    { cause, hint: 'check the credential that federation.yaml names for the registry' },
  );
  return { error, pause: status === 401 ? PAUSE : 0 };
}

function ask(
  { realm, service, scope, login, signsIn = false }: TokenRequest,
  httpClient: HttpClient,
): Promise<BytesResponse> {
  const fields = {
    ...(service === null ? {} : { service }),
    ...(scope === null ? {} : { scope }),
  };
  const shared = {
    purpose: 'registryTokens',
    headers: { accept: 'application/json' },
    signal: AbortSignal.timeout(DEADLINE),
    maxBytes: MAX_BYTES,
    statuses: [400, 401, 403, 404, 405, 429],
  } as const;
  const form =
    (signsIn ? login?.signInFor(realm) : login?.formFor(realm, { ...fields, client_id: CLIENT_ID })) ?? null;
  if (form !== null) return httpClient.bytes({ ...shared, url: realm.url, form });
  const url = new URL(realm.url);
  for (const [name, value] of Object.entries(fields)) url.searchParams.set(name, value);
  return httpClient.bytes({ ...shared, url, credential: login?.forRealm(realm) ?? null });
}

function readToken(bytes: Buffer, now: number, unsaid: number): ObtainedToken {
  const answer = answerSchema.safeParse(parseJson(bytes, 'the token server’s answer'));
  const token = answer.data?.token || answer.data?.access_token;
  if (token === undefined || token.length > MAX_TOKEN || !isBearerToken(token)) {
    throw new FederationError('SOURCE_MALFORMED', 'the registry’s token server answered without a token');
  }
  return { token, lifetime: lifetimeOf(answer.data?.expires_in ?? unsaid, answer.data?.issued_at, now) };
}

/** Milliseconds. A token that was issued some time ago has less left; where clocks seem to differ, that is not counted. */
function lifetimeOf(expiresIn: number, issuedAt: string | undefined, now: number): number {
  const said = expiresIn > 0 ? expiresIn : LIFETIME.unsaid;
  const whole = Math.min(said, LIFETIME.longest) * 1_000;
  const age = issuedAt === undefined ? 0 : now - Date.parse(issuedAt);
  const left = age > 0 && age < whole ? whole - age : whole;
  return left - Math.min(LIFETIME.slack * 1_000, left / 4);
}
