// federation.yaml as a whole: the sections, and the type of a valid configuration.
import { z } from 'zod';
import { facilitySchema } from './facility.ts';
import { gatewaySchema } from './gateway.ts';
import { historySchema } from './history.ts';
import { issuerSchema } from './issuer.ts';
import { cacheSchema, limitsSchema, policiesSchema, telemetrySchema } from './limits.ts';
import { storeSchema } from './store.ts';
import { vocabularySchema } from './vocabulary.ts';

/** The whole of federation.yaml; docs/configuration.md lists the keys and defaults. */
export const configSchema = z.strictObject({
  federation: gatewaySchema,
  demo: z
    .boolean()
    .default(false)
    .describe('Sample registries, an issuer and people of its own, on loopback only'),
  facilities: z
    .array(facilitySchema)
    .min(1)
    .max(256)
    .describe('The labs, in the order in which they are shown'),
  issuers: z
    .array(issuerSchema)
    .max(64)
    .prefault([])
    .describe('Issuers whose tokens are accepted, and what each may assert'),
  store: storeSchema,
  history: historySchema,
  vocabulary: vocabularySchema,
  policies: policiesSchema,
  limits: limitsSchema,
  cache: cacheSchema,
  telemetry: telemetrySchema,
});

/** A valid federation.yaml with defaults filled in, and the folder that its relative paths start at. */
export type Config = z.infer<typeof configSchema> & { readonly baseDirectory: string };
