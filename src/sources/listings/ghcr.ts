// Lists by GitHub's API, which lists the packages of an organization or a user for a classic token alone; tags as OCI has it.
// https://docs.github.com/en/rest/packages/packages#list-packages-for-an-organization
import { nextTarget } from '../oci/link-header.ts';
import { type Listing, mostListed } from '../oci/listing.ts';
import { ociListing } from '../oci/oci-listing.ts';
import { listedIn, namespacesOf } from './namespaces.ts';
import { pagesOf } from './pages.ts';

/** Items of a page: the most that the API gives. */
const PAGE_SIZE = 100;

/** GitHub's container registry. Globs begin with an organization or a user, which `config check` requires. */
export const ghcrListing: Listing = {
  repositories(registry, globs) {
    const owners = [...namespacesOf(globs)].filter((owner) => owner !== null);
    const of = (kind: 'orgs' | 'users', owner: string, taken: number) =>
      pagesOf(registry, {
        path: `/${kind}/${encodeURIComponent(owner)}/packages?package_type=container&per_page=${PAGE_SIZE}`,
        scope: null,
        called: 'repositories',
        max: mostListed(registry) - taken,
        list: 'ghcrPackages',
        next: ({ headers }) => nextTarget(headers.link),
      });
    return listedIn(owners, {
      // Nothing in a name says whether it is an organization's or a user's.
      async list(owner, taken) {
        const ofOrganization = await of('orgs', owner, taken);
        const isNone = 'status' in ofOrganization && ofOrganization.status === 404;
        return isNone ? of('users', owner, taken) : ofOrganization;
      },
      name: (name, owner) => `${owner}/${name}`,
      called: 'organization or user',
    });
  },

  tags: ociListing.tags,
};
