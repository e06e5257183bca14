// Tags that lead to what refers to an image and name no image themselves: the fallback of OCI registries without a referrers
// API, and those of cosign.
// https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#referrers-tag-schema
// https://github.com/sigstore/cosign/blob/main/specs/SIGNATURE_SPEC.md#tag-based-discovery
import { paced, preparing } from '../../../model/pace.ts';
import type { ListedTag } from '../listing.ts';

/** `sha256-<hex>` of the fallback, and cosign's `.sig`, `.att` and `.sbom` behind it. */
const REFERRER_TAG = /^(sha256-[a-f0-9]{64}|sha512-[a-f0-9]{128})(\.[a-z0-9._-]+)?$/;

/** Cosign's own, whose manifests do not name their subject. */
const COSIGN = new Set(['.sig', '.att', '.sbom']);

/**
 * Whether a tag only leads to what refers to an image: one of the referrers tag schema (OCI distribution
 * specification), `sha256-<hex>` or `sha512-<hex>`, also with a suffix behind it, as cosign's.
 */
export const isReferrerTag = (tag: string): boolean => REFERRER_TAG.test(tag);

/** The tags that lead to what refers to one image. */
export interface ReferrerTags {
  /** Leads to an index of referrers; null: there is none. */
  readonly fallback: ListedTag | null;
  /** Each leads to a referrer. */
  readonly cosign: readonly ListedTag[];
}

export const NO_TAGS: ReferrerTags = { fallback: null, cosign: [] };

/**
 * The tags by the digest of the image that they lead to; in turns. `tags` are those of which
 * {@link isReferrerTag} holds. Other suffixes than cosign's three (`.sig`, `.att`, `.sbom`) lead to nothing
 * that is known. Never rejects.
 */
export async function referrerTagsOf(tags: readonly ListedTag[]): Promise<ReadonlyMap<string, ReferrerTags>> {
  const found = new Map<string, ReferrerTags>();
  await paced(tags, preparing, (listed) => {
    const [, image = '', suffix] = REFERRER_TAG.exec(listed.tag) ?? [];
    const digest = image.replace('-', ':');
    const before = found.get(digest) ?? NO_TAGS;
    if (suffix === undefined) found.set(digest, { ...before, fallback: listed });
    else if (COSIGN.has(suffix)) found.set(digest, { ...before, cosign: [...before.cosign, listed] });
  });
  return found;
}

/**
 * The tags as they are compared with those that were there before: `<tag>`, or `<tag>@<digest>` where the
 * list gave one; sorted, empty where there are none.
 */
export const namesOf = ({ fallback, cosign }: ReferrerTags): readonly string[] =>
  [...(fallback === null ? [] : [fallback]), ...cosign]
    .map(({ tag, digest }) => (digest === null ? tag : `${tag}@${digest}`))
    .sort();
