// Crawls of a registry as federation.yaml configures it, over the gateway's own HTTP client.
import type { TestContext } from 'node:test';
import type { z } from 'zod';
import { facilitySchema, registrySchema } from '../../../src/config/facility.ts';
import { limitsSchema } from '../../../src/config/limits.ts';
import { createHttpClient } from '../../../src/network/create-http-client.ts';
import { createSource } from '../../../src/sources/create-source.ts';
import { MalformedNode, type Source } from '../../../src/sources/source.ts';
import type { Crawled, OciNode } from './crawl.ts';

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

/** All nodes of one crawl. */
export async function crawledFrom(source: Source): Promise<Crawled> {
  const nodes: OciNode[] = [];
  const malformed: MalformedNode[] = [];
  for await (const page of source.crawl({ signal: AbortSignal.timeout(60_000) })) {
    for (const node of page.nodes) {
      if (node instanceof MalformedNode) malformed.push(node);
      else nodes.push(node as OciNode);
    }
  }
  return { nodes, malformed };
}
