// One issuer's public keys: fetched when needed, cached for a bounded time, and never fetched in a loop, however many
// tokens name keys that do not exist.

import { createLocalJWKSet, errors, type JSONWebKeySet, type JWTVerifyGetKey } from 'jose';
import type { Logger } from 'pino';
import type { MonotonicClock } from '../model/clock.ts';
import { FederationError } from '../model/errors.ts';

/** Milliseconds, except for the number of `keys`. */
export const KEY_SET_BOUNDS = Object.freeze({
  /** Age at which the keys are fetched again. */
  maxAge: 600_000,
  /** Age up to which the keys are used while the issuer does not answer. */
  staleIfError: 3_600_000,
  /** Time between fetches that look for a key that is not in the set. */
  unknownKeyCooldown: 30_000,
  /** Time between fetches while the issuer does not answer. */
  failureCooldown: 10_000,
  keys: 64,
});

export interface KeySetOptions {
  readonly issuer: string;
  /** The issuer's JWK Set (RFC 7517), unchecked; whatever it rejects with, the issuer does not answer. */
  readonly fetchKeys: () => Promise<unknown>;
  readonly clock: MonotonicClock;
  readonly logger: Logger;
}

type LocalKeySet = ReturnType<typeof createLocalJWKSet>;

/**
 * A function that finds the key of a token's header in the issuer's JWK Set (RFC 7517), within {@link KEY_SET_BOUNDS}:
 * at most 64 keys, fetched again after 10 minutes, and at most every 30 s for a key that is not among them; used for an
 * hour while the issuer does not answer, which is then asked at most every 10 s. It rejects with ISSUER_UNAVAILABLE
 * where the keys cannot be fetched, with jose's JWKSNoMatchingKey where the issuer answers and has no such key, and
 * with jose's other errors, such as JWKSMultipleMatchingKeys.
 */
export function createKeySet({ issuer, fetchKeys, clock, logger }: KeySetOptions): JWTVerifyGetKey {
  let cached: { readonly find: LocalKeySet; readonly fetchedAt: number } | null = null;
  let attemptedAt = Number.NEGATIVE_INFINITY;
  let failure: FederationError | null = null;
  let fetching: Promise<void> | null = null;

  const since = (then: number): number => clock.monotonic() - then;

  const fetchOnce = async (): Promise<void> => {
    attemptedAt = clock.monotonic();
    try {
      const find = createLocalJWKSet(bounded(await fetchKeys()));
      cached = { find, fetchedAt: clock.monotonic() };
      failure = null;
    } catch (cause) {
      failure = unavailable(issuer, cause);
      logger.warn({ issuer, err: cause }, 'the keys of an issuer could not be fetched');
    }
  };

  const refresh = async (cooldown: number): Promise<void> => {
    if (fetching === null && since(attemptedAt) < cooldown) return;
    fetching ??= fetchOnce().finally(() => {
      fetching = null;
    });
    await fetching;
  };

  const usable = async (): Promise<LocalKeySet> => {
    if (cached === null || since(cached.fetchedAt) >= KEY_SET_BOUNDS.maxAge) {
      await refresh(failure === null ? 0 : KEY_SET_BOUNDS.failureCooldown);
    }
    if (cached === null || since(cached.fetchedAt) >= KEY_SET_BOUNDS.staleIfError) {
      throw failure ?? unavailable(issuer, undefined);
    }
    return cached.find;
  };

  return async (header, token) => {
    try {
      return await (await usable())(header, token);
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey)) throw error;
    }
    // The issuer may have rotated its keys since.
    await refresh(KEY_SET_BOUNDS.unknownKeyCooldown);
    if (failure !== null) throw failure;
    return (await usable())(header, token);
  };
}

function bounded(document: unknown): JSONWebKeySet {
  const keys = (document as { keys?: unknown } | null)?.keys;
  if (!Array.isArray(keys)) throw new Error('the key set is not a JWK Set (RFC 7517)');
  if (keys.length > KEY_SET_BOUNDS.keys)
    throw new Error(`the key set has more than ${KEY_SET_BOUNDS.keys} keys`);
  return { keys };
}

function unavailable(issuer: string, cause: unknown): FederationError {
  return new FederationError('ISSUER_UNAVAILABLE', 'the keys of the issuer of this token cannot be fetched', {
    at: issuer,
    hint: 'Try again in a moment, or ask anonymously, without a token.',
    cause,
  });
}
