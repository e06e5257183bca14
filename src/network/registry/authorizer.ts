// Which credential goes with a request: what the registry asked for in its first 401 is remembered, so that later
// requests have it at once.
import type { Clock } from '../../model/clock.ts';
import { FederationError } from '../../model/errors.ts';
import type { Credential } from '../credential.ts';
import type { HttpClient } from '../http-client.ts';
import { upstreamText } from '../upstream-text.ts';
import { type Challenge, parseChallenges } from './challenge.ts';
import type { LoginReader } from './read-login.ts';
import type { Realm } from './realm.ts';
import { createRealmPause } from './realm-pause.ts';
import type { RegistryScope } from './registry-client.ts';
import type { RegistryHosts } from './registry-hosts.ts';
import { type ObtainedToken, requestToken } from './token-request.ts';
import { createTokens, type Tokens } from './tokens.ts';
import { unlessAborted } from './unless-aborted.ts';

export interface AuthorizerOptions {
  readonly hosts: RegistryHosts;
  readonly login: LoginReader;
  readonly httpClient: HttpClient;
  readonly clock: Clock;
}

export interface Authorizer {
  /**
   * For the first request; null: without a credential, since the registry did not ask for one yet. Rejects as
   * {@link LoginReader.read} and {@link Tokens.credential} do.
   */
  first(scope: RegistryScope, url: URL, signal: AbortSignal): Promise<Credential | null>;
  /**
   * For the second one, after a 401 to a request with `used`, by the value of its WWW-Authenticate; null:
   * there is no better credential, 401 is the answer. Rejects with SOURCE_REFUSED for a realm that the
   * registry may not send the gateway to, and as {@link LoginReader.read} and {@link Tokens.renewed} do.
   */
  second(
    scope: RegistryScope,
    used: Credential | null,
    challenges: string,
    signal: AbortSignal,
  ): Promise<Credential | null>;
}

/** The token server that the registry named. */
interface Bearer {
  readonly realm: Realm;
  readonly service: string | null;
  readonly tokens: Tokens;
}

/**
 * What a registry asks for by its challenges (RFC 9110, section 11.6.1): HTTP Basic, or a token of a realm by
 * Distribution's token authentication. A credential of kind `token` goes with every request, whatever it asks
 * for. Asks nobody yet; its methods also reject with SOURCE_REFUSED or RATE_LIMITED where the realm gives no
 * token ({@link createRealmPause}), as {@link requestToken} and {@link unlessAborted} do, and with
 * CONFIG_INVALID for a user, password or token that cannot stand in a header. To the registry's own
 * interfaces, outside `/v2/`, a user and password go with the first request, unasked. A token is asked for by
 * the scope `repository:<name>:pull` or `registry:catalog:*`, whatever the registry asks for.
 */
export function createAuthorizer({ hosts, login, httpClient, clock }: AuthorizerOptions): Authorizer {
  let bearer: Bearer | null = null;
  const unlessPaused = createRealmPause(login, clock);
  /** Whether the registry asked for a user and password itself. */
  let isBasic = false;

  function bearerOf(challenge: Challenge): Bearer {
    const text = challenge.parameters.get('realm') ?? '';
    const realm = hosts.realm(text);
    if (realm === null) {
      throw new FederationError(
        'SOURCE_REFUSED',
        'the registry sends the gateway to another host for a token',
        {
          cause: upstreamText(text),
          hint: 'name the host in the `realms` of the registry if it is the registry’s own token server',
        },
      );
    }
    const service = challenge.parameters.get('service') ?? null;
    if (bearer !== null && bearer.realm.url.href === realm.url.href && bearer.service === service)
      return bearer;
    const obtain = (scope: string | null): Promise<ObtainedToken> =>
      unlessPaused((held) => requestToken({ realm, service, scope, login: held }, { httpClient, clock }));
    return { realm, service, tokens: createTokens({ registry: hosts.origin, obtain, clock }) };
  }

  return {
    async first(scope, url, signal) {
      const held = await unlessAborted(login.read(), signal);
      if (held?.kind === 'token') return held.forRegistry();
      // A registry's own interfaces answer less without a credential, and do not ask for it.
      const isOwnInterface = url.pathname !== '/v2' && !url.pathname.startsWith('/v2/');
      if (held !== null && (isBasic || isOwnInterface)) return held.forRegistry();
      return isOwnInterface || bearer === null ? null : bearer.tokens.credential(scopeText(scope), signal);
    },
    async second(scope, used, header, signal) {
      const held = await unlessAborted(login.read(), signal);
      if (held?.kind === 'token') {
        login.forget();
        return null;
      }
      const challenges = parseChallenges(header);
      const asked = challenges.find(
        ({ scheme, parameters }) => scheme === 'bearer' && parameters.has('realm'),
      );
      if (asked !== undefined) {
        bearer = bearerOf(asked);
        isBasic = false;
        const { tokens } = bearer;
        return used === null || used.scheme === 'Basic'
          ? tokens.credential(scopeText(scope), signal)
          : tokens.renewed(scopeText(scope), used, signal);
      }
      const own = challenges.some(({ scheme }) => scheme === 'basic') ? (held?.forRegistry() ?? null) : null;
      if (own === null || used?.scheme === 'Basic') {
        login.forget();
        return null;
      }
      isBasic = true;
      return own;
    },
  };
}

/** A scope of Distribution's tokens, with the right to read alone, whatever the registry asks for. */
function scopeText(scope: RegistryScope): string | null {
  if (scope === null) return null;
  return scope === 'catalog' ? 'registry:catalog:*' : `repository:${scope.repository}:pull`;
}
