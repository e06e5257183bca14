// What the tests of identity share: facilities with their scopes, issuers by federation.yaml's defaults, and refusals.

import assert from 'node:assert/strict';
import { pino } from 'pino';
import type { z } from 'zod';
import { facilitySchema } from '../../src/config/facility.ts';
import { type IssuerConfig, issuerSchema } from '../../src/config/issuer.ts';
import { limitsSchema } from '../../src/config/limits.ts';
import { createIdentity, type IdentityOptions } from '../../src/identity/create-identity.ts';
import type { Identity } from '../../src/identity/identity.ts';
import { SYSTEM_CLOCK } from '../../src/model/clock.ts';
import { FederationError } from '../../src/model/errors.ts';
import type { HttpClient } from '../../src/network/http-client.ts';

export const silent = pino({ level: 'silent' });

export const FACILITIES = [
  ['desy', 'desy.de'],
  ['esrf', 'esrf.eu', 'esrf.fr'],
  ['elettra', 'elettra.eu'],
].map(([id, ...scopes]) =>
  facilitySchema.parse({
    id,
    name: id,
    scopes,
    registries: [{ key: 'main', kind: 'file', url: 'catalog.yaml', pull: `registry.${scopes[0]}` }],
  }),
);

/** An issuer that may assert all of ESRF's, unless said otherwise. */
export function issuerConfig(given: Partial<z.input<typeof issuerSchema>> = {}): IssuerConfig {
  return issuerSchema.parse({
    url: 'https://aai.esrf.eu',
    audience: ['https://gateway.example'],
    namespaces: ['urn:geant:esrf.eu'],
    scopes: ['esrf.eu'],
    ...given,
  });
}

/** A door that lets nothing through. */
export const noDoor: HttpClient = {
  json: () => Promise.reject(new FederationError('SOURCE_UNAVAILABLE', 'no network here')),
  bytes: () => Promise.reject(new FederationError('SOURCE_UNAVAILABLE', 'no network here')),
  deliver: () => Promise.reject(new FederationError('SOURCE_UNAVAILABLE', 'no network here')),
  download: () => Promise.reject(new FederationError('SOURCE_UNAVAILABLE', 'no network here')),
  isolated: () => noDoor,
  close: () => Promise.resolve(),
};

export function identityOf(
  issuers: readonly IssuerConfig[],
  options: Partial<IdentityOptions> = {},
): Promise<Identity> {
  return createIdentity({
    config: { issuers: [...issuers], facilities: FACILITIES, limits: limitsSchema.parse({}) },
    httpClient: noDoor,
    logger: silent,
    clock: SYSTEM_CLOCK,
    readSecret: () => Promise.reject(new Error('no issuer here has a secret')),
    ...options,
  });
}

/** Asserts that the header is refused as UNAUTHENTICATED for that reason. */
export async function assertRefused(asking: Promise<unknown>, reason: string): Promise<FederationError> {
  const error = await asking.then(
    () => assert.fail(`was accepted, not refused for ${reason}`),
    (thrown: unknown) => thrown,
  );
  assert.ok(error instanceof FederationError, String(error));
  assert.deepEqual([error.code, error.extensions?.reason], ['UNAUTHENTICATED', reason]);
  return error;
}
