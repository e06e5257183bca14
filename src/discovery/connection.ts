// A page of images for GraphQL's connections: items with cursors, the total, facets, outcomes and notices.

import type { FacetField } from '../model/choices.ts';
import { fold } from '../model/fold.ts';
import type { Pace } from '../model/pace.ts';
import { frameworksOf } from './choose.ts';
import type { CursorBinding, Cursors, SortKey } from './cursor.ts';
import { type Facet, type FacetContext, facetOf } from './facets.ts';
import { orderingOf } from './order.ts';
import type { SourceOutcome } from './outcomes.ts';
import { takePage } from './page.ts';
import type { Question } from './question.ts';
import type { SearchTerms } from './search-terms.ts';
import { countSelected, type Matches, select } from './selection.ts';
import { reveal, type VisibleItem } from './view.ts';

export interface Notice {
  readonly code:
    | 'AMBIGUOUS_TERM'
    | 'AT_REQUIRED'
    | 'DATA_CATALOG_UNAVAILABLE'
    | 'DATA_CONTRADICTION'
    | 'DATA_NOT_KNOWN'
    | 'DATA_SET_NOT_FOUND'
    | 'NO_CANDIDATE'
    | 'UNKNOWN_CHOICE'
    | 'SEARCH_WITHOUT_WORDS'
    | 'SEARCH_WORDS_LEFT_OUT';
  readonly message: string;
  readonly suggestions: readonly string[];
}

export interface ImageItem {
  readonly visible: VisibleItem;
  readonly cursor: string;
}

/** What every connection of one question contains besides its items. */
export interface Answer {
  readonly sources: readonly SourceOutcome[];
  readonly complete: boolean;
  readonly notices: readonly Notice[];
}

export interface ImageConnection extends Answer {
  readonly items: readonly ImageItem[];
  readonly hasNextPage: boolean;
  readonly hasPreviousPage: boolean;
  readonly totalCount: number;
  /** At most `first` values per field, and the chosen ones. Rejects with the signal's reason, and as {@link View.all} does. */
  facets(fields: readonly FacetField[], first: number): Promise<readonly Facet[]>;
}

export interface ConnectionRequest {
  readonly matches: Matches;
  /** The matches in all registries: the facility facet also counts those that the question leaves out. */
  readonly everywhere: () => Promise<Matches>;
  readonly question: Question;
  /** null: nothing is searched for. */
  readonly search: SearchTerms | null;
  /** The folded framework whose images these are; null: those of any. */
  readonly framework: string | null;
  readonly first: number;
  /** The key that the cursor of the request seals; null: the page is the first one. */
  readonly after: SortKey | null;
  readonly cursors: Cursors;
  readonly binding: CursorBinding;
  readonly facets: FacetContext;
  readonly answer: Answer;
  /** Yields to other requests between facets. */
  readonly pace: Pace;
}

/**
 * The page of matches behind the cursor `after` (null: from the start), at most `first`, as a Relay connection (GraphQL
 * Cursor Connections); counts and facets are computed when they are asked for, over the visible matches alone. Never
 * throws; `facets` rejects with the signal's reason once the request has ended, and as `everywhere` does where FACILITY
 * is asked for.
 */
export function connect(request: ConnectionRequest): ImageConnection {
  const { matches, question, first, after, cursors, binding, answer, pace } = request;
  const { view } = matches;
  const selected = select(matches);
  const tiered = matches.prefer.length > 0 || matches.searchMatches !== null;
  const ordering = orderingOf(question.orderBy, wantedFrameworks(request), tiered);
  const taken = takePage(selected, ordering, after, first + 1);
  const items = taken.slice(0, first).flatMap(({ selected: { part }, document, key }) => {
    const visible = reveal(view, part, document);
    if (visible === null) return [];
    // Sealed when it is asked for: most questions want the last one's alone.
    return [
      {
        visible,
        get cursor() {
          return cursors.issue(key, binding);
        },
      },
    ];
  });
  return {
    ...answer,
    items,
    hasNextPage: taken.length > first,
    hasPreviousPage: after !== null,
    totalCount: countSelected(selected),
    facets: async (fields, most) => {
      const facets: Facet[] = [];
      const counted = fields.includes('FACILITY') ? await request.everywhere() : matches;
      for (const field of fields) {
        if (pace.due()) await pace.rest();
        view.bounds.signal.throwIfAborted();
        const within = field === 'FACILITY' ? counted : matches;
        facets.push(await facetOf(within, field, most, request.facets, pace));
      }
      return facets;
    },
  };
}

/**
 * The folded frameworks whose versions the order is about: the one whose images these are, else the chosen ones, and for
 * RELEVANCE else those searched for.
 */
function wantedFrameworks({
  question,
  search,
  framework,
  facets,
}: ConnectionRequest): ReadonlySet<string> | null {
  if (framework !== null) return new Set([framework]);
  const chosen = frameworksOf(facets.chosen);
  if (chosen !== null) return new Set(chosen);
  if (search === null || question.orderBy !== 'RELEVANCE') return null;
  const names = search.terms
    .flatMap(({ words, shingles, numbered }) => [
      ...words,
      ...shingles,
      ...(numbered === null ? [] : [numbered.name]),
    ])
    .flatMap((word) => facets.vocabulary.framework(word) ?? []);
  return names.length === 0 ? null : new Set(names.map(fold));
}
