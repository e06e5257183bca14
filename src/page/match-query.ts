// The address of the page /match ↔ its question: the data, the software or one image, where it may run and what the job takes.
import { parseSeconds } from '../model/duration.ts';
import { parseSize } from '../model/size.ts';
import type { Problem } from './query.ts';

/** The parameters, in the order of the form; each may be given once. */
export const MATCH_PARAMETERS = [
  ...(['pid', 'format', 'technique', 'facility', 'framework', 'resource'] as const),
  ...(['cpus', 'memory', 'time', 'image'] as const),
] as const;
export type MatchParameter = (typeof MATCH_PARAMETERS)[number];

/** What is asked, as it was written; null: not given. */
export type MatchFields = Readonly<Record<MatchParameter, string | null>>;

export interface MatchQuery {
  readonly fields: MatchFields;
  /** What a job takes: cores, bytes and seconds of one node; null: not given, or not understood. */
  readonly amounts: Readonly<Record<'cpus' | 'memory' | 'time', number | null>>;
  /** A cursor: bound to the caller and the question. */
  readonly after: string | null;
  /** Whether something was asked, if only for everything; else only the form is shown. */
  readonly isAsked: boolean;
}

export interface ReadMatchQuery {
  readonly query: MatchQuery;
  readonly problems: readonly Problem[];
}

/** Characters of a value, because the page repeats it in every link. */
const MAX_VALUE = 256;
/** Characters of the id of an image: its lab, its registry, a repository and a digest of SHA-512. */
const MAX_IMAGE = 1_024;
const maxOf = (name: MatchParameter): number => (name === 'image' ? MAX_IMAGE : MAX_VALUE);

/** Where only the form is shown. */
export const MATCH_PATH = './match';

const NOTHING = Object.fromEntries(MATCH_PARAMETERS.map((name) => [name, null])) as MatchFields;

/**
 * The question of an address, and its problems: a parameter that is given twice, a value of more than 256 characters (an image’s of more than 1,024), and an amount that
 * is none. Blank values count as not given, and unknown parameters are ignored. Nothing throws.
 */
export function readMatchQuery(parameters: URLSearchParams): ReadMatchQuery {
  const fields: Record<MatchParameter, string | null> = { ...NOTHING };
  const problems: Problem[] = [];
  const wanted = [...MATCH_PARAMETERS, 'after'] as const;
  for (const name of MATCH_PARAMETERS) {
    const [value = null, ...others] = valuesOf(parameters, name);
    if (others.length > 0)
      problems.push(problem(`“${name}” is given more than once.`, 'It can be given once.'));
    else if ((value?.length ?? 0) > maxOf(name))
      problems.push(problem(`“${name}” may have ${maxOf(name)} characters.`));
    else fields[name] = value;
  }
  const amounts = {
    cpus: amountOf(fields.cpus, wholeNumber),
    memory: amountOf(fields.memory, parseSize),
    time: amountOf(fields.time, parseSeconds),
  };
  for (const name of ['cpus', 'memory', 'time'] as const) {
    if (fields[name] !== null && amounts[name] === null)
      problems.push(problem(`“${fields[name]}” is not ${AMOUNTS[name]}.`));
  }
  return {
    query: {
      ...{ fields, amounts },
      after: valuesOf(parameters, 'after')[0] ?? null,
      isAsked: wanted.some((name) => parameters.has(name)),
    },
    problems,
  };
}

/** How an amount is written, for people. */
export const AMOUNTS = {
  cpus: 'a whole number from 1, as 8',
  memory: 'a size with its unit, as 64 GiB',
  time: 'a duration as [days-]hours:minutes:seconds, as 12:00:00 or 2-00:00:00',
} as const;

const problem = (message: string, hint: string | null = null): Problem => ({
  message,
  hint,
  suggestions: [],
});

const valuesOf = (parameters: URLSearchParams, name: string): readonly string[] =>
  [...new Set(parameters.getAll(name).map((value) => value.trim()))].filter(Boolean);

const amountOf = (text: string | null, read: (text: string) => number | null): number | null =>
  text === null ? null : read(text);

const wholeNumber = (text: string): number | null => (/^[1-9]\d{0,5}$/.test(text) ? Number(text) : null);

/** The address of a question, relative to the page, whose first page it is unless `after` is given; defaults are left out. */
export function matchHref(fields: Partial<MatchFields>, after: string | null = null): string {
  const parameters = matchParameters(fields);
  if (after !== null) parameters.append('after', after);
  // Without any parameter nothing would be asked.
  if (parameters.size === 0) parameters.append('format', '');
  return `${MATCH_PATH}?${parameters}`;
}

/** The parameters of what is given, in the order of the form. */
export function matchParameters(fields: Partial<MatchFields>): URLSearchParams {
  const parameters = new URLSearchParams();
  for (const name of MATCH_PARAMETERS) {
    const value = fields[name] ?? null;
    if (value !== null) parameters.append(name, value);
  }
  return parameters;
}
