// Lists by Quay's API, whose tags have digests.
// https://docs.redhat.com/en/documentation/red_hat_quay/3/html/red_hat_quay_api_reference/listrepotags
import { type Listing, mostListed } from '../oci/listing.ts';
import { tagsNotListed } from '../oci/not-listed.ts';
import { ociListing } from '../oci/oci-listing.ts';
import { listedIn, namespacesOf } from './namespaces.ts';
import { type Page, pagesOf } from './pages.ts';

/** The user whose password is an access token (OAuth 2.0), which the API takes as a bearer token. */
export const QUAY_TOKEN_USER = '$oauthtoken';

/** Tags of a page: the most that the API gives. How many repositories a page has it decides itself. */
const PAGE_SIZE = 100;

/** Quay. Globs begin with their namespace, which the API and `config check` require. */
export const quayListing: Listing = {
  repositories(registry, globs) {
    const namespaces = [...namespacesOf(globs)].filter((namespace) => namespace !== null);
    return listedIn(namespaces, {
      async list(namespace, taken) {
        const path = `/api/v1/repository?namespace=${encodeURIComponent(namespace)}&public=true`;
        const pages = await pagesOf(registry, {
          path,
          scope: null,
          called: 'repositories',
          max: mostListed(registry) - taken,
          list: 'quayRepositories',
          next: ({ next: token }) =>
            typeof token === 'string' && token !== ''
              ? `${path}&next_page=${encodeURIComponent(token)}`
              : null,
        });
        // A namespace that is not there, or not for this credential, has an empty list and no other answer.
        return 'status' in pages || pages.count > 0 ? pages : { status: 404 };
      },
      name: (name, namespace) => `${namespace}/${name}`,
      called: 'namespace',
    });
  },

  async tags(registry, repository) {
    const path = `/api/v1/repository/${repository}/tag/?limit=${PAGE_SIZE}&onlyActiveTags=true`;
    const pages = await pagesOf(registry, {
      path: `${path}&page=1`,
      scope: null,
      called: 'tags',
      max: registry.limits.oci.tags,
      list: 'quayTags',
      next: ({ next: hasMore, number }: Page) => (hasMore === true ? `${path}&page=${number + 1}` : null),
    });
    if ('status' in pages) {
      // A robot may pull what the API does not show it.
      const isRefused = pages.status === 401 || pages.status === 403;
      return isRefused ? ociListing.tags(registry, repository) : tagsNotListed(pages.status);
    }
    return {
      tags: pages.entries.map(({ name, digest }) => ({ tag: name, digest })),
      doubt: pages.refused === null ? null : `its list of tags ends in the middle (HTTP ${pages.refused})`,
    };
  },
};
