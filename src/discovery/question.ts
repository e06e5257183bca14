// A question as it reaches discovery: what to show, where to run it, in which order, and how fresh.
import type { Choices, ImageOrder } from '../model/choices.ts';
import { fold } from '../model/fold.ts';

export interface Question {
  readonly search: string | null;
  readonly only: Choices;
  readonly except: Choices;
  readonly prefer: Choices;
  /** A facility's id or name: where the caller means to run it. Their unproven word. */
  readonly at: string | null;
  readonly orderBy: ImageOrder;
  /** Seconds; null: as fresh as the cache keeps them. */
  readonly maxAge: number | null;
}

export interface PageRequest {
  /** 1 to limits.pageSize. */
  readonly first: number;
  readonly after: string | null;
}

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
const SORT_KEYS = 3;

/** What a cursor is bound to beside its caller: the question without its page and freshness, in one spelling. */
export function normalizedQuestion(question: Question, framework: string | null): string {
  const side = (choices: Choices): [string, string[]][] =>
    Object.entries(choices)
      .filter(([, values]) => values != null && values.length > 0)
      .map(([field, values]): [string, string[]] => [field, [...new Set((values ?? []).map(fold))].sort()])
      .sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify([
    fold(question.search ?? ''),
    side(question.only),
    side(question.except),
    side(question.prefer),
    question.at === null ? null : fold(question.at),
    question.orderBy,
    framework,
    SORT_KEYS,
  ]);
}
