// `facilities[]`: a lab, its registries, the facts of its place, its policy and its extension.
import { z } from 'zod';
import { repositorySchema } from './repository.ts';
import { secretSchema } from './secret.ts';

const key = /^[a-z][a-z0-9-]{0,31}$/;

export const registrySchema = z.strictObject({
  key: z.string().regex(key).describe('Names this registry within its facility; part of every image id'),
  kind: z.enum(['graphql', 'file']),
  url: z
    .string()
    .min(1)
    .optional()
    .describe('graphql: the endpoint. file: a path of YAML, JSON or NDJSON, from this folder'),
  demo: z.string().min(1).optional().describe('A catalog that the demo serves on a loopback port of its own'),
  pull: z
    .string()
    .min(1)
    .max(255)
    .describe('Where engines pull from: host[:port][/prefix], without a scheme'),
  token: secretSchema.optional().describe('Sent as a bearer token to this registry’s host only'),
  deadline: z
    .number()
    .int()
    .min(100)
    .max(600_000)
    .optional()
    .describe('Milliseconds for one refresh; limits.deadline unless said'),
  repositories: z
    .array(repositorySchema)
    .max(1_000)
    .default([])
    .describe('The first entry that matches is the only one'),
});

export const facilitySchema = z.strictObject({
  id: z.string().regex(key).describe('desy psi isis dls esrf kit alba elettra hzb …'),
  name: z.string().min(1).max(256),
  ror: z.url().optional().describe('Research Organization Registry'),
  url: z.url().optional(),
  scopes: z
    .array(z.string().min(1))
    .max(64)
    .default([])
    .describe('Scopes of eduPersonScopedAffiliation: esrf.eu'),
  engines: z
    .array(z.string().min(1))
    .max(16)
    .default([])
    .describe('Container engines that run there: docker, podman, apptainer, shifter'),
  allowsUnverified: z
    .boolean()
    .default(false)
    .describe('Whether images without a verified signature may run there'),
  licenseServers: z
    .array(z.string().min(1))
    .max(64)
    .default([])
    .describe('License servers that can be reached there'),
  policy: z.string().min(1).optional().describe('The facility’s bundle: a path; it can only restrict'),
  extension: z
    .strictObject({
      schema: z.string().min(1).describe('SDL of the fields that the registry adds to Image'),
      registry: z
        .string()
        .regex(key)
        .optional()
        .describe('Which registry answers it; the first graphql registry unless said'),
    })
    .optional(),
  registries: z.array(registrySchema).min(1).max(32),
});

export type RegistryConfig = z.infer<typeof registrySchema>;
export type FacilityConfig = z.infer<typeof facilitySchema>;
