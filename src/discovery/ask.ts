// A question becomes what was asked: its choices resolved, its view of the snapshots at hand, what matches there, and what
// came of the sources.

import type { Limits } from '../config/limits.ts';
import type { Pace } from '../model/pace.ts';
import type { Caller } from '../model/subject.ts';
import type { Vocabulary } from '../vocabulary/vocabulary.ts';
import { matchChoices } from './choose.ts';
import type { Answer, Notice } from './connection.ts';
import { excludes, isAdmin, isComplete, outcomesOf } from './outcomes.ts';
import type { Places } from './places.ts';
import type { Question } from './question.ts';
import {
  type Knowledge,
  type ResolvedChoice,
  resolveChoices,
  suggestionsFor,
  type UnknownChoice,
} from './resolve.ts';
import { findAll, type Matches } from './selection.ts';
import { badChoice, unknownNotices, unknownPlace } from './unknown.ts';
import { type Asker, createView, type View, type ViewSources, visibleValues } from './view.ts';

export interface AskContext extends ViewSources {
  readonly places: Places;
  readonly vocabulary: Vocabulary;
  readonly limits: Limits;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly pace: Pace;
}

/** A question with its view: what was chosen, what matched, and what the sources said. */
export interface Asked {
  readonly question: Question;
  readonly view: View;
  readonly only: readonly ResolvedChoice[];
  readonly matches: Matches;
  readonly answer: Answer;
}

/** Rejects with BAD_CHOICE, POLICY_FAILED. */
export type Ask = (question: Question, asker: Asker, terms: readonly string[]) => Promise<Asked>;

export function createAsk(context: AskContext): Ask {
  const { places, vocabulary, now, pace } = context;

  const knowledgeOf = (view: View): Knowledge => ({
    vocabulary,
    places,
    visible: (field) => visibleValues(view, field),
  });

  async function ask(question: Question, asker: Asker, terms: readonly string[]): Promise<Asked> {
    // A document may ask thirty questions: between them others have their turn.
    if (pace.due()) await pace.rest();
    const at = question.at === null ? null : places.resolve(question.at);
    const skipped = excludes(facilityChoice(question.only), facilityChoice(question.except));
    const view = await createView(context, asker, at === null ? null : places.place(at), {
      maxAge: question.maxAge === null ? null : Math.max(question.maxAge, leastAge(asker.caller)),
      skip: skipped,
    });
    const knowledge = knowledgeOf(view);
    const suggest = (choice: UnknownChoice): readonly string[] => suggestionsFor(choice, knowledge);
    const only = resolveChoices(question.only, knowledge);
    const except = resolveChoices(question.except, knowledge);
    const prefer = resolveChoices(question.prefer, knowledge);
    const unknown = [
      ...only.unknown,
      ...except.unknown,
      ...prefer.unknown,
      ...unknownPlace(question.at, places),
    ];
    if (unknown.length > 0 && view.whole) throw badChoice(unknown, suggest, asker.bounds);
    const nothing = unknown.length > 0;
    const [onlyMatches, exceptMatches, preferMatches] = await Promise.all(
      [only, except, prefer].map(({ choices }) => matchChoices(view, choices)),
    );
    if (pace.due()) await pace.rest();
    asker.bounds.signal.throwIfAborted();
    const matches: Matches = {
      view,
      found: await findAll(view, terms, pace),
      only: onlyMatches ?? [],
      except: exceptMatches ?? [],
      prefer: preferMatches ?? [],
      within: null,
      nothing,
    };
    const sources = outcomesOf(view, { now: now(), skipped });
    const notices = [...unknownNotices(unknown, suggest, asker.bounds), ...placeNotices(question, at)];
    return {
      question,
      view,
      only: only.choices,
      matches,
      answer: { sources, complete: isComplete(sources), notices },
    };
  }

  function facilityChoice(choices: Question['only']): readonly ResolvedChoice[] {
    const given = choices.facilities ?? [];
    if (given.length === 0) return [];
    const values = given.flatMap((text) => places.resolve(text) ?? []);
    return [{ field: 'facilities', asked: values, values }];
  }

  function leastAge(caller: Caller): number {
    const { minAge } = context.limits;
    if (isAdmin(caller)) return minAge.admin;
    return caller.subject.authenticated ? minAge.authenticated : minAge.anonymous;
  }

  return ask;
}

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
