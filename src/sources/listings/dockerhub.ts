// Lists by Docker Hub's API, whose tags have digests: a page of 100 tags needs one request and no HEAD.
// https://docs.docker.com/reference/api/hub/latest/operations/ListNamespaceRepositories/
// https://docs.docker.com/reference/api/hub/latest/operations/ListRepositoryTags/
import { type Listing, mostListed } from '../oci/listing.ts';
import { tagsNotListed } from '../oci/not-listed.ts';
import { listedIn, namespacesOf } from './namespaces.ts';
import { type Page, pagesOf } from './pages.ts';

/** Items of a page: the most that the API gives. */
const PAGE_SIZE = 100;

/** What the API says without a credential: `pagination offset too large for anonymous requests; sign in to page further`. */
const SIGN_IN =
  'Docker Hub lists no more of it without signing in (HTTP 403): give the registry a credential with username and password';

/** Docker Hub. Globs begin with their namespace, which `config check` requires: no list has all namespaces. */
export const dockerHubListing: Listing = {
  repositories(registry, globs) {
    const namespaces = [...namespacesOf(globs)].filter((namespace) => namespace !== null);
    return listedIn(namespaces, {
      list: (namespace, taken) =>
        pagesOf(registry, {
          path: `/v2/namespaces/${encodeURIComponent(namespace)}/repositories?page_size=${PAGE_SIZE}`,
          scope: null,
          called: 'repositories',
          max: mostListed(registry) - taken,
          list: 'dockerHubRepositories',
          next: nextOf,
        }),
      name: (name, namespace) => `${namespace}/${name}`,
      called: 'namespace',
    });
  },

  async tags(registry, repository) {
    const [namespace = '', ...name] = repository.split('/');
    const path = `/v2/namespaces/${namespace}/repositories/${encodeURIComponent(name.join('/'))}/tags`;
    const pages = await pagesOf(registry, {
      path: `${path}?page_size=${PAGE_SIZE}`,
      scope: null,
      called: 'tags',
      max: registry.limits.oci.tags,
      list: 'dockerHubTags',
      next: nextOf,
    });
    if ('status' in pages) return tagsNotListed(pages.status);
    const repeats = 'its list of tags repeats itself: there may be more';
    return {
      tags: pages.entries.map(({ name, digest }) => ({ tag: name, digest })),
      doubt: pages.refused !== null ? SIGN_IN : pages.isDoubtful ? repeats : null,
    };
  },
};

/** An absolute address at the API's own host, which the client checks; null or empty on the last page. */
const nextOf = ({ next }: Page): string | null => (typeof next === 'string' && next !== '' ? next : null);
