// `registries[].repositories[]`: what a facility states about its repositories where the registry itself cannot.
import { z } from 'zod';
import { BOUNDS } from '../model/bounds.ts';
import { CONDITION_KINDS } from '../model/license.ts';
import { isRepository } from '../model/oci-names.ts';
import { groupSchema, keySchema } from './text.ts';

/**
 * An entry of the `conditions` of a rule for repositories of federation.yaml; docs/configuration.md lists the keys
 * and defaults.
 */
export const conditionSchema = z.strictObject({
  kind: z.enum(CONDITION_KINDS).describe('What is required of the user, or of the place where it runs'),
  groups: z
    .array(groupSchema)
    .max(BOUNDS.conditionValues)
    .prefault([])
    .describe('AARC-G069 group URNs, for registeredGroup and namedUser; membership in any of them meets it'),
  facilities: z
    .array(keySchema)
    .max(BOUNDS.conditionValues)
    .default([])
    .describe('Facility ids where the software may run, for site'),
  servers: z
    .array(z.string().min(1).max(BOUNDS.name))
    .max(BOUNDS.conditionValues)
    .default([])
    .describe('License servers, any of which must be reachable, for licenseServer'),
  remedy: z
    .string()
    .trim()
    .min(1)
    .max(BOUNDS.remedy)
    .optional()
    .describe('How a person meets it, in a sentence: Register at https://…'),
});

/** An entry of a registry's `repositories` of federation.yaml; docs/configuration.md lists the keys and defaults. */
export const repositorySchema = z.strictObject({
  match: z
    .string()
    .min(1)
    .max(BOUNDS.repository)
    .describe('Glob over repository names: `*` any characters but `/`, `**` any characters'),
  sharing: z
    .enum(['open', 'conditional', 'none'])
    .optional()
    .describe('With whom the images are shared; default: unknown'),
  listed: z.boolean().optional().describe('Whether everyone may know that a conditional image exists'),
  suppliedBy: z.enum(['staff', 'user']).optional().describe('Whether staff or users made the images'),
  groups: z
    .array(groupSchema)
    .max(BOUNDS.groups)
    .optional()
    .describe('AARC-G069 group URNs; members of any of them pass'),
  conditions: z
    .array(conditionSchema)
    .max(BOUNDS.conditions)
    .optional()
    .describe('All must be met; [] states that there are none'),
});

/** `crawl` of a registry: names of repositories, and globs over the list that the registry gives. */
export const crawlSchema = z
  .array(
    z
      .string()
      .min(1)
      .max(BOUNDS.repository)
      .refine((text) => text.includes('*') || isRepository(text), {
        error: 'expected the name of a repository, such as em/relion, or a glob, such as em/**',
      }),
  )
  .min(1)
  .max(10_000);

export type RepositoryRule = z.infer<typeof repositorySchema>;
