// Crawls of a registry as federation.yaml configures it, over the gateway's own HTTP client.
import type { TestContext } from 'node:test';
import type { z } from 'zod';
import { facilitySchema, registrySchema } from '../../../src/config/facility.ts';
import { limitsSchema } from '../../../src/config/limits.ts';
import { createHttpClient } from '../../../src/network/create-http-client.ts';
import { createSource } from '../../../src/sources/create-source.ts';
import type { Source } from '../../../src/sources/source.ts';

export { crawledFrom } from './crawl.ts';

/** An entry of `registries` without what is the same in every test. */
export type Configured = Omit<z.input<typeof registrySchema>, 'key' | 'pull'>;

/** The source of a registry; secrets are the values of `{env: NAME}`. */
export async function configuredSource(
  context: TestContext,
  configured: Configured,
  secrets: Readonly<Record<string, string>> = {},
): Promise<Source> {
  const httpClient = createHttpClient({ backoff: { retries: 0 } });
  context.after(() => httpClient.close());
  const registry = registrySchema.parse({ key: 'main', pull: 'registry.example', ...configured });
  const facility = facilitySchema.parse({ id: 'esrf', name: 'ESRF', registries: [registry] });
  return createSource(
    facility,
    registry,
    { limits: limitsSchema.parse({}), baseDirectory: '.' },
    {
      httpClient,
      secret: async (reference) => ('env' in reference ? (secrets[reference.env] ?? '') : ''),
    },
  );
}
