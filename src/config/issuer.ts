// `issuers[]`: whose tokens are accepted, how their claims map to a Subject, and what each issuer may assert.
import { z } from 'zod';
import { secretSchema } from './secret.ts';

const claim = z.string().min(1).max(256).describe('A claim’s name; a dot goes one level down');

export const issuerSchema = z.strictObject({
  url: z.url().describe('The `iss` of its tokens; OpenID Connect discovery starts here'),
  jwks: z.url().optional().describe('JWKS URL; discovery unless said'),
  audience: z.array(z.string().min(1)).min(1).max(16),
  typ: z.array(z.string().min(1)).min(1).max(4).default(['at+jwt']).describe('RFC 9068'),
  algorithms: z
    .array(
      z.enum([
        'RS256',
        'RS384',
        'RS512',
        'PS256',
        'PS384',
        'PS512',
        'ES256',
        'ES384',
        'ES512',
        'EdDSA',
        'Ed25519',
      ]),
    )
    .min(1)
    .default(['RS256', 'PS256', 'ES256', 'EdDSA', 'Ed25519']),
  clockSkew: z.number().int().min(0).max(300).default(30).describe('Seconds'),
  maxLifetime: z.number().int().min(60).max(86_400).default(3_600).describe('Seconds from iat to exp'),
  namespaces: z
    .array(z.string().min(1))
    .max(64)
    .default([])
    .describe('AARC-G069 namespaces whose groups it may assert'),
  scopes: z.array(z.string().min(1)).max(64).default([]).describe('Affiliation scopes that it may assert'),
  mayAssert: z
    .array(z.string().regex(/^(academic|admin|author:[a-z][a-z0-9-]*)$/))
    .max(64)
    .default([]),
  claims: z
    .strictObject({
      name: claim.default('name'),
      groups: claim.default('eduperson_entitlement'),
      affiliations: claim.default('eduperson_scoped_affiliation'),
      assurance: claim.default('eduperson_assurance'),
      academic: claim.default('panfed_academic'),
      roles: claim.default('panfed_roles'),
    })
    .prefault({}),
  token: secretSchema.optional().describe('For a JWKS endpoint that asks for one'),
});

export type IssuerConfig = z.infer<typeof issuerSchema>;
