// The tags of one repository, without those that only lead to signatures and other referrers.
import { isTag } from '../../model/oci-names.ts';
import { list } from './list.ts';
import type { CrawledRegistry } from './registry.ts';
import { Unusable } from './unusable.ts';

/** The tags of a repository. */
export interface Tags {
  /** Sorted, so that their order in the registry's answer does not matter. */
  readonly tags: readonly string[];
  /** The tags by which clients find what refers to an image: the OCI fallback tag and cosign's. They name no image. */
  readonly referrerTags: readonly string[];
  /** What is wrong with the list, beside which the tags can be used; null: nothing. */
  readonly doubt: string | null;
}

/** `sha256-<hex>` of the OCI distribution specification's fallback, and cosign's `.sig`, `.att` and `.sbom` behind it. */
const REFERRER_TAG = /^sha(?:256-[a-f0-9]{64}|512-[a-f0-9]{128})(?:\.[a-z0-9._-]+)?$/;

/** Whether a tag only leads to what refers to an image. */
export const isReferrerTag = (tag: string): boolean => REFERRER_TAG.test(tag);

/**
 * All tags of a repository; null: there is no such repository, or it has none. Rejects with {@link Unusable} where the
 * registry does not list them, and as `list` does.
 */
export async function tagsOf(registry: CrawledRegistry, repository: string): Promise<Tags | null> {
  const listed = await list(registry, {
    path: `/v2/${repository}/tags/list`,
    scope: { repository },
    member: 'tags',
    max: registry.limits.oci.tags,
  });
  if ('status' in listed) {
    if (listed.status === 404 || listed.status === 410) return null;
    throw new Unusable(`the registry does not list its tags (HTTP ${listed.status})`);
  }
  const valid = listed.names.filter(isTag).sort();
  const isMalformed = valid.length < listed.names.length;
  const doubts = [
    ...(listed.isDoubtful
      ? ['its list of tags repeats itself or has what is no text: there may be more']
      : []),
    ...(isMalformed
      ? ['its list of tags has names that are no tags by the OCI distribution specification']
      : []),
  ];
  return {
    tags: valid.filter((tag) => !isReferrerTag(tag)),
    referrerTags: valid.filter(isReferrerTag),
    doubt: doubts[0] ?? null,
  };
}
