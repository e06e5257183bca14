// Answers a question up to its matches: resolves its choices, creates its view of the available snapshots, finds the
// matching records, and collects the outcome of each source.

import type { Contents } from '../catalog/contents/contents.ts';
import type { Limits } from '../config/limits.ts';
import type { WallClock } from '../model/clock.ts';
import type { Pace } from '../model/pace.ts';
import { type Caller, isAdmin } from '../model/subject.ts';
import type { Vocabulary } from '../vocabulary/vocabulary.ts';
import { ambiguousTerm, ambiguousWords } from './ambiguous.ts';
import { matchChoices, type Sides } from './choose.ts';
import { componentSuggestions, unknownComponents } from './components.ts';
import type { Answer, Notice } from './connection.ts';
import { excludes, isComplete, outcomesOf } from './outcomes.ts';
import type { Places } from './places.ts';
import type { Question } from './question.ts';
import {
  type Knowledge,
  type Resolution,
  type ResolvedChoice,
  resolveChoices,
  suggestionsFor,
  type UnknownChoice,
} from './resolve.ts';
import { MAX_TERMS, readSearch, type SearchTerms } from './search-terms.ts';
import { findAll, type Matches } from './selection.ts';
import { badChoice, missingNotices, unknownNotices, unknownPlace } from './unknown.ts';
import { createView, type RequestScope, type View, type ViewSources, visibleValues } from './view.ts';

export interface AskContext extends ViewSources {
  readonly contents: Contents;
  readonly places: Places;
  readonly vocabulary: Vocabulary;
  readonly limits: Limits;
  readonly clock: WallClock;
  readonly pace: Pace;
}

/** A question with its view, its resolved choices, its matches, and the outcomes of the sources. */
export interface QueryResult {
  readonly question: Question;
  /** null: nothing is searched for. */
  readonly search: SearchTerms | null;
  readonly view: View;
  readonly only: readonly ResolvedChoice[];
  readonly except: readonly ResolvedChoice[];
  readonly matches: Matches;
  /** The matches in all registries, including those that the question leaves out. Computed once. */
  readonly everywhere: () => Promise<Matches>;
  readonly answer: Answer;
}

const SIDES = ['only', 'except', 'prefer'] as const;

/** `of`: whether the search words select images or only frameworks. Rejects as {@link createAsk} says. */
export type Ask = (
  question: Question,
  scope: RequestScope,
  of: 'images' | 'frameworks',
) => Promise<QueryResult>;

/**
 * A function that evaluates questions against the context's catalog and configuration; it never rejects for a registry that
 * fails, which is an outcome. It rejects with AMBIGUOUS_TERM for a choice of several senses, with BAD_CHOICE for an unknown
 * choice or place where every registry was read and judged (otherwise that is a notice), with POLICY_FAILED where the
 * preference module cannot judge a choice, as {@link Policies.decide} does (NOT_READY, INTERNAL), and with the signal's reason
 * once the request has ended.
 */
