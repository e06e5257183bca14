// The tags of an image: a short list, and all of them a page at a time.
import type { VisibleItem } from '../discovery/view.ts';
import { firstOf } from './arguments.ts';

/** Tags of the short list. */
export const SHOWN_TAGS = 128;

/** Tags of a page: unless said, and at most. */
const DEFAULT_PAGE = 100;
const MAX_PAGE = 1_000;

/** The GraphQL type `TagConnection`. */
export interface TagConnection {
  readonly nodes: readonly string[];
  readonly totalCount: number;
  readonly pageInfo: {
    readonly hasNextPage: boolean;
    readonly hasPreviousPage: boolean;
    readonly startCursor: string | null;
    readonly endCursor: string | null;
  };
}

/** Arguments of `Image.allTags`. */
export interface TagPageArguments {
  readonly first?: number | null;
  readonly after?: string | null;
}

/**
 * A page of the image's tags, which are sorted: 100 by default, from the first where `after` is null. A
 * cursor (Relay's connections) is the tag before the page, so that tags that come and go meanwhile neither
 * repeat nor hide another. Throws BAD_INPUT for a `first` that is not 1 to 1,000.
 */
export function tagPage({ image: { tags } }: VisibleItem, { first, after }: TagPageArguments): TagConnection {
  const most = firstOf(first ?? DEFAULT_PAGE, MAX_PAGE);
  const start = after == null ? 0 : tags.findIndex((tag) => tag > after);
  const nodes = start < 0 ? [] : tags.slice(start, start + most);
  return {
    nodes,
    totalCount: tags.length,
    pageInfo: {
      hasNextPage: start >= 0 && start + nodes.length < tags.length,
      hasPreviousPage: after != null,
      startCursor: nodes[0] ?? null,
      endCursor: nodes.at(-1) ?? null,
    },
  };
}
