// Crawls of an OCI registry in tests, within bounds that a test may change.
import type { Attachments } from '../../../src/model/image.ts';
import type { RegistryClient } from '../../../src/network/registry/registry-client.ts';
import type { OciLimits } from '../../../src/sources/oci/bounds.ts';
import { documentsInMemory } from '../../../src/sources/oci/known-documents.ts';
import { ociListing } from '../../../src/sources/oci/oci-listing.ts';
import { referrersInMemory } from '../../../src/sources/oci/referrers/known-referrers.ts';
import { createOciSource, type OciSourceOptions } from '../../../src/sources/oci/source.ts';
import {
  type CrawlContext,
  MalformedNode,
  type Source,
  type UnfinishedCrawl,
} from '../../../src/sources/source.ts';

export const LIMITS: OciLimits = {
  records: 10_000,
  pages: 10_000,
  upstreamBytes: 67_108_864,
  oci: { repositories: 1_000, tags: 20_000, manifests: 64, documentBytes: 4_194_304 },
};

/** A node as the source makes it of an image. */
export interface OciNode {
  readonly repository: string;
  readonly digest: string;
  readonly tags: readonly string[];
  readonly created: string | null;
  readonly size: number | null;
  readonly platforms: readonly string[] | null;
  readonly manifests: readonly { readonly platform: string | null; readonly digest: string }[];
  readonly environment: readonly { readonly name: string; readonly value: string }[];
  readonly attested: boolean;
  readonly attachments: Attachments;
  readonly labels?: readonly { readonly name: string; readonly value: string }[];
  readonly labelSets?: readonly (readonly { readonly name: string; readonly value: string }[])[];
  readonly droppedLabels: readonly string[];
}

export interface Crawled {
  readonly nodes: readonly OciNode[];
  readonly malformed: readonly MalformedNode[];
  readonly unfinished: UnfinishedCrawl | null;
}

export type CrawlOptions = Partial<Omit<OciSourceOptions, 'client'>>;

export const ociSource = (client: RegistryClient, options: CrawlOptions = {}) =>
  createOciSource({
    kind: 'oci',
    api: null,
    listing: ociListing,
    facility: 'esrf',
    registry: 'main',
    url: 'https://registry.esrf.example',
    known: documentsInMemory(),
    referrers: { known: referrersInMemory(), every: 86_400_000, now: () => 0 },
    policyLabels: () => new Set(),
    repositories: ['**'],
    limits: LIMITS,
    ...options,
    client,
  });

/** All nodes of one crawl. */
export async function crawled(
  client: RegistryClient,
  options: CrawlOptions = {},
  context: Partial<CrawlContext> = {},
): Promise<Crawled> {
  return crawledFrom(ociSource(client, options), context);
}

/** All nodes of one crawl of a source. */
export async function crawledFrom(source: Source, context: Partial<CrawlContext> = {}): Promise<Crawled> {
  const nodes: OciNode[] = [];
  const malformed: MalformedNode[] = [];
  let unfinished: UnfinishedCrawl | null = null;
  for await (const page of source.crawl({ signal: AbortSignal.timeout(120_000), ...context })) {
    unfinished = page.unfinished ?? unfinished;
    for (const node of page.nodes) {
      if (node instanceof MalformedNode) malformed.push(node);
      else nodes.push(node as OciNode);
    }
  }
  return { nodes, malformed, unfinished };
}