export function createAsk(context: AskContext): Ask {
  const { places, vocabulary, clock, pace } = context;

  /** Before any record was seen. */
  const beforehand: Knowledge = { vocabulary, places, visible: () => new Map(), facility: null };

  const knowledgeOf = (view: View, facility: string | null): Knowledge => ({
    ...{ vocabulary, places, facility },
    visible: (field) => visibleValues(view, field),
  });

  async function ask(
    question: Question,
    scope: RequestScope,
    of: 'images' | 'frameworks',
  ): Promise<QueryResult> {
    // A document may ask thirty questions: other requests run between them.
    if (pace.due()) await pace.rest();
    const at = question.at === null ? null : places.resolve(question.at);
    const facilities = resolveSides(facilitiesOf(question), beforehand);
    const skipped = excludes(facilities.only.choices, facilities.except.choices);
    const view = await createView(context, scope, at === null ? null : places.place(at), {
      maxAge: question.maxAge === null ? null : Math.max(question.maxAge, minAgeOf(scope.caller)),
      skip: skipped,
    });
    const chosen = facilities.only.choices[0]?.values ?? [];
    const facility = chosen.length === 1 ? (chosen[0] ?? null) : null;
    const { knowledge, only, except, prefer } = await resolved(question, facilities, facility, view);
    const ambiguous = [...only.ambiguous, ...except.ambiguous, ...prefer.ambiguous];
    if (ambiguous.length > 0) throw ambiguousTerm(ambiguous, { vocabulary, places });
    const suggest = (choice: UnknownChoice): readonly string[] => suggestionsFor(choice, knowledge);
    const unknown = [
      ...only.unknown,
      ...except.unknown,
      ...prefer.unknown,
      ...unknownPlace(question.at, places),
    ];
    if (unknown.length > 0 && (await view.all()).whole) throw badChoice(unknown, suggest, scope.bounds);
    const nothing = unknown.length > 0;
    const sides = { only: only.choices, except: except.choices, prefer: prefer.choices };
    const search = readSearch(question.search);
    const words = of === 'images' ? search : null;
    const matches = await matchesIn(view, sides, words, nothing);
    const sources = outcomesOf(view, { now: clock.wall(), skipped });
    const notices = [
      ...unknownNotices(unknown, suggest, scope.bounds),
      ...(await componentNotices(view, sides)),
      ...placeNotices(question, at),
      ...searchNotices(search),
      ...ambiguousWords(question.search, facility, { vocabulary, places }),
    ];
    return {
      question,
      search,
      view,
      only: only.choices,
      except: except.choices,
      matches,
      everywhere: once(async () => {
        const all = await view.all();
        return all === view ? matches : matchesIn(all, sides, words, nothing);
      }),
      answer: { sources, complete: isComplete(sources), notices },
    };
  }

  /** A component that no image has is no error: which ones there are changes with each build. */
  async function componentNotices(view: View, sides: Sides): Promise<readonly Notice[]> {
    const { contents } = context;
    const chosen = SIDES.flatMap((side) =>
      sides[side].flatMap(({ field, values }) => (field === 'components' ? values : [])),
    );
    if (chosen.length === 0) return [];
    const unknown = await unknownComponents(view, contents, chosen, pace);
    if (unknown.length === 0) return [];
    const suggest = await componentSuggestions(await view.all(), contents, pace);
    return missingNotices(unknown, suggest, view.bounds);
  }

  /**
   * Resolves choices without the registries that the question leaves out, and with them only where that is not enough.
   */
  async function resolved(
    question: Question,
    facilities: ResolvedSides,
    facility: string | null,
    view: View,
  ) {
    const others = othersOf(question);
    const first = joined(facilities, resolveSides(others, knowledgeOf(view, facility)));
    const isKnown = [first.only, first.except, first.prefer].every(({ unknown }) => unknown.length === 0);
    if (isKnown) return first;
    const all = await view.all();
    return all === view ? first : joined(facilities, resolveSides(others, knowledgeOf(all, facility)));
  }

  async function matchesIn(
    view: View,
    sides: Sides,
    search: SearchTerms | null,
    nothing: boolean,
  ): Promise<Matches> {
    const [onlyMatches, exceptMatches, preferMatches] = await Promise.all(
      SIDES.map((side) => matchChoices(view, context.contents, sides, side, pace)),
    );
    if (pace.due()) await pace.rest();
    view.bounds.signal.throwIfAborted();
    return {
      view,
      searchMatches: await findAll(view, search, pace),
      only: onlyMatches ?? [],
      except: exceptMatches ?? [],
      prefer: preferMatches ?? [],
      within: null,
      nothing,
    };
  }

  function minAgeOf(caller: Caller): number {
    const { minAge } = context.limits;
    if (isAdmin(caller)) return minAge.admin;
    return caller.subject.authenticated ? minAge.authenticated : minAge.anonymous;
  }

  return ask;
}

/** Computes a result at the first call and gives the same one afterwards: several facets ask for it. */
function once<T>(compute: () => Promise<T>): () => Promise<T> {
  let result: Promise<T> | null = null;
  return () => {
    result ??= compute();
    return result;
  };
}

type Side = (typeof SIDES)[number];
type AskedSides = Pick<Question, Side>;

interface ResolvedSides extends Readonly<Record<Side, Resolution>> {
  readonly knowledge: Knowledge;
}

const bySide = <Value>(valueAt: (side: Side) => Value): Readonly<Record<Side, Value>> => ({
  only: valueAt('only'),
  except: valueAt('except'),
  prefer: valueAt('prefer'),
});

/** The facilities are known before any registry was asked: they say which are. */
const facilitiesOf = (asked: AskedSides): AskedSides =>
  bySide((side) => ({ facilities: asked[side].facilities }));

const othersOf = (asked: AskedSides): AskedSides => bySide((side) => ({ ...asked[side], facilities: null }));

const resolveSides = (asked: AskedSides, knowledge: Knowledge): ResolvedSides => ({
  knowledge,
  ...bySide((side) => resolveChoices(asked[side], knowledge)),
});

/** Both, the facilities first, as in `CHOICE_FIELDS`; with what is known of the others. */
const joined = (facilities: ResolvedSides, others: ResolvedSides): ResolvedSides => ({
  knowledge: others.knowledge,
  ...bySide((side) => ({
    choices: [...facilities[side].choices, ...others[side].choices],
    unknown: [...facilities[side].unknown, ...others[side].unknown],
    ambiguous: [...facilities[side].ambiguous, ...others[side].ambiguous],
  })),
});

function placeNotices(question: Question, at: string | null): readonly Notice[] {
  const sides = [question.only, question.except, question.prefer];
  if (at !== null || !sides.some((choices) => choices.may?.includes('execute'))) return [];
  return [
    {
      code: 'AT_REQUIRED',
      message: 'Whether an image may be executed depends on the place: say where with `at`.',
      suggestions: [],
    },
  ];
}

function searchNotices(search: SearchTerms | null): readonly Notice[] {
  if (search === null) return [];
  if (search.terms.length === 0) {
    return [
      {
        code: 'SEARCH_WITHOUT_WORDS',
        message: 'Nothing of this search can be looked up: write words, names or versions.',
        suggestions: [],
      },
    ];
  }
  if (search.leftOut.length === 0) return [];
  const words = search.leftOut.slice(0, MAX_TERMS).map((word) => JSON.stringify(word));
  return [
    {
      code: 'SEARCH_WORDS_LEFT_OUT',
      message: `Only the first ${MAX_TERMS} words are searched for. Left out: ${words.join(', ')}${search.leftOut.length > words.length ? ' and more' : ''}.`,
      suggestions: [],
    },
  ];
}
