// Signs in to a registry's own API that gives tokens for its user and password without being asked for: Docker Hub's.
// https://docs.docker.com/reference/api/hub/latest/operations/AuthCreateAccessToken/
import type { Authorizer, AuthorizerOptions } from './authorizer.ts';
import type { Realm } from './realm.ts';
import { createRealmPause } from './realm-pause.ts';
import { requestToken } from './token-request.ts';
import { createTokens } from './tokens.ts';
import { unlessAborted } from './unless-aborted.ts';

/** Where the API gives tokens, from its root. */
export const SIGN_IN_PATH = '/v2/auth/token';

/**
 * One token for the whole API, with every request. Without a user and a password the API is asked
 * anonymously: a token or an identity token of the registry is none of the API's. Asks nobody yet. Its
 * methods reject with SOURCE_REFUSED or RATE_LIMITED where the API gives no token ({@link createRealmPause}),
 * and as {@link LoginReader.read}, {@link requestToken} and {@link unlessAborted} do.
 */
export function createSignIn(
  realm: Realm,
  { hosts, login, httpClient, clock }: AuthorizerOptions,
): Authorizer {
  const unlessPaused = createRealmPause(login, clock);
  const tokens = createTokens({
    registry: hosts.origin,
    obtain: () =>
      unlessPaused((held) =>
        requestToken(
          { realm, service: null, scope: null, login: held, signsIn: true },
          { httpClient, clock },
        ),
      ),
    clock,
  });
  return {
    async first(_scope, _url, signal) {
      const held = await unlessAborted(login.read(), signal);
      return held?.kind === 'password' ? tokens.credential(null, signal) : null;
    },
    async second(_scope, used, _challenges, signal) {
      return used === null ? null : tokens.renewed(null, used, signal);
    },
  };
}
