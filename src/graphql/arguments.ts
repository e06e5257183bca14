// GraphQL arguments → a question and a page, within their bounds.
import { parseComponentChoice } from '../components/component-choice.ts';
import type { Limits } from '../config/limits.ts';
import type { PageRequest, Question } from '../discovery/question.ts';
import { CHOICE_FIELDS, type Choices, type ImageOrder } from '../model/choices.ts';
import { FederationError } from '../model/errors.ts';
import { parseVersionRange } from '../model/version-range.ts';

/** Characters of one value of a choice, an id or a reference. */
const MAX_VALUE = 1_024;

export interface PageArguments {
  readonly first?: number | null;
  readonly after?: string | null;
}

export interface QuestionArguments extends PageArguments {
  readonly search?: string | null;
  readonly only?: Choices | null;
  readonly except?: Choices | null;
  readonly prefer?: Choices | null;
  readonly at?: string | null;
  readonly orderBy?: ImageOrder | null;
  readonly maxAge?: number | null;
}

/**
 * The page: `first` is 1 to limits.pageSize, 20 by default; `after` is null for the first page, by default.
 * Throws BAD_INPUT for another `first`.
 */
export function pageOf({ first, after }: PageArguments, limits: Limits): PageRequest {
  return { first: firstOf(first ?? 20, limits.pageSize), after: after ?? null };
}

/** `first`, where it is 1 to `max`. Throws BAD_INPUT, about `first`, otherwise. */
export function firstOf(first: number, max: number): number {
  if (first < 1 || first > max) {
    throw badInput(
      'first',
      `\`first\` must be 1 to ${max}, not ${first}.`,
      'Read further pages with `after`.',
    );
  }
  return first;
}

/** The choices of all sides, each within its limits. Throws as {@link questionOf} does. */
export const sidesOf = (
  { only, except, prefer }: Pick<QuestionArguments, 'only' | 'except' | 'prefer'>,
  limits: Limits,
): Pick<Question, 'only' | 'except' | 'prefer'> => ({
  only: choicesOf('only', only, limits),
  except: choicesOf('except', except, limits),
  prefer: choicesOf('prefer', prefer, limits),
});

/**
 * The question, with every argument within its limit and every version a range; `orderBy` is RELEVANCE by
 * default, and a blank `search` and what is left out are null or empty. Throws BAD_INPUT for a `search` of
 * more than limits.search UTF-16 units, a negative `maxAge` (seconds), a text of more than 1,024, a choice of
 * more than limits.choiceValues values, and a version that is no range; and BAD_CHOICE for a component that cannot be one.
 */
export function questionOf(args: QuestionArguments, limits: Limits): Question {
  const search = args.search ?? '';
  if (search.length > limits.search) {
    throw badInput('search', `\`search\` may have ${limits.search} characters, not ${search.length}.`);
  }
  if (args.maxAge != null && args.maxAge < 0) throw badInput('maxAge', '`maxAge` is in seconds, 0 or more.');
  return {
    search: search.trim() === '' ? null : search,
    ...sidesOf(args, limits),
    at: args.at == null ? null : textOf('at', args.at),
    orderBy: args.orderBy ?? 'RELEVANCE',
    maxAge: args.maxAge ?? null,
  };
}

/** The text, where it has at most 1,024 UTF-16 units. Throws BAD_INPUT about `name` otherwise. */
export function textOf(name: string, text: string): string {
  if (text.length > MAX_VALUE)
    throw badInput(name, `A value of \`${name}\` may have ${MAX_VALUE} characters.`);
  return text;
}

function choicesOf(side: string, choices: Choices | null | undefined, limits: Limits): Choices {
  for (const field of CHOICE_FIELDS) {
    const values = choices?.[field] ?? [];
    if (values.length > limits.choiceValues) {
      throw badInput(
        `${side}.${field}`,
        `\`${side}.${field}\` may have ${limits.choiceValues} values, not ${values.length}.`,
      );
    }
    for (const value of values) {
      textOf(`${side}.${field}`, value);
      if (field === 'versions') rangeOf(`${side}.${field}`, value);
      if (field === 'components') refuseMalformed(`${side}.${field}`, value);
    }
  }
  return choices ?? {};
}

function rangeOf(name: string, text: string): void {
  if (parseVersionRange(text) !== null) return;
  throw badInput(
    name,
    `${JSON.stringify(text.slice(0, 64))} in \`${name}\` is not a version or a range of versions.`,
    'Write a version, such as "5" or "4.0.1", or comparators, such as ">=4.0" or ">=4.0 <5".',
  );
}

function refuseMalformed(name: string, text: string): void {
  const choice = parseComponentChoice(text);
  if (!('message' in choice)) return;
  throw new FederationError('BAD_CHOICE', choice.message, { at: name, hint: choice.hint });
}

/** A BAD_INPUT error about the argument `at`, by default without a hint. */
export function badInput(at: string, message: string, hint?: string): FederationError {
  return new FederationError('BAD_INPUT', message, { at, hint });
}
