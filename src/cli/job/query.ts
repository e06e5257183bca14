// What `panfed job` asks the gateway for: the first candidate of a software or an image at one resource, and its job.
import {
  type JobFactsFragment,
  MatchedJobDocument,
  type MatchedJobQueryVariables,
} from '../../graphql/generated/operations.ts';
import { enumName } from '../../model/enum-words.ts';
import type { Gateway } from '../gateway/client.ts';
import type { Outcome } from '../gateway/outcome.ts';
import { imageIdOf } from '../match/image.ts';
import { askedOf } from '../match/question.ts';
import { addValues, type ChoiceValues, joinedChoices } from '../search/choices.ts';
import type { JobOptions } from './options.ts';

/** The GraphQL document that asks for a job. */
export const JOB = MatchedJobDocument.toString();

export type JobResponse = JobFactsFragment;

/** The job, or why there is none. */
export type JobFound = Outcome &
  ({ readonly job: JobResponse } | { readonly job: null; readonly reason: string });

/** An image, or any image of a software. */
interface Wanted {
  readonly choices: ChoiceValues;
  /** The id of the image; null: any. */
  readonly image: string | null;
}

/**
 * The job of the first candidate for a software, by name, or for an image, by id, digest or reference, at `options.resource`. Rejects
 * as the gateway does, also where it refuses what the job is to do, and as {@link imageIdOf} does.
 */
export async function askJob(
  gateway: Gateway,
  software: string,
  command: readonly string[],
  options: JobOptions,
): Promise<JobFound> {
  const wanted = await wantedBy(gateway, software);
  const { only, ...rest } = askedOf(options, { resources: [options.resource] });
  const { data, failures } = await gateway.ask(JOB, {
    ...rest,
    only: joinedChoices(only as ChoiceValues, wanted.choices) as MatchedJobQueryVariables['only'],
    engine: options.engine === undefined ? null : (enumName(options.engine) as Engine),
    with: {
      ...{ command, data: options.dataPath ?? [] },
      ...{ credentials: options.credentials ?? null, name: options.name ?? null },
    },
    image: wanted.image,
  });
  const { notices, sources, nodes } = data.match;
  const outcome = {
    // What is in the way of a job is its reason.
    notices: notices.filter(({ code }) => code !== 'NO_CANDIDATE'),
    sources,
    warnings: failures.map(({ message }) => message),
  };
  const [candidate] = nodes;
  if (candidate === undefined)
    return { ...outcome, job: null, reason: 'nothing of it is left to be run there' };
  if (candidate.job !== null) return { ...outcome, job: candidate.job };
  // What the job is to do was refused.
  if (candidate.noJob === null && failures[0] !== undefined) throw failures[0];
  return { ...outcome, job: null, reason: candidate.noJob ?? 'there is no job' };
}

type Engine = NonNullable<MatchedJobQueryVariables['engine']>;

/** No name of a software has a slash, and every id and every reference has one. */
async function wantedBy(gateway: Gateway, software: string): Promise<Wanted> {
  const text = software.trim();
  const isSoftware = text !== '' && !text.includes('/') && !/^sha\d+:/i.test(text);
  return isSoftware
    ? { choices: addValues('frameworks', text), image: null }
    : { choices: {}, image: await imageIdOf(gateway, text) };
}
