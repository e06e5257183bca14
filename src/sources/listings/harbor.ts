// Lists by Harbor's API 2.0, whose artifacts have digests, tags and accessories. Scans and labels are not asked for.
// https://github.com/goharbor/harbor/blob/main/api/v2.0/swagger.yaml

import { nextTarget } from '../oci/link-header.ts';
import { type Listing, mostListed } from '../oci/listing.ts';
import { notListed, tagsNotListed } from '../oci/not-listed.ts';
import type { CrawledRegistry } from '../oci/registry.ts';
import { listedIn, namespacesOf } from './namespaces.ts';
import { type Page, type Pages, pagesOf, signedOf, type WantedPages } from './pages.ts';

const API = '/api/v2.0';

/** Items of a page: the most that the API gives. */
const PAGE_SIZE = 100;

/** Harbor 2: globs that begin with their project need no right to list projects, which a project's robot has not. */
export const harborListing: Listing = {
  async repositories(registry, globs) {
    const projects = new Set<string>();
    for (const project of namespacesOf(globs)) {
      if (project !== null) projects.add(project);
      else for (const each of await projectsOf(registry)) projects.add(each);
    }
    return listedIn(projects, {
      list: (project, taken) =>
        harborPages(registry, `/projects/${encodeURIComponent(project)}/repositories`, '', {
          called: 'repositories',
          max: mostListed(registry) - taken,
          list: 'harborNames',
        }),
      name: (name) => name,
      called: 'project',
    });
  },

  async tags(registry, repository) {
    const [project = '', ...rest] = repository.split('/');
    // Encoded twice: Harbor's proxy decodes it once. `a/b` is `a%252Fb`, as the API's documentation has it.
    const name = encodeURIComponent(encodeURIComponent(rest.join('/')));
    const path = `/projects/${project}/repositories/${name}/artifacts`;
    const query = '&with_tag=true&with_label=false&with_scan_overview=false&with_accessory=true';
    const pages = await harborPages(registry, path, query, {
      called: 'artifacts',
      max: registry.limits.oci.tags,
      list: 'harborArtifacts',
    });
    if ('status' in pages) return tagsNotListed(pages.status);
    // A repository that is not there has no artifacts, and no other answer.
    if (pages.count === 0) return null;
    return {
      tags: pages.entries.map(({ name, digest }) => ({ tag: name, digest })),
      signed: signedOf(pages),
      doubt: doubtOf(pages),
    };
  },
};

async function projectsOf(registry: CrawledRegistry): Promise<readonly string[]> {
  const pages = await harborPages(registry, '/projects', '', {
    called: 'projects',
    max: mostListed(registry),
    list: 'harborNames',
  });
  if ('status' in pages) throw notListed(pages.status);
  return pages.entries.map(({ name }) => name).filter((name) => name !== '');
}

/** The next page is the `Link`'s; without one, the page behind this one where `X-Total-Count` says that there are more. */
function harborPages(
  registry: CrawledRegistry,
  path: string,
  query: string,
  wanted: Pick<WantedPages, 'called' | 'max' | 'list'>,
): Promise<Pages | { readonly status: number }> {
  const at = (number: number): string => `${API}${path}?page=${number}&page_size=${PAGE_SIZE}${query}`;
  const next = ({ headers, count, number }: Page): string | null => {
    const target = nextTarget(headers.link);
    if (target !== null) return target;
    return Number(headers['x-total-count'] ?? 0) > count ? at(number + 1) : null;
  };
  return pagesOf(registry, { path: at(1), scope: null, next, ...wanted });
}

function doubtOf({ refused, isDoubtful }: Pages): string | null {
  if (refused !== null) return `its list of artifacts ends in the middle (HTTP ${refused})`;
  return isDoubtful ? 'its list of artifacts repeats itself: there may be more' : null;
}
