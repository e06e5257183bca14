// Asks a realm for one token: Distribution's token authentication, by GET, or with an identity token by OAuth 2.0.
// https://distribution.github.io/distribution/spec/auth/token/
import { z } from 'zod';
import { isBearerToken } from '../../config/secrets.ts';
import type { Clock } from '../../model/clock.ts';
import { FederationError } from '../../model/errors.ts';
import { parseJson } from '../body.ts';
import type { BytesResponse, HttpClient } from '../http-client.ts';
import { retryAfter } from '../retry-after.ts';
import { upstreamText } from '../upstream-text.ts';
import { rateLimited } from './rate-limited.ts';
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
}

export interface ObtainedToken {
  readonly token: string;
  /** Milliseconds from now for which it may be used. */
  readonly lifetime: number;
}

/** Bytes of a token server's answer. */
const MAX_BYTES = 65_536;

/** Characters of a token: with the other headers it must fit in what servers read. */
const MAX_TOKEN = 16_384;

/** Milliseconds for one token, retries included. */
const DEADLINE = 15_000;

/** Milliseconds after which a registry that says nothing of a limit is asked for a token again. */
const UNSAID_WAIT = 60_000;

/** Seconds: a token's lifetime unless it is said, the longest, and what is left for the way to the registry. */
const LIFETIME = { unsaid: 60, longest: 3_600, slack: 10 } as const;

const CLIENT_ID = 'panfed';

const answerSchema = z.object({
  token: z.string().optional(),
  access_token: z.string().optional(),
  expires_in: z.number().optional().catch(undefined),
  issued_at: z.string().max(64).optional().catch(undefined),
});

/**
 * A token for the scope, within 15 seconds. Rejects with SOURCE_REFUSED where the realm refuses, with RATE_LIMITED for
 * 429, with SOURCE_MALFORMED where its answer has no token, and as the HTTP client does.
 */
export async function requestToken(
  request: TokenRequest,
  { httpClient, clock }: { readonly httpClient: HttpClient; readonly clock: Clock },
): Promise<ObtainedToken> {
  const response = await ask(request, httpClient);
  const cause = upstreamText(response.excerpt);
  if (response.status === 429) {
    const wait = retryAfter(response.headers, clock.wall()) ?? UNSAID_WAIT;
    throw rateLimited(
      'the registry’s token server answers no more requests for now',
      clock.wall() + wait,
      cause,
    );
  }
  if (response.status > 299) {
    throw new FederationError(
      'SOURCE_REFUSED',
      `the registry’s token server refuses the gateway (HTTP ${response.status})`,
      {
        cause,
        hint: 'check the credential that federation.yaml names for the registry',
      },
    );
  }
  return readToken(response.bytes, clock.wall());
}

function ask({ realm, service, scope, login }: TokenRequest, httpClient: HttpClient): Promise<BytesResponse> {
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
  const form = login?.formFor(realm, { ...fields, client_id: CLIENT_ID }) ?? null;
  if (form !== null) return httpClient.bytes({ ...shared, url: realm.url, form });
  const url = new URL(realm.url);
  for (const [name, value] of Object.entries(fields)) url.searchParams.set(name, value);
  return httpClient.bytes({ ...shared, url, credential: login?.forRealm(realm) ?? null });
}

function readToken(bytes: Buffer, now: number): ObtainedToken {
  const answer = answerSchema.safeParse(parseJson(bytes, 'the token server’s answer'));
  const token = answer.data?.token || answer.data?.access_token;
  if (token === undefined || token.length > MAX_TOKEN || !isBearerToken(token)) {
    throw new FederationError('SOURCE_MALFORMED', 'the registry’s token server answered without a token');
  }
  return { token, lifetime: lifetimeOf(answer.data?.expires_in, answer.data?.issued_at, now) };
}

/** Milliseconds. A token that was issued some time ago has less left; where clocks seem to differ, that is not counted. */
function lifetimeOf(expiresIn: number | undefined, issuedAt: string | undefined, now: number): number {
  const said = expiresIn !== undefined && expiresIn > 0 ? expiresIn : LIFETIME.unsaid;
  const whole = Math.min(said, LIFETIME.longest) * 1_000;
  const age = issuedAt === undefined ? 0 : now - Date.parse(issuedAt);
  const left = age > 0 && age < whole ? whole - age : whole;
  return left - Math.min(LIFETIME.slack * 1_000, left / 4);
}
