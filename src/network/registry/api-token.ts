// The credential of a registry's API that takes an access token as a bearer token, which is the password elsewhere: GitLab's.
// https://docs.gitlab.com/api/rest/authentication/#personalprojectgroup-access-tokens
import type { Authorizer } from './authorizer.ts';
import type { LoginReader } from './read-login.ts';
import type { Realm } from './realm.ts';
import { unlessAborted } from './unless-aborted.ts';

/**
 * The token with every request; anonymous without one, or where the credential is of another user than `user`; null: of any. One that is refused is
 * read again for later requests.
 */
export function createApiToken(api: Realm, login: LoginReader, user: string | null): Authorizer {
  return {
    async first(_scope, _url, signal) {
      const held = await unlessAborted(login.read(), signal);
      return held?.tokenFor(api, user) ?? null;
    },
    async second() {
      login.forget();
      return null;
    },
  };
}
