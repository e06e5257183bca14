// Lists as OCI has it, with the digests that zot's search knows: its database may lack a tag, which is asked for by a HEAD.
// https://zotregistry.dev/latest/articles/graphql/
import { FederationError } from '../../model/errors.ts';
import { isObject } from '../../model/json-object.ts';
import type { Listing } from '../oci/listing.ts';
import { ociListing } from '../oci/oci-listing.ts';
import type { CrawledRegistry } from '../oci/registry.ts';
import { listOf, textOf } from './members.ts';
import { pagesOf } from './pages.ts';

/** Images of a page. */
const PAGE_SIZE = 1_000;

/** How a zot answers without the extension, or an older one whose schema is another. */
const NOT_OFFERED = new Set(['SOURCE_HTTP_STATUS', 'SOURCE_MALFORMED']);

/** Registries of crawls under way that offer no search: they are not asked again. */
const withoutSearch = new WeakSet<CrawledRegistry>();

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
    const digests = new Map(images.map((image) => [textOf(image, 'Tag'), textOf(image, 'Digest')]));
    const signed = images.filter((image) => isObject(image) && image.IsSigned === true);
    return {
      ...listed,
      tags: listed.tags.map(({ tag }) => ({ tag, digest: digests.get(tag) || null })),
      signed: new Set(signed.map((image) => textOf(image, 'Digest'))),
    };
  },
};

/** What the search knows of a repository; null: there is no search. Rejects as the client does where it fails otherwise. */
async function imagesOf(registry: CrawledRegistry, repository: string): Promise<readonly unknown[] | null> {
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
      items: (body) => listOf(listIn(body), 'Results'),
      next({ body, count }) {
        const list = listIn(body);
        const page = isObject(list) ? list.Page : null;
        return isObject(page) && Number(page.TotalCount) > count ? at(count) : null;
      },
    });
    return 'status' in pages ? null : pages.items;
  } catch (error) {
    if (error instanceof FederationError && NOT_OFFERED.has(error.code)) return null;
    throw error;
  }
}

const listIn = (body: unknown): unknown =>
  isObject(body) && isObject(body.data) ? body.data.ImageList : null;
