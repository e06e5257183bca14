// Questions that could not be answered, with links to better ones: the gateway's errors, and notices about unknown
// choices.
import { FACET_CHOICE, FACET_FIELDS, type FacetField } from '../model/choices.ts';
import { ERRORS, type ErrorCode } from '../model/errors.ts';
import { fold } from '../model/fold.ts';
import type { FacilityResponse, NoticeResponse, Refusal, Results } from './answer.ts';
import { hrefOf, type PageQuery, type Problem, type Suggestion, withChoice } from './query.ts';
import { FACET_TITLES } from './words.ts';

/** One value of the question: a choice in a field, or the place (null). */
interface Given {
  readonly field: FacetField | null;
  readonly value: string;
}

/**
 * A gateway's error as a problem of the page: BAD_CHOICE and BAD_CURSOR with suggestions as questions that can be asked
 * instead, any other with its message and hint (null: none).
 */
export function problemOf(refusal: Refusal, query: PageQuery): Problem {
  const { code, message, hint } = refusal;
  if (code === 'BAD_CHOICE') {
    return {
      message: unknownWords(refusal, query) ?? message,
      hint: null,
      suggestions: alternatives(refusal, query),
    };
  }
  if (code === 'BAD_CURSOR') {
    const first = { label: 'the first page', href: hrefOf({ ...query, after: null }) };
    return {
      message: 'This page of the results is not for you: its link is valid for one caller and one search.',
      hint: null,
      suggestions: [first],
    };
  }
  return { message, hint, suggestions: [] };
}

/**
 * The HTTP status of an error: 503 for POLICY_FAILED and SOURCE_UNAVAILABLE, else by the table of codes, with 400 where
 * that has 200; 500 for a code that it lacks.
 */
export function statusOf({ code }: Refusal): number {
  if (code === 'POLICY_FAILED' || code === 'SOURCE_UNAVAILABLE') return 503;
  const http = ERRORS[code as ErrorCode]?.http ?? 500;
  return http === 200 ? 400 : http;
}

/** The message in the page's terms: which value was chosen in which field. */
function unknownWords({ unknown }: Refusal, query: PageQuery): string | null {
  const given = unknown.flatMap(({ field, value }) => givenAs(field, value, query) ?? []);
  if (given.length === 0) return null;
  return given
    .map(({ field, value }) =>
      field === null
        ? `There is no facility “${value}” to run it at.`
        : `Nothing that you may see is called “${value}” in ${FACET_TITLES[field]}.`,
    )
    .join(' ');
}

/** With one unknown value each suggestion replaces it; with several it is not known which one a suggestion is for. */
function alternatives({ unknown, suggestions }: Refusal, query: PageQuery): readonly Suggestion[] {
  const given = unknown.flatMap(({ field, value }) => givenAs(field, value, query) ?? []);
  const [single] = given;
  return [
    ...(single === undefined || given.length > 1
      ? []
      : suggestions.map((label) => ({ label, href: replaced(query, single, label) }))),
    ...given.map((wrong) => ({ label: `without “${wrong.value}”`, href: replaced(query, wrong, null) })),
  ];
}

function givenAs(choice: string, value: string, query: PageQuery): Given | null {
  const field = FACET_FIELDS.find((facet) => FACET_CHOICE[facet] === choice);
  if (field !== undefined && query.only.get(field)?.includes(value)) return { field, value };
  return query.at === value ? { field: null, value } : null;
}

/** The address of the question with another value, or without it. */
function replaced(query: PageQuery, { field, value }: Given, by: string | null): string {
  if (field === null) return hrefOf({ ...query, at: by, after: null });
  const values = (query.only.get(field) ?? []).flatMap((old) => (old === value ? (by ?? []) : old));
  return hrefOf(withChoice(query, field, [...new Set(values)]));
}

/**
 * A notice's suggestions as questions. A notice does not name its choice: it is the one that the answer does not list
 * as chosen. Empty where that is not exactly one.
 */
export function suggestionsOf(
  notice: NoticeResponse,
  query: PageQuery,
  { facets }: Pick<Results, 'facets'>,
  facilities: readonly FacilityResponse[],
): readonly Suggestion[] {
  const unanswered = [...query.only].flatMap(([field, values]) => {
    const chosen =
      facets.find((facet) => facet.field === field)?.values.filter((value) => value.chosen) ?? [];
    const names = new Set(chosen.flatMap(({ value, label }) => [fold(value), fold(label)]));
    return values.filter((value) => !names.has(fold(value))).map((value): Given => ({ field, value }));
  });
  const { at } = query;
  if (at !== null && placeOf(at, facilities) === null) unanswered.push({ field: null, value: at });
  const [single] = unanswered;
  if (single === undefined || unanswered.length > 1) return [];
  return notice.suggestions.map((label) => ({ label, href: replaced(query, single, label) }));
}

/** The facility that an address names by id or name, in any case; null where there is none. */
export function placeOf(at: string, facilities: readonly FacilityResponse[]): FacilityResponse | null {
  return facilities.find(({ id, name }) => fold(id) === fold(at) || fold(name) === fold(at)) ?? null;
}
