// Lists by the OCI distribution specification: `_catalog`, as Distribution has it, and `tags/list`, which has no digests.
// https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#content-discovery
import { list } from './list.ts';
import { type Listing, mostListed } from './listing.ts';
import { notListed, tagsNotListed } from './not-listed.ts';

/**
 * What any OCI registry lists: tags without digests. Repositories are all that it has, whatever the globs.
 */
export const ociListing: Listing = {
  async repositories(registry) {
    const listed = await list(registry, {
      path: '/v2/_catalog',
      scope: 'catalog',
      member: 'repositories',
      max: mostListed(registry),
    });
    if ('status' in listed) throw notListed(listed.status);
    const doubt = 'the registry’s list of repositories repeats itself: there may be more';
    return { names: listed.names, doubt: listed.isDoubtful ? doubt : null };
  },

  async tags(registry, repository) {
    const listed = await list(registry, {
      path: `/v2/${repository}/tags/list`,
      scope: { repository },
      member: 'tags',
      max: registry.limits.oci.tags,
    });
    if ('status' in listed) return tagsNotListed(listed.status);
    const doubt = 'its list of tags repeats itself or has what is no text: there may be more';
    return {
      tags: listed.names.map((tag) => ({ tag, digest: null })),
      doubt: listed.isDoubtful ? doubt : null,
    };
  },
};
