// Reads a list of what refers to an image: an answer of the referrers API, or the index of the fallback tag. Whoever may
// attach something has a say in it, annotations included, so that no entry keeps another from being read.
import { isDigest } from '../../../model/digest.ts';
import { isObject } from '../../../model/json-object.ts';
import { statedType } from '../media-types.ts';

/** Something that a list says refers to an image, unproven. */
export interface ListedReferrer {
  readonly digest: string;
  /** Without parameters, in small letters; empty where there is none, or one of more than 255 characters. */
  readonly artifactType: string;
}

/** What a list has. */
export interface ReferrerIndex {
  /** Each once, in the order of the list; at most {@link MAX_LISTED} (10,000). */
  readonly referrers: readonly ListedReferrer[];
  /** Whether there are more. */
  readonly hasMore: boolean;
}

/** Referrers of one image that are listed: those that are read are chosen among them. */
export const MAX_LISTED = 10_000;

/**
 * The list, by the `manifests` of an OCI image index, each digest once and at most {@link MAX_LISTED} (10,000), with
 * `hasMore` where there are others; null: there is none. An entry without a digest is passed over, and of an entry
 * its artifactType alone is read besides. `null` is an empty list, as programs in Go write it. Never throws.
 */
export function readReferrerIndex(value: unknown): ReferrerIndex | null {
  if (!isObject(value)) return null;
  const { manifests } = value;
  if (manifests === null) return { referrers: [], hasMore: false };
  if (!Array.isArray(manifests)) return null;
  const found = new Map<string, ListedReferrer>();
  for (const entry of manifests) {
    if (!isObject(entry)) continue;
    const { digest, artifactType } = entry;
    if (typeof digest !== 'string' || !isDigest(digest) || found.has(digest)) continue;
    if (found.size >= MAX_LISTED) return { referrers: [...found.values()], hasMore: true };
    found.set(digest, { digest, artifactType: statedType(artifactType) });
  }
  return { referrers: [...found.values()], hasMore: false };
}
