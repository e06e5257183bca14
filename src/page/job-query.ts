// The address of the page /job ↔ the candidate whose job it is, the question that found it, and what the job is to do.
import { JOB_ENGINES, type JobEngine } from '../model/compute.ts';
import { type MatchFields, type MatchQuery, matchParameters, readMatchQuery } from './match-query.ts';
import type { Problem } from './query.ts';

/** A candidate, by its software and its resource. */
export interface CandidateName {
  readonly software: string;
  /** The id of the resource. */
  readonly at: string;
  /** null: the first one of matching. */
  readonly version: string | null;
}

export interface JobQuery {
  /** The question that found the candidate. */
  readonly match: MatchQuery;
  /** null: none is named. */
  readonly candidate: CandidateName | null;
  /** null: the first one that does. */
  readonly engine: JobEngine | null;
  /** Program and arguments; empty: what the image starts by itself. */
  readonly command: readonly string[];
  /** Paths on the nodes. */
  readonly paths: readonly string[];
  readonly credentials: string | null;
  readonly name: string | null;
}

export const JOB_PATH = './job';

/** The question of an address, and its problems, as those of {@link readMatchQuery}. Nothing throws. */
export function readJobQuery(parameters: URLSearchParams): {
  readonly query: JobQuery;
  readonly problems: readonly Problem[];
} {
  const { query: match, problems } = readMatchQuery(parameters);
  const one = (name: string): string | null => parameters.get(name)?.trim() || null;
  const [software, at] = [one('software'), one('at')];
  const engine = one('engine');
  const query: JobQuery = {
    match,
    candidate: software === null || at === null ? null : { software, at, version: one('version') },
    engine: JOB_ENGINES.find((known) => known === engine?.toLowerCase()) ?? null,
    command: linesOf(parameters.get('command')),
    paths: linesOf(parameters.get('paths')).map((path) => path.trim()),
    ...{ credentials: one('credentials'), name: one('name') },
  };
  return { query, problems };
}

/** The lines of a field, without blank ones: a line is one argument, or one path. */
const linesOf = (text: string | null): readonly string[] =>
  (text ?? '').split(/\r\n|\r|\n/).filter((line) => line.trim() !== '');

/** The address of a candidate's job, which knows the question that found it. */
export const jobHref = (fields: MatchFields, candidate: CandidateName): string =>
  `${JOB_PATH}?${candidateParameters(fields, candidate)}`;

/** The parameters of the candidate, and of the question that found it. */
export function candidateParameters(fields: MatchFields, candidate: CandidateName): URLSearchParams {
  const parameters = matchParameters(fields);
  for (const [name, value] of Object.entries(candidate)) if (value !== null) parameters.append(name, value);
  return parameters;
}
