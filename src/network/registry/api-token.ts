// The credential of a registry's API that takes an access token as a bearer token, which is the password elsewhere: GitLab's.
// https://docs.gitlab.com/api/rest/authentication/#personalprojectgroup-access-tokens
import type { Authorizer } from './authorizer.ts';
import type { LoginReader } from './read-login.ts';
import type { Realm } from './realm.ts';
import { unlessAborted } from './unless-aborted.ts';

/**
 * The password of the registry's credential as a bearer token (RFC 6750) with every request; none where there
 * is no credential, where it has no password, or where it is of another user than `user` (null: of any). One
 * that is refused is not sent again for that request, and is read again for the next request if it was read
 * 10,000 ms ago or more; until then the same one is sent. `first` rejects as {@link LoginReader.read},
 * {@link RegistryLogin.tokenFor} and {@link unlessAborted} do; `second` never does.
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
