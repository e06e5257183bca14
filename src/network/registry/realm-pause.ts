// Leaves a realm alone for a time that refused the credential, since accounts are locked for repeated attempts.
import type { Clock } from '../../model/clock.ts';
import type { FederationError } from '../../model/errors.ts';
import type { LoginReader } from './read-login.ts';
import type { RegistryLogin } from './registry-login.ts';
import type { ObtainedToken, RefusedToken } from './token-request.ts';

/** Asks a realm for a token with the credential; null: anonymous. */
export type AskRealm = (login: RegistryLogin | null) => Promise<ObtainedToken | RefusedToken>;

/**
 * Gives what asks one realm for a token. That rejects with the realm's refusal (SOURCE_REFUSED or
 * RATE_LIMITED), without a request while it holds for the credential, for the milliseconds of
 * {@link RefusedToken}; and as `ask` and {@link LoginReader.read} do.
 */
export function createRealmPause(
  login: LoginReader,
  clock: Clock,
): (ask: AskRealm) => Promise<ObtainedToken> {
  /** The realm's last refusal, which holds for this credential and for a time. */
  let paused: {
    readonly error: FederationError;
    readonly login: RegistryLogin | null;
    readonly until: number;
  } | null = null;
  return async (ask) => {
    // It may have been replaced meanwhile, in its file or helper.
    if (paused !== null) login.forget();
    const held = await login.read();
    if (paused !== null && paused.login === held && clock.monotonic() < paused.until) throw paused.error;
    const given = await ask(held);
    if (!('error' in given)) {
      paused = null;
      return given;
    }
    paused = { error: given.error, login: held, until: clock.monotonic() + given.pause };
    throw given.error;
  };
}
