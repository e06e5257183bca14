// The tokens of one registry: one for each scope, kept while they are valid, asked for once however many wait for it.
import { LRUCache } from 'lru-cache';
import type { Clock } from '../../model/clock.ts';
import { Credential } from '../credential.ts';
import type { ObtainedToken } from './token-request.ts';
import { unlessAborted } from './unless-aborted.ts';

export interface TokensOptions {
  /** The registry that the tokens are for. */
  readonly registry: URL;
  /** Asks the realm for a token of the scope; null: of none. */
  readonly obtain: (scope: string | null) => Promise<ObtainedToken>;
  readonly clock: Clock;
}

export interface Tokens {
  /**
   * The token of the scope (null: of none), which is asked for if there is none. Rejects as `obtain` and
   * {@link unlessAborted} do, and with CONFIG_INVALID for a token that cannot stand in a header.
   */
  credential(scope: string | null, signal: AbortSignal): Promise<Credential>;
  /**
   * A token in the place of `refused`, which the registry does not accept; null where it replaced one that
   * was not accepted either, so that a repository that stays closed is not asked twice each time. Rejects as
   * {@link credential} does.
   */
  renewed(scope: string | null, refused: Credential, signal: AbortSignal): Promise<Credential | null>;
}

/** Tokens that are kept. */
const MAX_TOKENS = 256;

interface Kept {
  readonly credential: Credential;
  /** In monotonic milliseconds. */
  readonly until: number;
  /** Whether it took the place of one that was refused. */
  readonly isReplacement: boolean;
}

/**
 * No tokens yet. Keeps those of at most 256 scopes, each for the milliseconds of its `lifetime` from when it
 * was asked for, once however many wait for it; beyond them the one that was not used for longest is asked
 * for again. Its methods reject as `obtain` and {@link unlessAborted} do, and with CONFIG_INVALID for a token
 * that cannot stand in a header, as {@link Credential.for} does.
 */
export function createTokens({ registry, obtain, clock }: TokensOptions): Tokens {
  const kept = new LRUCache<string, Kept>({ max: MAX_TOKENS });
  const obtaining = new Map<string, Promise<Kept>>();

  function valid(scope: string | null): Kept | undefined {
    const known = kept.get(scope ?? '');
    return known !== undefined && clock.monotonic() < known.until ? known : undefined;
  }

  /** Goes on though those who wait give up: the next one needs it as well. */
  function obtained(scope: string | null, isReplacement: boolean): Promise<Kept> {
    const key = scope ?? '';
    const running = obtaining.get(key);
    if (running !== undefined) return running;
    const since = clock.monotonic();
    const asked = obtain(scope)
      .then(({ token, lifetime }) => {
        const one = { credential: Credential.for(registry, token), until: since + lifetime, isReplacement };
        kept.set(key, one);
        return one;
      })
      .finally(() => obtaining.delete(key));
    obtaining.set(key, asked);
    return asked;
  }

  return {
    async credential(scope, signal) {
      return (valid(scope) ?? (await unlessAborted(obtained(scope, false), signal))).credential;
    },
    async renewed(scope, refused, signal) {
      const known = valid(scope);
      if (known !== undefined && known.credential !== refused) return known.credential;
      if (known?.isReplacement) return null;
      return (await unlessAborted(obtained(scope, true), signal)).credential;
    },
  };
}
