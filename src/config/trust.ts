// `facilities[].trust`: whose signatures count for a facility's images, and which images have to be signed.
import { z } from 'zod';
import { BOUNDS } from '../model/bounds.ts';
import { nameSchema, pathSchema } from './text.ts';

const timeSchema = z.iso
  .datetime({ offset: true, error: 'expected a time such as 2026-11-28T00:00:00Z' })
  .describe('RFC 3339');

const signerName = z
  .string()
  .min(1)
  .max(BOUNDS.signer)
  .describe('The name by which people and policies know the signer');

/** An entry of a facility's `trust.keys` of federation.yaml; docs/configuration.md lists the keys and defaults. */
export const trustKeySchema = z
  .strictObject({
    name: signerName,
    file: pathSchema.optional().describe('Path of the public key, in PEM, as cosign.pub'),
    env: z
      .string()
      .regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'expected the name of an environment variable')
      .optional()
      .describe('Name of an environment variable that has the public key'),
    demo: z
      .literal(true)
      .optional()
      .describe('The key that a demo makes for this name at its start, and signs its images with'),
    notAfter: timeSchema
      .optional()
      .describe(
        'Signatures that are first seen after this time do not count: a signature by a key has no time of its own',
      ),
    revoked: z
      .boolean()
      .default(false)
      .describe('Whether all its signatures are lost: an image that has no other is `failed`'),
  })
  .refine(({ file, env, demo }) => [file, env, demo].filter((one) => one !== undefined).length === 1, {
    error: 'expected one of `file`, `env` and, in a demo, `demo`',
  });

const identitySchema = z.strictObject({
  name: signerName,
  issuer: z.string().min(1).max(BOUNDS.url).describe('The issuer of the certificate’s identity, whole'),
  subject: z
    .string()
    .min(1)
    .max(BOUNDS.url)
    .describe('The identity, whole: an email address, or the URI of a workflow'),
});

/** `facilities[].trust` of federation.yaml; docs/configuration.md lists the keys and defaults. */
export const trustSchema = z.strictObject({
  require: z
    .array(z.string().min(1).max(BOUNDS.repository))
    .max(256)
    .default([])
    .describe(
      'Globs over repository names, as in `match`, whose images have to be signed by one of these signers',
    ),
  keys: z.array(trustKeySchema).max(64).default([]).describe('Public keys of signers'),
  identities: z
    .array(identitySchema)
    .max(64)
    .default([])
    .describe('Identities of signers without a key of their own (Sigstore); they need `root`'),
  root: pathSchema
    .optional()
    .describe(
      'Path of Sigstore’s trusted root (trusted_root.json), by which certificates and logs are verified',
    ),
  notation: z
    .strictObject({
      name: nameSchema.default('Notation').describe('The name by which people and policies know its signers'),
      store: pathSchema.describe(
        'Path of a PEM file of the trust store: certificates to which signatures chain',
      ),
    })
    .optional()
    .describe('Signatures of the Notary Project'),
  builders: z
    .array(z.string().min(1).max(BOUNDS.url))
    .max(256)
    .optional()
    .describe('URIs of the builders whose provenance counts; default: every builder that a signer names'),
});

export type TrustConfig = z.infer<typeof trustSchema>;
