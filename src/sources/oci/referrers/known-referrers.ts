// What referred to a repository's images when its registry was last asked: so that it is asked once a day and not in each crawl.
import { LRUCache } from 'lru-cache';
import type { ManifestKind } from '../classify.ts';

/** What refers to an image, by its own manifest: what a list says of it is not proven. */
export interface Referrer {
  readonly digest: string;
  readonly kind: ManifestKind;
}

/** The referrers of one image. */
export interface ReferrerList {
  /** When the registry was asked, in milliseconds since the epoch. */
  readonly askedAt: number;
  /** The tags of the repository that led to them, each with its digest where the registry's list of tags gives it. */
  readonly tags: readonly string[];
  readonly referrers: readonly Referrer[];
  /** Whether the referrers API gave them. */
  readonly byApi: boolean;
  /**
   * Since when the registry did not give all of them, in milliseconds since the epoch: those that it gave before are among
   * them. Or since when it lists signatures that were never read; null: these are all, or each listed signature was read once.
   */
  readonly doubtedSince: number | null;
  /** null: all that is listed is read at once. */
  readonly progress: ReadingProgress | null;
}

/** How far the reading of a list has come that is read over several crawls. */
export interface ReadingProgress {
  /** Digests of signatures and attestations that keep their places, the oldest first; at most 50. */
  readonly held: readonly string[];
  /** The digest at which the last crawl ended; empty: none did. */
  readonly after: string;
  /**
   * The last 12 characters of the digests of those that are listed as signatures or attestations and were read once; sorted, at
   * most 10,000.
   */
  readonly read: readonly string[];
}

/** The lists of a repository, by the digest of the image. */
export type ReferrerLists = ReadonlyMap<string, ReferrerList>;

/** Which repository. */
export interface RepositoryKey {
  readonly facility: string;
  readonly registry: string;
  readonly repository: string;
}

/**
 * The lists of repositories; an implementation may forget anything at any time. Where one of its methods
 * rejects, nothing is known, or kept.
 */
export interface KnownReferrers {
  /** Empty where nothing is known. */
  read(key: RepositoryKey): Promise<ReferrerLists>;
  /** Keeps these in place of all that were known of the repository. */
  write(key: RepositoryKey, lists: ReferrerLists): Promise<void>;
  /** Forgets the repositories of a registry that a complete list of them has no more. */
  keepOnly(key: Omit<RepositoryKey, 'repository'>, repositories: ReadonlySet<string>): Promise<void>;
}

/** Images and referrers of all repositories together. */
const MAX_KEPT = 500_000;

/**
 * Lists in memory, of at most 500,000 repositories, images, tags, referrers and marks of what was read together; the repositories not
 * used for longest are forgotten. Never rejects.
 */
export function referrersInMemory(): KnownReferrers {
  const kept = new LRUCache<string, ReferrerLists>({
    maxSize: MAX_KEPT,
    sizeCalculation: (lists) => 1 + countOf(lists),
  });
  return {
    async read(key) {
      return kept.get(nameOf(key)) ?? new Map();
    },
    async write(key, lists) {
      kept.set(nameOf(key), lists);
    },
    async keepOnly(registry, repositories) {
      const prefix = nameOf({ ...registry, repository: '' });
      for (const name of kept.keys()) {
        if (name.startsWith(prefix) && !repositories.has(name.slice(prefix.length))) kept.delete(name);
      }
    },
  };
}

function countOf(lists: ReferrerLists): number {
  let count = lists.size;
  for (const { referrers, tags, progress } of lists.values()) {
    count += referrers.length + tags.length + (progress?.read.length ?? 0);
  }
  return count;
}

/** No part of a key has a blank. */
const nameOf = ({ facility, registry, repository }: RepositoryKey): string =>
  `${facility} ${registry} ${repository}`;
