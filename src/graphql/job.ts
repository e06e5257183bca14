// Candidate.job and Candidate.noJob: the job that runs the image of a candidate, or why there is none.
import type { CandidateImage } from '../matching/described.ts';
import type { Job } from '../matching/jobs/job.ts';
import { isBindable, type JobRequest, NoJob, withoutSlashes } from '../matching/jobs/plan.ts';
import type { JobEngine, Scheduler } from '../model/compute.ts';
import { badInput, textOf } from './arguments.ts';
import type { Field } from './context.ts';
import { inTurns } from './in-turns.ts';
import { measured } from './measured.ts';

interface JobArguments {
  readonly scheduler?: Scheduler | null;
  readonly engine?: JobEngine | null;
  readonly with?: {
    readonly command?: readonly string[] | null;
    readonly data?: readonly string[] | null;
    readonly credentials?: string | null;
    readonly name?: string | null;
  } | null;
}

/** Words of a command, and characters of each. */
const MAX_WORDS = 256;
const MAX_WORD = 4_096;
/** Paths that a job binds. */
const MAX_PATHS = 32;
/** Characters of the command and the paths together: a job is written within the 50 ms for which others may wait. */
const MAX_TEXT = 32_768;
/** What a command line of Linux cannot have. */
const NUL = '\0';

/**
 * What is asked of a job. Throws BAD_INPUT for a command with more than 256 words, a word of more than 4,096 characters, with NUL
 * or without a program, for more than 32 paths, for a path that not every engine can bind, and for more than 32,768 characters of both.
 */
export function jobRequestOf({ scheduler = null, engine = null, with: asked }: JobArguments): JobRequest {
  const { command, data, credentials = null, name = null } = asked ?? {};
  const characters = [...(command ?? []), ...(data ?? [])].reduce((sum, { length }) => sum + length, 0);
  if (characters > MAX_TEXT)
    throw badInput(
      'with',
      `\`with.command\` and \`with.data\` may have ${MAX_TEXT} characters together, not ${characters}.`,
      'Put what is longer into a file, and name that.',
    );
  return {
    ...{ scheduler, engine },
    command: commandOf(command ?? []),
    data: pathsOf(data ?? []),
    credentials: credentials === null || credentials === '' ? null : wordOf('with.credentials', credentials),
    name: name === null ? null : textOf('with.name', name),
  };
}

function commandOf(command: readonly string[]): readonly string[] {
  if (command.length > MAX_WORDS)
    throw badInput('with.command', `\`with.command\` may have ${MAX_WORDS} words, not ${command.length}.`);
  if (command[0] === '')
    throw badInput('with.command', '`with.command` begins with the program, which has no name here.');
  return command.map((word) => wordOf('with.command', word));
}

function pathsOf(data: readonly string[]): readonly string[] {
  if (data.length > MAX_PATHS)
    throw badInput('with.data', `\`with.data\` may have ${MAX_PATHS} paths, not ${data.length}.`);
  const paths = data.map((path) => withoutSlashes(wordOf('with.data', path)));
  const at = paths.findIndex((path) => !isBindable(path));
  if (at >= 0)
    throw badInput(
      'with.data',
      `\`with.data[${at}]\` is no path that every engine can bind.`,
      'Give an absolute path, without `.`, `..` and `//`, control characters, and `:`, `,`, `"` and `\\`.',
    );
  return [...new Set(paths)];
}

function wordOf(name: string, word: string): string {
  if (word.length > MAX_WORD)
    throw badInput(name, `A text of \`${name}\` may have ${MAX_WORD} characters, not ${word.length}.`);
  if (word.includes(NUL) || !word.isWellFormed())
    throw badInput(name, `A text of \`${name}\` has a character that no command line can have.`);
  return word;
}

/** A resolver of a field that is a job, or says why there is none, of an image at a resource. */
type JobField<Parent> = Field<Parent, JobArguments>;

/** The fields `job` and `noJob` of a type whose values have such an image. They throw as {@link jobRequestOf} does. */
export const jobFields = <Parent>(imageOf: (parent: Parent) => CandidateImage) =>
  inTurns(
    measured({
      job: ((parent, args): Job | null => {
        const job = imageOf(parent).job(jobRequestOf(args));
        return job instanceof NoJob ? null : job;
      }) satisfies JobField<Parent>,
      noJob: ((parent, args): string | null => {
        const job = imageOf(parent).job(jobRequestOf(args));
        return job instanceof NoJob ? job.reason : null;
      }) satisfies JobField<Parent>,
    }),
  );
