// The demo's own issuer: a key made at each start, known to this process and its user alone. Its tokens are verified as
// any issuer's are, and it may assert what the demo's people need and no more.

import { calculateJwkThumbprint, exportJWK, generateKeyPair, type JSONWebKeySet } from 'jose';
import type { FacilityConfig } from '../config/facility.ts';
import { type IssuerConfig, issuerSchema } from '../config/issuer.ts';
import type { WallClock } from '../model/clock.ts';
import {
  DEMO_AUDIENCE,
  DEMO_ISSUER,
  type DemoCredential,
  demoCredentialSchema,
  mintDemoToken,
} from './demo-credential.ts';
import type { DemoPerson } from './demo-people.ts';

export interface DemoIssuer {
  /** As it would stand under `issuers` of federation.yaml. */
  readonly issuer: IssuerConfig;
  /** The public key. */
  readonly keys: JSONWebKeySet;
  /** The content of the state file, with the private key. */
  readonly credential: DemoCredential;
  /** A token that is valid for one hour. Rejects as {@link mintDemoToken} does. */
  mint(person: DemoPerson): Promise<string>;
}

export interface DemoIssuerOptions {
  readonly facilities: readonly Pick<FacilityConfig, 'id' | 'scopes'>[];
  readonly clock: WallClock;
}

/**
 * An issuer with a new ES256 key (RFC 7518), named by its thumbprint (RFC 7638); it may assert the scopes, groups and
 * roles of these facilities. Rejects only if this Node.js has no such keys.
 */
export async function createDemoIssuer({ facilities, clock }: DemoIssuerOptions): Promise<DemoIssuer> {
  const { privateKey } = await generateKeyPair('ES256', { extractable: true });
  const { kty, crv, x, y, d } = await exportJWK(privateKey);
  const kid = await calculateJwkThumbprint(privateKey);
  const credential = demoCredentialSchema.parse({
    issuer: DEMO_ISSUER,
    audience: DEMO_AUDIENCE,
    key: { kty, crv, alg: 'ES256', kid, x, y, d },
  });
  const { d: _private, ...publicKey } = credential.key;
  return {
    issuer: demoIssuerConfig(facilities),
    keys: { keys: [publicKey] },
    credential,
    mint: (person) => mintDemoToken(credential, person, clock.wall()),
  };
}

function demoIssuerConfig(facilities: DemoIssuerOptions['facilities']): IssuerConfig {
  const scopes = [...new Set(facilities.flatMap((facility) => facility.scopes))];
  return {
    ...issuerSchema.parse({ url: DEMO_ISSUER, audience: [DEMO_AUDIENCE], algorithms: ['ES256'] }),
    namespaces: scopes.map((scope) => `urn:geant:${scope}`),
    scopes,
    mayAssert: ['academic', 'admin', ...facilities.map(({ id }) => `author:${id}`)],
  };
}
