// Makes an Identity of the configured issuers, and of the demo's own where there is a demo: one way for all tokens.

import { createLocalJWKSet, decodeJwt, type JWTVerifyGetKey } from 'jose';
import type { Logger } from 'pino';
import type { IssuerConfig } from '../config/issuer.ts';
import type { Config } from '../config/schema.ts';
import type { SecretReference } from '../config/secret.ts';
import type { MonotonicClock, WallClock } from '../model/clock.ts';
import { FederationError } from '../model/errors.ts';
import { ANONYMOUS } from '../model/subject.ts';
import { Credential } from '../network/credential.ts';
import type { HttpClient } from '../network/http-client.ts';
import { bearerToken } from './bearer.ts';
import { createCallerCache } from './cache.ts';
import { type AssertedClaim, type CallerReader, createCallerReader, type Dropped } from './caller.ts';
import type { DemoIssuer } from './demo.ts';
import { fetchKeySet } from './discovery.ts';
import type { Identity } from './identity.ts';
import { createKeySet } from './keys.ts';
import { refusal } from './refusal.ts';
import { verifyToken } from './verify.ts';

export interface IdentityOptions {
  readonly config: Pick<Config, 'issuers' | 'facilities' | 'limits'>;
  /** Fetches the issuers' keys. */
  readonly httpClient: HttpClient;
  readonly logger: Logger;
  readonly clock: WallClock & MonotonicClock;
  /** Reads `issuers[].token`, at start. */
  readonly readSecret: (reference: SecretReference) => Promise<string>;
  /** Accepted beside the issuers of the configuration; by default there is none. */
  readonly demo?: Pick<DemoIssuer, 'issuer' | 'keys'> | undefined;
  /** Called with the claims that an issuer may not assert and how many values were dropped; never with the person. */
  readonly onDropped?: ((issuer: string, claim: AssertedClaim, count: number) => void) | undefined;
}

interface TrustedIssuer {
  readonly issuer: IssuerConfig;
  readonly keys: JWTVerifyGetKey;
  readonly read: CallerReader;
}

/**
 * An Identity that verifies tokens (RFC 9068 or as the issuer's `typ` says) and caches their callers for up
 * to a minute. No issuer is asked before its first token. Which claims were dropped, and how many values, is
 * logged. Rejects with CONFIG_INVALID where two issuers have one URL, or where an issuer's secret cannot be
 * read or is not a bearer token. `identify` gives the anonymous caller for null, and rejects with
 * UNAUTHENTICATED (also for a header of more than `limits.tokenBytes` bytes) or ISSUER_UNAVAILABLE.
 */
export async function createIdentity(options: IdentityOptions): Promise<Identity> {
  const { config, logger, clock, onDropped } = options;
  const trusted = await trustedIssuers(options);
  const cache = createCallerCache(clock);

  const report = (issuer: string, dropped: Dropped): void => {
    const counts = (Object.entries(dropped) as [AssertedClaim, number][]).filter(([, count]) => count > 0);
    if (counts.length === 0) return;
    for (const [claim, count] of counts) onDropped?.(issuer, claim, count);
    logger.info(
      { issuer, dropped: Object.fromEntries(counts) },
      'claims that an issuer may not make were dropped',
    );
  };

  return {
    async identify(authorization) {
      if (authorization === null) return ANONYMOUS;
      const token = bearerToken(authorization, config.limits.tokenBytes);
      const cached = cache.get(token);
      if (cached !== null) return cached;
      const { issuer, keys, read } = issuerOf(token, trusted);
      const { caller, dropped } = read(await verifyToken(token, issuer, keys, clock.wall()));
      report(issuer.url, dropped);
      cache.set(token, caller);
      return caller;
    },
  };
}

async function trustedIssuers(options: IdentityOptions): Promise<ReadonlyMap<string, TrustedIssuer>> {
  const { config, httpClient, logger, clock, readSecret, demo } = options;
  const trusted = new Map<string, TrustedIssuer>();
  const trust = (issuer: IssuerConfig, keys: JWTVerifyGetKey): void => {
    // Those of federation.yaml are checked with it; the demo's is beside them.
    if (trusted.has(issuer.url)) {
      throw new FederationError('CONFIG_INVALID', `the issuer ${issuer.url} is configured twice`);
    }
    trusted.set(issuer.url, { issuer, keys, read: createCallerReader(issuer, config.facilities) });
  };
  for (const issuer of config.issuers) {
    const secret = issuer.token === undefined ? null : await readSecret(issuer.token);
    const credential = secret === null ? null : Credential.for(issuer.jwks ?? issuer.url, secret);
    const fetchKeys = () => fetchKeySet(httpClient, issuer, credential);
    trust(issuer, createKeySet({ issuer: issuer.url, fetchKeys, clock, logger }));
  }
  if (demo !== undefined) trust(demo.issuer, createLocalJWKSet(demo.keys));
  return trusted;
}

/** The issuer that the unverified token names. The name only selects the keys that must verify the token. */
function issuerOf(token: string, trusted: ReadonlyMap<string, TrustedIssuer>): TrustedIssuer {
  let named: unknown;
  try {
    named = decodeJwt(token).iss;
  } catch (error) {
    throw refusal('MALFORMED_TOKEN', error);
  }
  const found = typeof named === 'string' ? trusted.get(named) : undefined;
  if (found === undefined) throw refusal('UNKNOWN_ISSUER');
  return found;
}
