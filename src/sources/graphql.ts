// Registries of kind `graphql`: they speak registry.graphql, and are crawled by the one fixed query of their version, in pages
// of a fixed size.
import { FederationError } from '../model/errors.ts';
import type { Credential } from '../network/credential.ts';
import { createEndpoint, type Endpoint } from '../network/graphql-endpoint.ts';
import type { HttpClient } from '../network/http-client.ts';
import {
  IMAGES_QUERIES,
  type ImagePage,
  keptGeneration,
  MAPPING,
  REGISTRY_QUERY,
  type RegistryStanding,
  readRegistry,
} from './contract.ts';
import { fetchDocuments } from './fetch-documents.ts';
import { readPageAside } from './parse-aside.ts';
import type { CrawlContext, Source, SourcePage } from './source.ts';

/** The bounds of one crawl. */
export interface CrawlLimits {
  readonly records: number;
  readonly pages: number;
  /** Bytes of all answers of a crawl together, decompressed. */
  readonly upstreamBytes: number;
}

export interface GraphqlSourceOptions {
  readonly facility: string;
  readonly registry: string;
  readonly url: string;
  readonly credential: Credential | null;
  readonly httpClient: HttpClient;
  readonly limits: CrawlLimits;
  /** Images a page; 500 unless said, and at most the contract's 1000. */
  readonly pageSize?: number;
}

const REGISTRY_BYTES = 65_536;

/**
 * A source that speaks registry.graphql, asked for pages of 500 images unless said. It does not own the HTTP
 * client: closing it leaves the client open for the others. Asks nobody yet. `info` rejects as
 * {@link Endpoint.ask} and {@link readRegistry} do; `crawl` too, as {@link readPageAside} does, with
 * SOURCE_TOO_LARGE beyond one of `limits`, and with PAGE_STUCK for a page that does not lead on. `attachments` is as
 * {@link fetchDocuments}.
 */
export function createGraphqlSource(options: GraphqlSourceOptions): Source {
  const endpoint = createEndpoint({ ...options, purpose: 'crawl' });
  const documents = createEndpoint({ ...options, purpose: 'attachments' });
  return {
    facility: options.facility,
    registry: options.registry,
    kind: 'graphql',
    stored: { address: options.url, mapping: MAPPING },
    async info({ signal }) {
      const { contract, generation } = await checkRegistry(endpoint, options.facility, signal);
      return { generation: keptGeneration(contract, generation) };
    },
    crawl: (context) => crawl(endpoint, options, context),
    attachments: (wanted, signal) => fetchDocuments(documents, options.facility, wanted, signal),
    async close() {},
  };
}

async function checkRegistry(
  endpoint: Endpoint,
  facility: string,
  signal: AbortSignal,
): Promise<RegistryStanding> {
  const answer = await endpoint.ask({ query: REGISTRY_QUERY, signal, maxBytes: REGISTRY_BYTES });
  return readRegistry(answer, facility);
}

/** Each page checks that it leads on, so that a registry that goes in circles ends the crawl and not its deadline. */
async function* crawl(
  endpoint: Endpoint,
  { facility, limits, pageSize = 500 }: GraphqlSourceOptions,
  context: CrawlContext,
): AsyncGenerator<SourcePage> {
  const { signal } = context;
  // Asked first: the version says which query, and the long one of another would fail with an error that does not say why.
  const { contract } = await checkRegistry(endpoint, facility, signal);
  const seen = new Set<string>();
  let after: string | null = null;
  let bytes = 0;
  let records = 0;
  for (let pages = 1; ; pages += 1) {
    if (pages > limits.pages) throw tooMuch(`${limits.pages} pages`);
    const variables = { first: pageSize, after };
    const maxBytes = limits.upstreamBytes - bytes;
    const question = { query: IMAGES_QUERIES[contract], variables, signal, maxBytes };
    const answer = await endpoint.read(question, (body) => readPageAside(body, { ...context, facility }));
    const page = answer.value;
    bytes += answer.bytes;
    records += page.nodes.length;
    if (records > limits.records) throw tooMuch(`${limits.records} records`);
    yield { nodes: page.nodes, generation: keptGeneration(contract, page.generation), packed: page.packed };
    after = cursorAfter(page, seen);
    if (after === null) return;
  }
}

/**
 * The next page's cursor; null on the last page.
 * @throws FederationError PAGE_STUCK
 */
function cursorAfter(page: ImagePage, seen: Set<string>): string | null {
  if (!page.hasNextPage) return null;
  if (page.endCursor === null) throw stuck('a page says that there are more, and has no cursor');
  if (page.nodes.length === 0) throw stuck('a page says that there are more, and is empty');
  if (seen.has(page.endCursor)) throw stuck('a page leads back to an earlier one');
  seen.add(page.endCursor);
  return page.endCursor;
}

const stuck = (message: string): FederationError => new FederationError('PAGE_STUCK', message);

const tooMuch = (limit: string): FederationError =>
  new FederationError('SOURCE_TOO_LARGE', `the registry has more than ${limit}`, {
    hint: 'raise the limit in federation.yaml if it is meant to',
  });
