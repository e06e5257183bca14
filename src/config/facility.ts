// `facilities[]`: a lab, its registries, the facts about its site, its policy and its extension.
import { z } from 'zod';
import { BOUNDS } from '../model/bounds.ts';
import { computeSchema } from './compute.ts';
import { dataCatalogSchema } from './data-catalog.ts';
import { policySchema } from './policy-source.ts';
import { registryAccessShape } from './registry-access.ts';
import { REGISTRY_KINDS } from './registry-kind.ts';
import { crawlSchema, repositorySchema } from './repository.ts';
import { secretSchema } from './secret.ts';
import { termSchema } from './terms.ts';
import { keySchema, nameSchema, pathSchema, pullSchema, scopeSchema, webUrlSchema } from './text.ts';
import { trustSchema } from './trust.ts';

/** An entry of a facility's `registries` of federation.yaml; docs/configuration.md lists the keys and defaults. */
export const registrySchema = z.strictObject({
  key: keySchema.describe('Names this registry within its facility; part of every image id'),
  kind: z
    .enum(REGISTRY_KINDS)
    .describe(
      'graphql: speaks the contract registry.graphql. file: a document of images. oci: speaks the OCI distribution specification. dockerhub: Docker Hub, listed by its API. harbor: Harbor 2, listed by its API. gitlab: GitLab’s registry, of which its API lists the repositories. quay: Quay, listed by its API. zot: zot, with the digests of its search. ghcr: GitHub’s container registry',
    ),
  url: z
    .string()
    .min(1)
    .max(2_048)
    .optional()
    .describe(
      'graphql: the endpoint. file: a path of YAML, JSON or NDJSON, from this folder. oci: the registry’s root, as https://registry.esrf.fr. dockerhub: where its images are; default: https://registry-1.docker.io. harbor: its root. gitlab: the registry’s root, as https://registry.gitlab.com. quay: its root, as https://quay.io. zot: its root. ghcr: default: https://ghcr.io',
    ),
  api: webUrlSchema
    .optional()
    .describe(
      'dockerhub: where its API is, which is sent the credential as well; default: https://hub.docker.com. gitlab: the GitLab whose registry it is, as https://gitlab.com; required. ghcr: default: https://api.github.com',
    ),
  crawl: crawlSchema
    .optional()
    .describe(
      'The repositories that are crawled, by name or by a glob as in `match`, for which the registry has to list its repositories; default: all that it lists. dockerhub: required, each with its namespace, as esrf/** or library/python. gitlab: required, each with its group or project. quay: required, each with its namespace. ghcr: required, each with its organization or user; not for kinds graphql and file',
    ),
  demo: pathSchema
    .optional()
    .describe(
      'A catalog that the demo serves on a loopback port of its own, as kind graphql, oci, dockerhub, harbor or ghcr',
    ),
  pull: pullSchema.describe('Where engines pull from: host[:port][/prefix], without a scheme'),
  token: secretSchema
    .optional()
    .describe('Sent as a bearer token to this registry’s host only: {env: NAME} or {file: PATH}'),
  ...registryAccessShape,
  plainHttp: z
    .string()
    .min(1)
    .max(256)
    .optional()
    .describe('The reason why this registry is asked over plain http although it is on another host'),
  deadline: z
    .number()
    .int()
    .min(100)
    .max(600_000)
    .optional()
    .describe('Milliseconds for one refresh; default: limits.deadline'),
  repositories: z
    .array(repositorySchema)
    .max(1_000)
    .prefault([])
    .describe('What the facility says of its repositories; only the first entry that matches applies'),
});

/** An entry of `facilities` of federation.yaml; docs/configuration.md lists the keys and defaults. */
export const facilitySchema = z.strictObject({
  id: keySchema.describe('desy psi isis dls esrf kit alba elettra hzb …'),
  name: nameSchema.describe('The name that people know'),
  ror: webUrlSchema.optional().describe('Research Organization Registry: https://ror.org/…'),
  url: webUrlSchema.optional().describe('The facility’s site'),
  scopes: z
    .array(scopeSchema)
    .max(64)
    .prefault([])
    .describe('Scopes of eduPersonScopedAffiliation whose members are the facility’s members: esrf.eu'),
  engines: z
    .array(z.string().min(1).max(BOUNDS.name))
    .max(BOUNDS.engines)
    .default([])
    .describe('Container engines that run there: docker, podman, apptainer, shifter'),
  allowsUnverified: z
    .boolean()
    .default(false)
    .describe('Whether images without a verified signature may run there'),
  licenseServers: z
    .array(z.string().min(1).max(BOUNDS.name))
    .max(64)
    .default([])
    .describe('License servers that can be reached there'),
  terms: z
    .array(termSchema)
    .max(256)
    .default([])
    .describe(
      'What the facility’s own words for techniques mean, in its registries and to whoever chooses it',
    ),
  trust: trustSchema
    .optional()
    .describe(
      'Whose signatures count for the facility’s images: with them an image is `verified`. Default: nobody’s, so that an image is `claimed` at most',
    ),
  policy: policySchema
    .optional()
    .describe(
      'The facility’s policy, which can only restrict: the path of a compiled bundle, or a signed source',
    ),
  extension: z
    .strictObject({
      schema: pathSchema.describe('Path of the SDL of the fields that the registry adds to Image'),
      registry: keySchema
        .optional()
        .describe('Key of the registry that answers it; default: the first graphql registry'),
    })
    .optional()
    .describe('Fields of the facility’s own, as Image.<id>'),
  registries: z.array(registrySchema).min(1).max(32).describe('Where the facility keeps its images'),
  compute: z
    .array(computeSchema)
    .max(64)
    .default([])
    .describe('Where the facility runs jobs, and who may see and use that'),
  dataCatalogs: z
    .array(dataCatalogSchema)
    .max(16)
    .default([])
    .describe('Where the facility’s data sets are looked up by PID, for `match`'),
});

export type RegistryConfig = z.infer<typeof registrySchema>;
export type FacilityConfig = z.infer<typeof facilitySchema>;
