// Lists as OCI has it, with the digests that zot's search knows: its database may lack a tag, which is asked for by a HEAD.
// https://zotregistry.dev/latest/articles/graphql/
import { FederationError } from '../../model/errors.ts';
import type { Listing } from '../oci/listing.ts';
import { ociListing } from '../oci/oci-listing.ts';
import type { CrawledRegistry } from '../oci/registry.ts';
import { type Pages, pagesOf, signedOf } from './pages.ts';

/** Images of a page. */
const PAGE_SIZE = 1_000;

/** How a zot answers without the extension, or an older one whose schema is another. */
const NOT_OFFERED = new Set(['SOURCE_HTTP_STATUS', 'SOURCE_MALFORMED']);

/** Registries of crawls under way that offer no search: they are not asked again. */
const withoutSearch = new WeakSet<CrawledRegistry>();

/**
 * zot. Tags are those of {@link ociListing}, with digests where zot's search knows them; without a search, or
 * with another schema, they have none. A search that fails otherwise rejects as {@link pagesOf} does.
 */
export const zotListing: Listing = {
  repositories: ociListing.repositories,

  async tags(registry, repository) {
    const listed = await ociListing.tags(registry, repository);
    if (listed === null || withoutSearch.has(registry)) return listed;
    const images = await imagesOf(registry, repository);
    if (images === null) {
      withoutSearch.add(registry);
      return listed;
    }
    const digests = new Map(images.entries.map(({ name, digest }) => [name, digest]));
    return {
      ...listed,
      tags: listed.tags.map(({ tag }) => ({ tag, digest: digests.get(tag) ?? null })),
      signed: signedOf(images),
    };
  },
};

/** What the search knows of a repository; null: there is no search. Rejects as the client does where it fails otherwise. */
async function imagesOf(registry: CrawledRegistry, repository: string): Promise<Pages | null> {
  const at = (offset: number): string => {
    const page = `{limit: ${PAGE_SIZE}, offset: ${offset}, sortBy: ALPHABETIC_ASC}`;
    const query = `{ImageList(repo: ${JSON.stringify(repository)}, requestedPage: ${page}) {Page {TotalCount} Results {Tag Digest IsSigned}}}`;
    return `/v2/_zot/ext/search?query=${encodeURIComponent(query)}`;
  };
  try {
    const pages = await pagesOf(registry, {
      path: at(0),
      scope: { repository },
      called: 'tags',
      max: registry.limits.oci.tags,
      list: 'zotImages',
      next: ({ next: total, count }) => (Number(total) > count ? at(count) : null),
    });
    return 'status' in pages ? null : pages;
  } catch (error) {
    if (error instanceof FederationError && NOT_OFFERED.has(error.code)) return null;
    throw error;
  }
}
