// A registry of a crawl that gives one answer to every question, for tests of how an answer is read.
import { documentsInMemory } from '../../../src/sources/oci/known-documents.ts';
import { type CrawledRegistry, crawledRegistry } from '../../../src/sources/oci/registry.ts';
import { LIMITS } from './crawl.ts';

/** `headers` in lower case. The bounds are {@link LIMITS}. */
export function answeringRegistry(bytes: Buffer, headers: Record<string, string> = {}): CrawledRegistry {
  const answer = { status: 200, headers, bytes, url: new URL('https://registry.esrf.example/') };
  return crawledRegistry({
    ...{ facility: 'esrf', registry: 'main', limits: LIMITS, known: documentsInMemory(), api: null },
    signal: AbortSignal.timeout(120_000),
    client: { ask: async () => answer },
  });
}
