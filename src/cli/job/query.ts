// What `panfed job` asks the gateway for: the first candidate of a software or an image at one resource, and its job.
import {
  type JobFactsFragment,
  JobImageDocument,
  MatchedJobDocument,
  type MatchedJobQuery,
  type MatchedJobQueryVariables,
} from '../../graphql/generated/operations.ts';
import { enumName } from '../../model/enum-words.ts';
import { FederationError } from '../../model/errors.ts';
import { inert } from '../../model/inert.ts';
import type { Gateway } from '../gateway/client.ts';
import type { Outcome } from '../gateway/outcome.ts';
import { askedOf } from '../match/question.ts';
import { addValues, type ChoiceValues, joinedChoices } from '../search/choices.ts';
import { imageName } from '../search/show.ts';
import type { JobOptions } from './options.ts';

/** The GraphQL document that asks for a job. */
export const JOB = MatchedJobDocument.toString();
/** The GraphQL document that asks what an image is. */
export const IMAGE = JobImageDocument.toString();

export type JobResponse = JobFactsFragment;
type Candidate = MatchedJobQuery['match']['nodes'][number];

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
 * as the gateway does, also where it refuses what the job is to do, with NOT_FOUND where there is no such image that the caller may see, and with USAGE for an image without a
 * framework and for a text that names none.
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
    image: wanted.image !== null,
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
  const chosen = imageOf(candidate, wanted.image);
  if (chosen === undefined) {
    return {
      ...{ ...outcome, job: null },
      reason: `another image of the same version comes before it there: ${inert(candidate.image.id)}`,
    };
  }
  if (chosen.job !== null) return { ...outcome, job: chosen.job };
  // What the job is to do was refused.
  if (chosen.noJob === null && failures[0] !== undefined) throw failures[0];
  return { ...outcome, job: null, reason: chosen.noJob ?? 'there is no job' };
}

type Engine = NonNullable<MatchedJobQueryVariables['engine']>;

const imageOf = (
  candidate: Candidate,
  id: string | null,
): Pick<Candidate, 'job' | 'noJob' | 'image'> | undefined =>
  id === null ? candidate : [candidate, ...(candidate.versions ?? [])].find(({ image }) => image.id === id);

/** No name of a software has a slash, and every id and every reference has one. */
async function wantedBy(gateway: Gateway, software: string): Promise<Wanted> {
  const text = software.trim();
  if (text !== '' && !text.includes('/') && !/^sha\d+:/i.test(text)) {
    return { choices: addValues('frameworks', text), image: null };
  }
  const { data, failures } = await gateway.ask(IMAGE, imageName(text));
  const { image } = data;
  if (image === null && failures[0] !== undefined) throw failures[0];
  if (image === null) {
    throw new FederationError('NOT_FOUND', 'there is no such image that you may see', {
      at: text,
      hint: 'What you may see, with its ids: panfed search <words> --long. With a token there may be more: --token-file or PANFED_TOKEN.',
    });
  }
  const [framework] = image.frameworks;
  if (framework === undefined) {
    throw new FederationError('USAGE', 'no software of this image is known, by which it would be matched', {
      at: text,
    });
  }
  const versions = framework.version === null ? {} : { versions: [framework.version] };
  return {
    choices: { frameworks: [framework.name], facilities: [image.facility.id], ...versions },
    image: image.id,
  };
}
