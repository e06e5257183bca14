// The tags of one repository, without those that only lead to signatures and other referrers.
import { isDigest } from '../../model/digest.ts';
import { isTag } from '../../model/oci-names.ts';
import { paced, preparing } from '../../model/pace.ts';
import type { ListedTag, Listing } from './listing.ts';
import { isReferrerTag } from './referrers/referrer-tags.ts';
import type { CrawledRegistry } from './registry.ts';

/** The tags of a repository. */
export interface Tags {
  /** Each once, sorted, so that their order in the registry's answer does not matter. */
  readonly tags: readonly ListedTag[];
  /** Digests that the registry says are signed: a claim. */
  readonly signed: ReadonlySet<string>;
  /** The tags by which clients find what refers to an image: the OCI fallback tag and cosign's. They name no image. */
  readonly referrerTags: readonly ListedTag[];
  /** What is wrong with the list, beside which the tags can be used; null: nothing. */
  readonly doubt: string | null;
}

/**
 * All tags of a repository; null: there is no such repository, or it has none. A digest that is none, or a
 * second one for the same tag, is as good as no digest: the registry is asked. Rejects as
 * {@link Listing.tags} does.
 */
export async function tagsOf(
  registry: CrawledRegistry,
  listing: Listing,
  repository: string,
): Promise<Tags | null> {
  const listed = await listing.tags(registry, repository);
  if (listed === null) return null;
  const digests = new Map<string, string | null>();
  let isMalformed = false;
  await paced(listed.tags, preparing, ({ tag, digest }) => {
    if (!isTag(tag)) {
      isMalformed = true;
      return;
    }
    const stated = digest !== null && isDigest(digest) ? digest : null;
    digests.set(tag, digests.has(tag) && digests.get(tag) !== stated ? null : stated);
  });
  const tags: ListedTag[] = [];
  const referrerTags: ListedTag[] = [];
  await paced([...digests.keys()].sort(), preparing, (tag) => {
    const to = isReferrerTag(tag) ? referrerTags : tags;
    to.push({ tag, digest: digests.get(tag) ?? null });
  });
  const malformed = isMalformed
    ? 'its list of tags has names that are no tags by the OCI distribution specification'
    : null;
  return {
    signed: listed.signed ?? new Set(),
    tags,
    referrerTags,
    doubt: listed.doubt ?? malformed,
  };
}
