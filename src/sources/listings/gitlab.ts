// Lists by GitLab's API, which lists the repositories of groups and projects, and no digests: tags are listed as OCI has it.
// https://docs.gitlab.com/api/container_registry/#list-registry-repositories
import { nextTarget } from '../oci/link-header.ts';
import { type Listing, mostListed } from '../oci/listing.ts';
import { ociListing } from '../oci/oci-listing.ts';
import { listedIn } from './namespaces.ts';
import { type Page, pagesOf } from './pages.ts';

/** Items of a page: the most that the API gives. */
const PAGE_SIZE = 100;

/** GitLab's registry. Globs begin with a group or a project, which `config check` requires. */
export const gitlabListing: Listing = {
  repositories(registry, globs) {
    const within = (kind: 'groups' | 'projects', name: string, taken: number) => {
      const path = `/api/v4/${kind}/${encodeURIComponent(name)}/registry/repositories?per_page=${PAGE_SIZE}`;
      return pagesOf(registry, {
        path: `${path}&page=1`,
        scope: null,
        called: 'repositories',
        max: mostListed(registry) - taken,
        list: 'gitlabRepositories',
        next: (page) => nextOf(page, path),
      });
    };
    return listedIn(new Set(globs.map(beginningOf)), {
      // Nothing in a name says whether it is a group's or a project's.
      async list(name, taken) {
        const ofGroup = await within('groups', name, taken);
        return 'status' in ofGroup && ofGroup.status === 404 ? within('projects', name, taken) : ofGroup;
      },
      name: (path) => path,
      called: 'group or project',
    });
  },

  tags: ociListing.tags,
};

/** What stands before the first wildcard, in whole names: `em/cryo` of `em/cryo/relion*`. */
function beginningOf(glob: string): string {
  const names = glob.split('/');
  const first = names.findIndex((name) => name.includes('*'));
  return names.slice(0, first).join('/');
}

/** `X-Next-Page` has the number, empty on the last page; without it, the `Link` of pages that have no numbers. */
function nextOf({ headers }: Page, path: string): string | null {
  const number = headers['x-next-page']?.trim();
  if (number === undefined) return nextTarget(headers.link);
  return /^\d{1,9}$/.test(number) ? `${path}&page=${number}` : null;
}
