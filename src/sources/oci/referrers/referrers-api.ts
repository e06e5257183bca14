// The referrers API: which manifests name an image as their subject.
// https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#listing-referrers
import pLimit from 'p-limit';
import { readManifestAside } from '../../parse-aside.ts';
import { LIST_BYTES } from '../bounds.ts';
import { nextTarget } from '../link-header.ts';
import { INDEX_TYPES } from '../media-types.ts';
import type { Reading } from '../reading.ts';
import type { CrawledRegistry } from '../registry.ts';
import { reasonOf } from '../unusable.ts';

/** Referrers of one image that are read, whichever list has them. */
export const MAX_REFERRERS = 100;

/** Whether a registry has the API, as far as one crawl has seen. */
export interface ApiStanding {
  /**
   * Asks, where it is worth asking, and says whether the answer was an index; null: the API is not there.
   * Until one image was answered, at most {@link REFUSED} (4) are asked for, and the others wait for what
   * comes of these. Rejects as `ask` does.
   */
  asking<T>(ask: () => Promise<T | null>): Promise<T | null>;
}

/** Images for which it is refused, and for none answered, until it counts as not there: some may be deleted meanwhile. */
const REFUSED = 4;

/**
 * Nothing is known yet. One answer is enough for the whole crawl; four refusals without one are too, for a
 * registry without the API.
 */
export function apiStanding(): ApiStanding {
  let answered = false;
  let refused = 0;
  const inTurn = pLimit(1);

  async function ask<T>(work: () => Promise<T | null>): Promise<T | null> {
    const found = await work();
    if (found === null) refused += 1;
    else answered = true;
    return found;
  }

  return {
    asking(work) {
      if (answered) return ask(work);
      // One at a time until it is known: four repositories at once would be four times as many.
      return inTurn(async () => (answered || refused < REFUSED ? ask(work) : null));
    },
  };
}

/**
 * The digests that the API lists for an image, at most {@link MAX_REFERRERS} (100), unproven; null: there is
 * no such API, whatever the status by which the registry says so. A registry that has none also answers 406,
 * 401 or another page with 200, so that nothing but an index counts. Rejects with {@link NotYet} where the
 * registry allows no more requests, with {@link CrawlExceeded} beyond the crawl's bounds, and as
 * {@link CrawledRegistry.ask} does for failures that are not of this answer alone ({@link reasonOf}).
 */
export async function askedReferrers(
  registry: CrawledRegistry,
  repository: string,
  digest: string,
  reading: Reading,
): Promise<readonly string[] | null> {
  const found = new Set<string>();
  const seen = new Set<string>();
  let path: string | null = `/v2/${repository}/referrers/${digest}`;
  let of: URL | undefined;
  while (path !== null && found.size < MAX_REFERRERS) {
    const page = await askPage(registry, repository, path, of, reading);
    // A further page that is not there leaves what the pages before it said.
    if (page === null) return of === undefined ? null : [...found];
    for (const one of page.digests) if (found.size < MAX_REFERRERS) found.add(one);
    const next =
      page.target !== null && URL.canParse(page.target, page.url)
        ? new URL(page.target, page.url).href
        : null;
    path = next !== null && !seen.has(next) ? page.target : null;
    if (next !== null) seen.add(next);
    of = page.url;
  }
  return [...found];
}

interface Page {
  readonly digests: readonly string[];
  readonly target: string | null;
  readonly url: URL;
}

/** null: the answer is not an index. */
async function askPage(
  registry: CrawledRegistry,
  repository: string,
  path: string,
  of: URL | undefined,
  reading: Reading,
): Promise<Page | null> {
  registry.countPage();
  try {
    const { status, bytes, headers, url } = await registry.remainder.asking(() =>
      registry.ask({ path, of, scope: { repository }, accept: [INDEX_TYPES[0]], maxBytes: LIST_BYTES }),
    );
    if (status >= 300) return null;
    const index = await readManifestAside(bytes, { ...reading, maxManifests: MAX_REFERRERS });
    if (index.kind !== 'index') return null;
    return { digests: index.manifests.map(({ digest }) => digest), target: nextTarget(headers.link), url };
  } catch (error) {
    if (reasonOf(error) === null) throw error;
    return null;
  }
}
