// The credential with which this machine's user signs in to a running demo: its signing key, and the claims of its
// tokens.
import { importJWK, SignJWT } from 'jose';
import { z } from 'zod';
import type { DemoPerson } from './demo-people.ts';

/** A name that nobody can own (RFC 2606), so that no real issuer is ever mistaken for the demo's. */
export const DEMO_ISSUER = 'https://issuer.demo.invalid';

/** The `aud` of the demo's tokens. */
export const DEMO_AUDIENCE = 'panfed-demo';

/** Seconds: the default of `issuers[].maxLifetime`. */
const LIFETIME = 3_600;

const base64url = z.string().regex(/^[A-Za-z0-9_-]{1,128}$/);

/** The content of the state file. The key is an ES256 private JWK (RFC 7517). */
export const demoCredentialSchema = z.strictObject({
  issuer: z.literal(DEMO_ISSUER),
  audience: z.literal(DEMO_AUDIENCE),
  key: z.strictObject({
    kty: z.literal('EC'),
    crv: z.literal('P-256'),
    alg: z.literal('ES256'),
    kid: base64url,
    x: base64url,
    y: base64url,
    d: base64url,
  }),
});

export type DemoCredential = z.infer<typeof demoCredentialSchema>;

/**
 * An access token (RFC 9068), signed with the credential's key, for one of the demo's people, valid for one hour from
 * `now`. Rejects with jose's error for a key that cannot sign.
 * @param now milliseconds since the epoch
 */
export async function mintDemoToken(
  credential: DemoCredential,
  person: DemoPerson,
  now: number,
): Promise<string> {
  const { key, issuer, audience } = credential;
  const issuedAt = Math.floor(now / 1_000);
  const claims = {
    name: person.name,
    eduperson_scoped_affiliation: person.affiliations,
    eduperson_entitlement: person.groups,
    panfed_roles: person.roles,
    ...(person.academic === null ? {} : { panfed_academic: person.academic }),
  };
  return new SignJWT(claims)
    .setProtectedHeader({ alg: key.alg, kid: key.kid, typ: 'at+jwt' })
    .setIssuer(issuer)
    .setAudience(audience)
    .setSubject(person.name)
    .setIssuedAt(issuedAt)
    .setExpirationTime(issuedAt + LIFETIME)
    .sign(await importJWK(key, key.alg));
}
