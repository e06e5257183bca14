// `issuers[]`: which issuers’ tokens are accepted, how their claims map to a Subject, and what each issuer may assert.
import { z } from 'zod';
import { secretSchema } from './secret.ts';
import { namespaceSchema, scopeSchema, secureUrlSchema } from './text.ts';

const claim = (name: string, meaning: string) => z.string().min(1).max(256).default(name).describe(meaning);

/** Asymmetric algorithms only: whoever can verify with a shared key can also sign. */
const ALGORITHMS = [
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
] as const;

/** An entry of `issuers` of federation.yaml; docs/configuration.md lists the keys and defaults. */
export const issuerSchema = z.strictObject({
  url: secureUrlSchema.describe('The `iss` of its tokens; OpenID Connect discovery starts here'),
  jwks: secureUrlSchema.optional().describe('JWKS URL; default: found by discovery'),
  audience: z
    .array(z.string().min(1).max(2_048))
    .min(1)
    .max(16)
    .describe('Values of `aud`, any of which a token must have'),
  typ: z
    .array(z.string().min(1).max(256))
    .min(1)
    .max(4)
    .default(['at+jwt'])
    .describe('Values of the header `typ`, any of which a token must have (RFC 9068)'),
  algorithms: z
    .array(z.enum(ALGORITHMS))
    .min(1)
    .max(ALGORITHMS.length)
    .default(['RS256', 'PS256', 'ES256', 'EdDSA', 'Ed25519'])
    .describe('Signature algorithms that are accepted'),
  clockSkew: z.number().int().min(0).max(300).default(30).describe('Seconds by which clocks may differ'),
  maxLifetime: z
    .number()
    .int()
    .min(60)
    .max(86_400)
    .default(3_600)
    .describe('Seconds from iat to exp, at most; a longer lifetime, or a token without iat, is refused'),
  namespaces: z
    .array(namespaceSchema)
    .max(64)
    .prefault([])
    .describe('AARC-G069 namespaces whose groups it may assert'),
  scopes: z.array(scopeSchema).max(64).prefault([]).describe('Affiliation scopes that it may assert'),
  mayAssert: z
    .array(
      z
        .string()
        .regex(
          /^(academic|admin|author:[a-z][a-z0-9-]{0,31})$/,
          'expected academic, admin or author:<facility>',
        ),
    )
    .max(64)
    .default([])
    .describe('What else it may assert: academic, admin, author:<facility>'),
  claims: z
    .strictObject({
      name: claim('name', 'The person’s name'),
      groups: claim('eduperson_entitlement', 'Groups, as AARC-G069 URNs'),
      affiliations: claim('eduperson_scoped_affiliation', 'Affiliations, as member@esrf.eu'),
      assurance: claim('eduperson_assurance', 'Assurance profiles'),
      academic: claim('panfed_academic', 'Whether the person is academic: true or false'),
      roles: claim('panfed_roles', 'Roles: admin, author:<facility>'),
    })
    .prefault({})
    .describe('The names of the claims; a dot in a name goes one level down'),
  token: secretSchema
    .optional()
    .describe('For a JWKS endpoint that requires a bearer token: {env: NAME} or {file: PATH}'),
});

export type IssuerConfig = z.infer<typeof issuerSchema>;
