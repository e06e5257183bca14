// Judges the lists of tags: whether they are there, and whether their pages lead on.
import { isTag } from '../../model/oci-names.ts';
import { PAGE_SIZE } from '../../sources/oci/bounds.ts';
import { type ListPage, listPage, type NotListed } from '../../sources/oci/list.ts';
import { isReferrerTag } from '../../sources/oci/referrers/referrer-tags.ts';
import type { CrawledRegistry } from '../../sources/oci/registry.ts';
import { attempted, type Check, fail, pass, skip, someOf, warn } from './check.ts';

/** The first page of a repository's tags. */
export interface TagList {
  readonly repository: string;
  /** 200, or why it is not listed. */
  readonly status: number;
  /** Tags of images, sorted. */
  readonly tags: readonly string[];
  /** Tags that lead to signatures and other referrers. */
  readonly referrerTags: readonly string[];
  /** All names of the page. */
  readonly count: number;
  readonly invalid: number;
  /** Whether there is another page. */
  readonly more: boolean;
}

/** Names of the page that is asked for to see a list being paged: it has more. */
const SMALL = 2;

/** Small pages that are asked for. */
const PAGES = 3;

/**
 * The first page of a repository's tags, for which 1,000 are asked ({@link PAGE_SIZE}), those of signatures
 * apart; a list that is refused has its status alone. Rejects as {@link listPage} does: with SOURCE_MALFORMED
 * for what is no list, and as the registry's client.
 */
export async function firstTags(registry: CrawledRegistry, repository: string): Promise<TagList> {
  const answer = await listPage(
    registry,
    wanted(registry, repository),
    `/v2/${repository}/tags/list?n=${PAGE_SIZE}`,
  );
  const nothing = { repository, tags: [], referrerTags: [], count: 0, invalid: 0, more: false };
  if ('status' in answer) return { ...nothing, status: answer.status };
  const { page, target } = answer;
  const valid = page.names.filter(isTag).sort();
  return {
    repository,
    status: 200,
    tags: valid.filter((tag) => !isReferrerTag(tag)),
    referrerTags: valid.filter(isReferrerTag),
    count: page.count,
    invalid: page.unread + page.names.length - valid.length,
    more: target !== null,
  };
}

const wanted = ({ limits }: CrawledRegistry, repository: string) =>
  ({ scope: { repository }, member: 'tags', max: limits.oci.tags }) as const;

/** A page as it came. */
export interface SmallPage {
  readonly names: readonly string[];
  readonly leadsOn: boolean;
}

/**
 * The one check, `tags`, of all lists: as {@link judgeLists} finds it, else by three pages of two tags at
 * most, of the longest list; skipped where none has more than two. Rejects with what is no FederationError.
 */
export async function checkTags(
  registry: CrawledRegistry,
  lists: readonly TagList[],
): Promise<readonly Check[]> {
  const spoiled = judgeLists(lists);
  if (spoiled !== null) return [spoiled];
  const [longest] = [...lists].sort((one, other) => other.count - one.count);
  if (longest === undefined || longest.count <= SMALL) {
    return [skip('tags', `no repository of the sample has more than ${SMALL} tags, so that none is paged`)];
  }
  return attempted(['tags'], async () => {
    const pages: SmallPage[] = [];
    let path: string | null = `/v2/${longest.repository}/tags/list?n=${SMALL}`;
    let of: URL | undefined;
    while (path !== null && pages.length < PAGES) {
      const answer: ListPage | NotListed = await listPage(
        registry,
        wanted(registry, longest.repository),
        path,
        of,
      );
      if ('status' in answer) return [judgeRefusedPage(answer.status, pages.length)];
      const { page, target, url } = answer;
      pages.push({ names: page.names, leadsOn: target !== null });
      path = page.count > SMALL ? null : target;
      of = url;
    }
    return [judgePages(pages, longest)];
  });
}

/**
 * The check `tags`, which fails for a list that is refused or has names that are no tags; null: all are
 * there.
 */
export function judgeLists(lists: readonly TagList[]): Check | null {
  const missing = lists.filter(({ status }) => status >= 300);
  if (missing.length > 0) {
    const named = someOf(missing.map(({ repository, status }) => `${repository} (HTTP ${status})`));
    return fail(
      'tags',
      `the tags are not listed of ${named}`,
      'Check the names, and that the gateway may read them.',
    );
  }
  const malformed = lists.filter(({ invalid }) => invalid > 0).map(({ repository }) => repository);
  if (malformed.length === 0) return null;
  return fail(
    'tags',
    `names that are no tags are listed of ${someOf(malformed)}`,
    'List tags as the OCI distribution specification has them.',
  );
}

function judgeRefusedPage(status: number, before: number): Check {
  return before === 0
    ? warn(
        'tags',
        `a list of ${SMALL} tags is refused (HTTP ${status})`,
        'Support the parameter n of tag lists.',
      )
    : fail(
        'tags',
        `a further page is refused (HTTP ${status})`,
        'Answer the pages that a Link header names.',
      );
}

/**
 * The check `tags`, of pages that were asked with n=2 of a list that has more: it fails where they lead
 * nowhere or back, and warns where n is ignored.
 */
export function judgePages(pages: readonly SmallPage[], { repository, count }: TagList): Check {
  const [first, ...others] = pages;
  if (first === undefined) return skip('tags', 'no page was read');
  if (first.names.length > SMALL) {
    return warn(
      'tags',
      `${repository} answers all ${first.names.length} tags at once where ${SMALL} were asked for`,
      'Page the list by n and a Link header: one beyond 16 MiB cannot be read.',
    );
  }
  if (!first.leadsOn) {
    return fail(
      'tags',
      `${repository} has ${count} tags, and a page of ${first.names.length} names no next one`,
      'Send a Link header with rel="next" on each page but the last.',
    );
  }
  const seen = new Set(first.names);
  for (const page of others) {
    const before = seen.size;
    for (const name of page.names) seen.add(name);
    // An empty last page is how some registries end.
    if (seen.size === before && (page.names.length > 0 || page.leadsOn)) {
      return fail(
        'tags',
        `a page of ${repository} leads to tags that were listed before`,
        'Let each Link header lead to the names behind its page.',
      );
    }
  }
  return pass('tags', `${repository} is paged by Link, and each page leads on`);
}
