// What one crawl leaves to the next: images whose documents are not known when the registry allows no more requests, or
// when the time is over.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { configSchema } from '../../../src/config/schema.ts';
import { rateLimited } from '../../../src/network/registry/rate-limit-error.ts';
import type { RegistryClient } from '../../../src/network/registry/registry-client.ts';
import { documentsInMemory, type KnownDocuments } from '../../../src/sources/oci/known-documents.ts';
import { ociListing } from '../../../src/sources/oci/oci-listing.ts';
import { referrersInMemory } from '../../../src/sources/oci/referrers/known-referrers.ts';
import { createOciSource } from '../../../src/sources/oci/source.ts';
import type { UnfinishedCrawl } from '../../../src/sources/source.ts';
import { type TestImage, testImage } from '../../support/oci/images.ts';

const LIMITS = configSchema.shape.limits.parse({});
const AT = Date.UTC(2026, 5, 1);

/** A registry of one repository, which answers so many requests of documents. */
class Registry implements RegistryClient {
  readonly images: Map<string, TestImage>;
  budget: number;
  documents = 0;
  tagsBudget = Number.POSITIVE_INFINITY;

  constructor(count: number, budget = Number.POSITIVE_INFINITY) {
    this.images = new Map(
      Array.from({ length: count }, (_, at) => [`v${at}`, testImage({ content: `${at}` })]),
    );
    this.budget = budget;
  }

  async ask({ method = 'GET', path }: Parameters<RegistryClient['ask']>[0]) {
    const url = new URL(path, 'https://registry.example');
    const answer = (status: number, bytes: Buffer = Buffer.alloc(0), headers = {}) => ({
      status,
      bytes,
      headers,
      url,
    });
    if (url.pathname.endsWith('/tags/list')) {
      if (this.tagsBudget-- <= 0) throw rateLimited('no more', AT);
      return answer(200, Buffer.from(JSON.stringify({ name: 'em/relion', tags: [...this.images.keys()] })));
    }
    const [, reference = ''] = /\/(?:manifests|blobs)\/(.*)$/.exec(url.pathname) ?? [];
    const all = [...this.images.values()].flatMap((image) => [image, ...image.blobs]);
    const found = this.images.get(reference) ?? all.find(({ digest }) => digest === reference);
    if (found === undefined) return answer(404);
    const headers = { 'docker-content-digest': found.digest, 'content-type': found.mediaType };
    if (method === 'HEAD') return answer(200, undefined, headers);
    if (this.documents >= this.budget) throw rateLimited('no more', AT);
    this.documents += 1;
    return answer(200, found.bytes, headers);
  }
}

async function crawl(client: RegistryClient, known: KnownDocuments, enough?: AbortSignal) {
  const source = createOciSource({
    ...{ kind: 'oci', api: null, listing: ociListing },
    ...{ facility: 'esrf', registry: 'main', url: 'https://registry.example', client, known },
    ...{ repositories: ['em/relion'], limits: LIMITS, policyLabels: () => new Set<string>() },
    referrers: { known: referrersInMemory(), every: 86_400_000, now: () => 0 },
  });
  const nodes: unknown[] = [];
  let unfinished: UnfinishedCrawl | null = null;
  for await (const page of source.crawl({ signal: new AbortController().signal, enough })) {
    nodes.push(...page.nodes);
    unfinished = page.unfinished ?? null;
  }
  return { tags: nodes.flatMap((node) => (node as { tags: string[] }).tags).sort(), unfinished };
}

describe('a crawl of a registry that allows few requests', () => {
  test('gives what it has read, and goes on with the rest when it may, until all is there', async () => {
    const registry = new Registry(30, 20);
    const known = documentsInMemory();
    const first = await crawl(registry, known);
    // An image is a manifest and a configuration; one of them may be missing of at most four that are read at a time.
    assert.ok(first.tags.length >= 8, `${first.tags.length} images`);
    assert.deepEqual(first.unfinished, { resumeAt: AT });
    registry.budget += 20;
    const second = await crawl(registry, known);
    assert.ok(second.tags.length >= 18, `${second.tags.length} images`);
    registry.budget += 20;
    assert.deepEqual(await crawl(registry, known), {
      tags: [...registry.images.keys()].sort(),
      unfinished: null,
    });
    assert.equal(registry.documents, 60, 'each document once');
  });

  test('drops what was withdrawn, whatever is left to read', async () => {
    const registry = new Registry(30, 20);
    const known = documentsInMemory();
    const { tags } = await crawl(registry, known);
    registry.images.delete(tags[0] ?? '');
    const { tags: left, unfinished } = await crawl(registry, known);
    assert.deepEqual(left, tags.slice(1));
    assert.deepEqual(unfinished, { resumeAt: AT });
  });

  test('fails as a whole where it cannot be listed: what was known is not changed by half a list', async () => {
    const registry = new Registry(3);
    registry.tagsBudget = 0;
    await assert.rejects(crawl(registry, documentsInMemory()), { code: 'RATE_LIMITED' });
  });
});

describe('a crawl whose time is over', () => {
  test('lists the registry and gives the images whose documents are known', async () => {
    const registry = new Registry(3);
    const known = documentsInMemory();
    await crawl(registry, known);
    registry.images.set('new', testImage({ content: 'new' }));
    const over = AbortSignal.abort();
    const asked = registry.documents;
    assert.deepEqual(await crawl(registry, known, over), {
      tags: ['v0', 'v1', 'v2'],
      unfinished: { resumeAt: null },
    });
    assert.equal(registry.documents, asked);
  });
});
