// How a registry lists its repositories and their tags: what the kinds of registries differ in.
import type { CrawledRegistry } from './registry.ts';

/** A tag of a list. */
export interface ListedTag {
  readonly tag: string;
  /**
   * The digest that the list gives for it: the registry's word, as a header is. null: the list gives none, and the
   * registry is asked by a HEAD.
   */
  readonly digest: string | null;
}

/** The tags of a repository as they were listed, unproven. */
export interface ListedTags {
  readonly tags: readonly ListedTag[];
  /** Digests that the registry says are signed, for which nobody vouches; left out: none. */
  readonly signed?: ReadonlySet<string> | undefined;
  /** What is wrong with the list, beside which the tags can be used; null: nothing. */
  readonly doubt: string | null;
}

/** Names of repositories as they were listed, unproven. */
export interface ListedRepositories {
  readonly names: readonly string[];
  /** As of {@link ListedTags}. */
  readonly doubt: string | null;
}

/**
 * The lists of one kind of registry. Both reject with {@link Unusable} beyond their bounds, and as
 * {@link CrawledRegistry.ask} does.
 */
export interface Listing {
  /**
   * At least the repositories that one of the globs matches; more do no harm. At most ten times
   * `limits.oci.repositories`. Rejects with SOURCE_REFUSED or SOURCE_HTTP_STATUS where the registry gives no list.
   */
  repositories(registry: CrawledRegistry, globs: readonly string[]): Promise<ListedRepositories>;
  /**
   * All tags of a repository, at most `limits.oci.tags`; null: there is no such repository, or it has none. Rejects with
   * SOURCE_REFUSED or SOURCE_HTTP_STATUS where the registry does not list them.
   */
  tags(registry: CrawledRegistry, repository: string): Promise<ListedTags | null>;
}

/** The list is bounded more widely than what is crawled of it: a shared registry may have many that are not ours. */
const LISTED_TIMES = 10;

/** Names in a list of repositories, at most: ten times `limits.oci.repositories`. */
export const mostListed = ({ limits }: CrawledRegistry): number => LISTED_TIMES * limits.oci.repositories;
