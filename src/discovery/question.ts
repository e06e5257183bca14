// A question as discovery receives it: what to show, where to run it, in which order, and how fresh.
import type { Choices, ImageOrder } from '../model/choices.ts';
import { fold } from '../model/fold.ts';

export interface Question {
  readonly search: string | null;
  readonly only: Choices;
  readonly except: Choices;
  readonly prefer: Choices;
  /** The id or name of the facility where the caller intends to run it. A claim, which nothing proves. */
  readonly at: string | null;
  readonly orderBy: ImageOrder;
  /** Seconds; null: the cache decides. */
  readonly maxAge: number | null;
}

export interface PageRequest {
  /** 1 to limits.pageSize. */
  readonly first: number;
  readonly after: string | null;
}

/** The question without a search and choices. */
export const EVERYTHING: Question = {
  search: null,
  only: {},
  except: {},
  prefer: {},
  at: null,
  orderBy: 'RELEVANCE',
  maxAge: null,
};

/** Raised when the sort key of an order changes: cursors from before are refused, and not misread. */
const SORT_KEY_VERSION = 4;

/**
 * The question that a cursor is bound to besides its caller, as JSON in one spelling (folded, values sorted and each
 * once), without its page and freshness. `framework`: the folded framework whose images are listed, `*` for a list of
 * frameworks; null: neither.
 */
export function normalizedQuestion(question: Question, framework: string | null): string {
  const side = (choices: Choices): [string, string[]][] =>
    Object.entries(choices)
      .filter(([, values]) => values != null && values.length > 0)
      .map(([field, values]): [string, string[]] => [
        field,
        // The qualifiers of a package URL are compared as they are.
        [
          ...new Set((values ?? []).map((value) => (field === 'components' ? value.trim() : fold(value)))),
        ].sort(),
      ])
      .sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify([
    fold(question.search ?? ''),
    side(question.only),
    side(question.except),
    side(question.prefer),
    question.at === null ? null : fold(question.at),
    question.orderBy,
    framework,
    SORT_KEY_VERSION,
  ]);
}
