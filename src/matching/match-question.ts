// What a person asks of matching, as they write it: resolved by the vocabulary, the facilities, and the resources that they may know
// of.
import { createHash } from 'node:crypto';
import type { LookedUp } from '../data-catalogs/data-catalogs.ts';
import { ambiguousTerm } from '../discovery/ambiguous.ts';
import type { AskContext } from '../discovery/ask.ts';
import { EVERYTHING, normalizedQuestion } from '../discovery/question.ts';
import { resolveChoices, suggestionsFor } from '../discovery/resolve.ts';
import { badChoice } from '../discovery/unknown.ts';
import type { RequestScope } from '../discovery/view.ts';
import type { Choices } from '../model/choices.ts';
import type { ComputeResource, Scheduler } from '../model/compute.ts';
import { FederationError } from '../model/errors.ts';
import { didYouMean, nearest } from '../model/nearest.ts';
import type { ResourceAccess } from '../policy/engine.ts';
import type { Question } from './question.ts';
import { type SaidData, type StatedData, statedData } from './stated-data.ts';

/** What a person asks: their data, where the job may run, what it may take, and which images they want. */
export interface MatchQuestion {
  /**
   * Format and technique as people write them, the facility where the data are, by id or name, and their size in bytes; null: not asked,
   * or as the data catalog of the PID says.
   */
  readonly data: SaidData & { readonly pid: string | null };
  readonly compute: Pick<Question, 'cpus' | 'memory' | 'time'> & {
    /** Ids of resources; empty: all. */
    readonly resources: readonly string[];
    /** Empty: all. */
    readonly schedulers: readonly Scheduler[];
  };
  /** The id of the one image that is asked about; null: any. */
  readonly image: string | null;
  readonly only: Choices;
  readonly except: Choices;
  readonly prefer: Choices;
}

/** The question about images whose answers are matched. */
export const imagesQuestion = ({
  only,
  except,
  prefer,
}: Pick<MatchQuestion, 'only' | 'except' | 'prefer'>) => ({
  ...EVERYTHING,
  ...{ only, except, prefer },
});

/** What a cursor is bound to besides its caller: the question, and a hash of what was looked up. */
export const boundQuestion = (
  { data, compute, image, ...sides }: MatchQuestion,
  lookedUp: LookedUp | null,
): string => {
  const bound = ['match', data, compute, image, normalizedQuestion(imagesQuestion(sides), null)];
  const facts = lookedUp === null ? [] : [hashOf(lookedUp.dataSet)];
  return JSON.stringify([...bound, ...facts]);
};

const hashOf = (value: unknown): string =>
  createHash('sha256').update(JSON.stringify(value)).digest('base64url');

export interface ResolvedQuestion extends Pick<StatedData, 'notices'> {
  readonly question: Question;
}

/** The data's words, by the vocabulary and the facilities, with what was looked up. Throws AMBIGUOUS_TERM and BAD_CHOICE. */
export function resolvedQuestion(
  { data, compute }: MatchQuestion,
  lookedUp: LookedUp | null,
  { vocabulary, places }: Pick<AskContext, 'vocabulary' | 'places'>,
  { bounds }: RequestScope,
): ResolvedQuestion {
  const said = data.facility === null ? null : places.resolve(data.facility);
  // A technique may be a word of the lab's own.
  const facility = said ?? lookedUp?.outcome.facility ?? null;
  const knowledge = { vocabulary, places, visible: () => new Map<string, string>(), facility };
  const wanted = (text: string | null): readonly string[] => (text === null ? [] : [text]);
  const { choices, unknown, ambiguous } = resolveChoices(
    {
      facilities: wanted(data.facility),
      techniques: wanted(data.technique),
      reads: wanted(data.format),
    },
    knowledge,
  );
  if (ambiguous.length > 0) throw ambiguousTerm(ambiguous, { vocabulary, places });
  if (unknown.length > 0) throw badChoice(unknown, (choice) => suggestionsFor(choice, knowledge), bounds);
  const chosen = (field: string): string | null =>
    choices.find((choice) => choice.field === field)?.selected[0] ?? null;
  const { cpus, memory, time } = compute;
  const { data: stated, notices } = statedData(
    { format: chosen('reads'), technique: chosen('techniques'), facility: said, size: data.size },
    lookedUp,
    vocabulary,
  );
  return { question: { ...stated, cpus, memory, time }, notices };
}

/** Those that the caller may know of and that are asked for. Throws BAD_CHOICE for an id that is none of them. */
export async function resourcesFor(
  { compute: { resources: ids, schedulers } }: MatchQuestion,
  resources: readonly ComputeResource[],
  { policies, caller }: RequestScope,
): Promise<readonly ResourceAccess[]> {
  const visible = await policies.resources(resources, caller.subject);
  const known = visible.map(({ resource }) => resource.id);
  const unknown = ids.find((id) => !known.includes(id));
  if (unknown !== undefined) {
    const quoted = JSON.stringify(unknown.slice(0, 64));
    const suggestions = nearest(unknown, known);
    throw new FederationError('BAD_CHOICE', `There is no compute resource ${quoted} that you may know of.`, {
      at: 'compute.resources',
      hint: didYouMean(unknown, known),
      extensions: { suggestions, unknown: [{ field: 'resources', value: unknown, suggestions }] },
    });
  }
  return visible.filter(
    ({ resource }) =>
      (ids.length === 0 || ids.includes(resource.id)) &&
      (schedulers.length === 0 || schedulers.includes(resource.scheduler)),
  );
}
