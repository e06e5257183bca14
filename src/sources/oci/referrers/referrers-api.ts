// The referrers API: which manifests name an image as their subject.
// https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#listing-referrers
import pLimit from 'p-limit';
import { FederationError } from '../../../model/errors.ts';
import { readReferrersAside } from '../../parse-aside.ts';
import { LIST_BYTES } from '../bounds.ts';
import { nextTarget } from '../link-header.ts';
import { INDEX_TYPES } from '../media-types.ts';
import type { CrawledRegistry } from '../registry.ts';
import { reasonOf } from '../unusable.ts';
import { type ListedReferrer, MAX_LISTED, type ReferrerIndex } from './referrer-index.ts';

/** What the API lists. */
export interface ListedReferrers {
  /** Unproven, each once. */
  readonly referrers: readonly ListedReferrer[];
  /** Whether some of it could not be had or read. */
  readonly isPartial: boolean;
}

/** Whether a registry has the API, as far as one crawl has seen. */
export interface ApiStanding {
  /**
   * Asks, where it is worth asking; null: the API is not there, or fails. Until one image was answered, at most {@link REFUSED}
   * (4) are asked for, and the others wait for what comes of these. Rejects as `ask` does.
   */
  asking<T extends object>(ask: () => Promise<T | NoAnswer>): Promise<T | null>;
  /** Whether an image was answered, or the registry failed to (HTTP 5xx): then there may be more than was given. */
  mayBeThere(): boolean;
}

/** `not there`: there is no such API. `failed`: nobody knows, since the registry failed (HTTP 5xx). */
export type NoAnswer = 'not there' | 'failed';

/** Images for which it is refused, and for none answered, until it counts as not there: some may be deleted meanwhile. */
const REFUSED = 4;

/**
 * What one crawl knows of a registry's referrers API (OCI distribution specification 1.1): nothing yet. One answer is
 * enough for the whole crawl; four refusals without one are too, for a registry without the API.
 */
export function apiStanding(): ApiStanding {
  let answered = false;
  let failed = false;
  let refused = 0;
  const inTurn = pLimit(1);

  async function ask<T extends object>(work: () => Promise<T | NoAnswer>): Promise<T | null> {
    const found = await work();
    if (typeof found === 'object') {
      answered = true;
      return found;
    }
    refused += 1;
    failed ||= found === 'failed';
    return null;
  }

  return {
    mayBeThere: () => answered || failed,
    asking(work) {
      if (answered) return ask(work);
      // One at a time until it is known: four repositories at once would be four times as many.
      return inTurn(async () => (answered || refused < REFUSED ? ask(work) : null));
    },
  };
}

/** Types of signatures by which a list that is too large is asked for in parts: Sigstore's bundle, cosign's and Notation's. */
const SIGNATURE_TYPES = [
  'application/vnd.dev.sigstore.bundle.v0.3+json',
  'application/vnd.dev.cosign.artifact.sig.v1+json',
  'application/vnd.cncf.notary.signature',
];

/**
 * What the API lists for an image, at most {@link MAX_LISTED} (10,000) of it; or that there is no such API, whatever the status
 * by which the registry says so, but for one of 5xx: then it failed. A registry that has none also answers 406, 401 or another
 * page with 200, so that nothing but an index counts. An index that cannot be read, or is larger than {@link LIST_BYTES} (8
 * MiB), is one: a registry copies into it what strangers say. Where the first page is too large, those of the signatures' types
 * are asked for, and it is partial only where these cannot be had either. Rejects with {@link NotYet} where the registry allows
 * no more requests, with {@link CrawlExceeded} beyond the crawl's bounds, and as {@link CrawledRegistry.ask} does for failures
 * that are not of this answer alone ({@link reasonOf}).
 */
export async function askedReferrers(
  registry: CrawledRegistry,
  repository: string,
  digest: string,
): Promise<ListedReferrers | NoAnswer> {
  const path = `/v2/${repository}/referrers/${digest}`;
  const whole = await askedPages(registry, repository, path);
  if (whole !== 'too large') return whole;
  const found = new Map<string, ListedReferrer>();
  let isPartial = false;
  for (const type of SIGNATURE_TYPES) {
    const some = await askedPages(registry, repository, `${path}?artifactType=${encodeURIComponent(type)}`);
    if (typeof some === 'string' || some.isPartial) isPartial = true;
    if (typeof some !== 'string') for (const one of some.referrers) found.set(one.digest, one);
  }
  return { referrers: [...found.values()], isPartial };
}

/** Why there is no first page. */
type Missing = NoAnswer | 'too large';

/** All pages; a further one that cannot be had or read leaves what the pages before it said. */
async function askedPages(
  registry: CrawledRegistry,
  repository: string,
  first: string,
): Promise<ListedReferrers | Missing> {
  const found = new Map<string, ListedReferrer>();
  const given = (isPartial: boolean): ListedReferrers => ({ referrers: [...found.values()], isPartial });
  const seen = new Set<string>();
  let path: string | null = first;
  let of: URL | undefined;
  while (path !== null) {
    // What is beyond the bound may be a signature.
    if (found.size >= MAX_LISTED) return given(true);
    const page = await askPage(registry, repository, path, of);
    if (page === 'unreadable') return given(true);
    if (typeof page === 'string') return of === undefined ? page : given(true);
    for (const one of page.index.referrers) {
      if (found.size >= MAX_LISTED && !found.has(one.digest)) return given(true);
      found.set(one.digest, one);
    }
    if (page.index.hasMore) return given(true);
    const next =
      page.target !== null && URL.canParse(page.target, page.url)
        ? new URL(page.target, page.url).href
        : null;
    path = next !== null && !seen.has(next) ? page.target : null;
    if (next !== null) seen.add(next);
    of = page.url;
  }
  return given(false);
}

interface Page {
  readonly index: ReferrerIndex;
  readonly target: string | null;
  readonly url: URL;
}

async function askPage(
  registry: CrawledRegistry,
  repository: string,
  path: string,
  of: URL | undefined,
): Promise<Page | Missing | 'unreadable'> {
  registry.countPage();
  try {
    const { status, bytes, headers, url } = await registry.remainder.asking(() =>
      registry.ask({ path, of, scope: { repository }, accept: [INDEX_TYPES[0]], maxBytes: LIST_BYTES }),
    );
    if (status >= 300) return 'not there';
    const index = await readIndex(bytes, registry);
    return typeof index === 'string' ? index : { index, target: nextTarget(headers.link), url };
  } catch (error) {
    if (isOf(error, 'SOURCE_TOO_LARGE')) return 'too large';
    if (reasonOf(error) === null) throw error;
    return isOf(error, 'SOURCE_HTTP_STATUS') ? 'failed' : 'not there';
  }
}

async function readIndex(
  bytes: Uint8Array,
  registry: CrawledRegistry,
): Promise<ReferrerIndex | 'not there' | 'unreadable'> {
  try {
    return (await readReferrersAside(bytes, registry)) ?? 'not there';
  } catch (error) {
    if (!isOf(error, 'SOURCE_MALFORMED')) throw error;
    return seemsIndex(bytes) ? 'unreadable' : 'not there';
  }
}

/** Whether it is an index, by how it begins and what it has, and cannot be read, as one that has a key twice. */
function seemsIndex(bytes: Uint8Array): boolean {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return text.toString('latin1', 0, 64).trimStart().startsWith('{') && text.includes('"manifests"');
}

const isOf = (error: unknown, code: FederationError['code']): boolean =>
  error instanceof FederationError && error.code === code;
