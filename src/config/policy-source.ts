// `facilities[].policy` of a lab that ships its policy itself: where its signed bundle of Rego source comes from, and
// which signature it must have.
import { z } from 'zod';
import { secretSchema, wholeSecretSchema } from './secret.ts';
import { pathSchema } from './text.ts';

/** Algorithms of JWA (RFC 7518), RFC 8037 and RFC 9864. `none` is not allowed, and each source accepts exactly one. */
export const POLICY_ALGORITHMS = [
  'ES256',
  'ES384',
  'ES512',
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'EdDSA',
  'Ed25519',
  'HS256',
  'HS384',
  'HS512',
] as const;

export type PolicyAlgorithm = (typeof POLICY_ALGORITHMS)[number];

/** Names that a signature carries: its key and its scope. */
const signedNameSchema = z
  .string()
  .max(256)
  .regex(/^[\x21-\x7e]+$/, 'expected printable ASCII without spaces');

/** A facility's source of its policy of federation.yaml; docs/configuration.md lists the keys and defaults. */
export const policySourceSchema = z.strictObject({
  source: z
    .string()
    .min(1)
    .max(2_048)
    .describe('Where the signed bundle is: an https URL, or a path from this folder'),
  algorithm: z
    .enum(POLICY_ALGORITHMS)
    .describe('The one algorithm that its signature may have; HS* where both sides share one secret'),
  key: wholeSecretSchema.describe(
    'The public key as SPKI PEM, or the secret of HS* byte for byte: {env: NAME} or {file: PATH}',
  ),
  keyId: signedNameSchema.describe('Name of the key, which the signature must carry (kid, or keyid)'),
  scope: signedNameSchema
    .optional()
    .describe('The scope that the signature must state; default: panfed/facility/<id>'),
  token: secretSchema
    .optional()
    .describe('Sent as a bearer token to the source’s host only: {env: NAME} or {file: PATH}'),
  plainHttp: z
    .string()
    .min(1)
    .max(256)
    .optional()
    .describe('The reason why the source is fetched over plain http although it is on another host'),
});

/** A compiled bundle's path, or a source that is compiled here. */
export const policySchema = z.union([pathSchema, policySourceSchema], {
  error: 'must be the path of a compiled bundle, or {source, algorithm, key, keyId}',
});

export type PolicySource = z.infer<typeof policySourceSchema>;

/** The properties of a facility that these functions read. */
interface WithPolicy {
  readonly id: string;
  readonly policy?: z.infer<typeof policySchema> | undefined;
}

/** The facility's signed source; null where it has none. */
export function policySourceOf({ policy }: Pick<WithPolicy, 'policy'>): PolicySource | null {
  return typeof policy === 'object' ? policy : null;
}

/** Path of the facility's compiled bundle; null where it has none. */
export function policyBundleOf({ policy }: Pick<WithPolicy, 'policy'>): string | null {
  return typeof policy === 'string' ? policy : null;
}

/**
 * The scope that signatures of the facility's policy must state (OPA’s `scope` claim): the configured one,
 * else `panfed/facility/<id>`.
 */
export const policyScopeOf = ({ id, policy }: WithPolicy): string =>
  policySourceOf({ policy })?.scope ?? `panfed/facility/${id}`;

/** Whether the source is a URL, and so is fetched; otherwise it is a path. */
export const isFetched = ({ source }: Pick<PolicySource, 'source'>): boolean =>
  /^[A-Za-z][A-Za-z0-9+.-]*:\/\//.test(source);
