// Lists by Docker Hub's API, whose tags have digests: a page of 100 tags needs one request and no HEAD.
// https://docs.docker.com/reference/api/hub/latest/operations/ListNamespaceRepositories/
// https://docs.docker.com/reference/api/hub/latest/operations/ListRepositoryTags/
import { isObject } from '../../model/json-object.ts';
import { type ListedTag, type Listing, mostListed } from '../oci/listing.ts';
import { notListed, tagsNotListed } from '../oci/not-listed.ts';
import { type Page, pagesOf } from './pages.ts';

/** Items of a page: the most that the API gives. */
const PAGE_SIZE = 100;

/** What the API says without a credential: `pagination offset too large for anonymous requests; sign in to page further`. */
const SIGN_IN =
  'Docker Hub lists no more of it without signing in (HTTP 403): give the registry a credential with username and password';

/** Docker Hub. Globs begin with their namespace, which `config check` requires: no list has all namespaces. */
export const dockerHubListing: Listing = {
  async repositories(registry, globs) {
    const names: string[] = [];
    let doubt: string | null = null;
    const namespaces = new Set(globs.map((glob) => glob.split('/', 1)[0] ?? ''));
    for (const namespace of namespaces) {
      const pages = await pagesOf(registry, {
        path: `/v2/namespaces/${encodeURIComponent(namespace)}/repositories?page_size=${PAGE_SIZE}`,
        scope: null,
        called: 'repositories',
        max: mostListed(registry) - names.length,
        items: resultsOf,
        next: nextOf,
      });
      // One that is not there is no failure of the others.
      if ('status' in pages && pages.status === 404) doubt ??= `there is no namespace ${namespace}`;
      else if ('status' in pages) throw notListed(pages.status);
      else {
        for (const item of pages.items) names.push(`${namespace}/${textOf(item, 'name')}`);
        if (pages.refused !== null) doubt ??= `the list of ${namespace} is not whole: ${SIGN_IN}`;
        if (pages.isDoubtful) doubt ??= `the list of ${namespace} repeats itself: there may be more`;
      }
    }
    return { names, doubt };
  },

  async tags(registry, repository) {
    const [namespace = '', ...name] = repository.split('/');
    const path = `/v2/namespaces/${namespace}/repositories/${encodeURIComponent(name.join('/'))}/tags`;
    const pages = await pagesOf(registry, {
      path: `${path}?page_size=${PAGE_SIZE}`,
      scope: null,
      called: 'tags',
      max: registry.limits.oci.tags,
      items: resultsOf,
      next: nextOf,
    });
    if ('status' in pages) return tagsNotListed(pages.status);
    const repeats = 'its list of tags repeats itself: there may be more';
    return {
      tags: pages.items.map(tagOf),
      doubt: pages.refused !== null ? SIGN_IN : pages.isDoubtful ? repeats : null,
    };
  },
};

const resultsOf = (body: unknown): readonly unknown[] | null =>
  isObject(body) && Array.isArray(body.results) ? body.results : null;

/** An absolute address at the API's own host, which the client checks; null or empty on the last page. */
const nextOf = ({ body }: Page): string | null => textOf(body, 'next') || null;

/** The digest is the tag's, or of its only image where the tag was pushed before Docker Hub kept one. */
function tagOf(item: unknown): ListedTag {
  const tag = textOf(item, 'name');
  const digest = textOf(item, 'digest');
  if (digest !== '') return { tag, digest };
  const images = isObject(item) && Array.isArray(item.images) ? item.images : [];
  const [only, ...others] = images;
  return { tag, digest: others.length === 0 ? textOf(only, 'digest') || null : null };
}

/** The text of a member; empty where there is none, which is no name of anything. */
function textOf(value: unknown, member: string): string {
  const text = isObject(value) ? value[member] : undefined;
  return typeof text === 'string' ? text : '';
}
