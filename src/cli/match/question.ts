// What `panfed match` and `panfed job` ask about: the data, what a job takes, and which images, by their options.
import { type Command, InvalidArgumentError } from 'commander';
import type { MatchQueryVariables } from '../../graphql/generated/operations.ts';
import { parseSeconds } from '../../model/duration.ts';
import { parseSize } from '../../model/size.ts';
import { type ChoiceOptions, withChoiceOptions } from '../search/choice-options.ts';
import { addValues, type ChoiceValues, joinedChoices } from '../search/choices.ts';
import type { Flags } from '../search/unknown.ts';
import { wholeNumber } from '../whole-number.ts';

export interface QuestionOptions extends ChoiceOptions {
  readonly pid?: string;
  readonly dataFormat?: string;
  readonly technique?: string;
  readonly facility?: string;
  readonly cpus?: number;
  /** Bytes. */
  readonly memory?: number;
  /** Seconds. */
  readonly time?: number;
  readonly framework?: ChoiceValues;
  readonly version?: ChoiceValues;
}

/** What is the same for each page of the answer. */
export type Asked = Pick<MatchQueryVariables, 'data' | 'compute' | 'image' | 'only' | 'except' | 'prefer'>;

/** Adds the options of {@link QuestionOptions} and of the data catalog’s token, but `framework`. Returns the same command. */
export function withQuestionOptions(command: Command): Command {
  return withChoiceOptions(
    command
      .option('--pid <pid>', 'data set to look up in its facility’s data catalog, as 10.5072/desy.ptycho-1')
      .option(
        '--catalog-token-file <path>',
        'file of your token for that data catalog (PANFED_CATALOG_TOKEN: the token itself)',
      )
      .option('--data-format <format>', 'format of the data: a name or an ending, as HDF5 or .mrc')
      .option('--technique <technique>', 'technique of the data')
      .option('--facility <facility>', 'where the data are')
      .option('--cpus <count>', 'processors that the job takes of one node', wholeNumber())
      .option('--memory <size>', 'memory that it takes of one node, as 64GiB', memoryOf)
      .option('--time <duration>', 'how long it takes, as 12:00:00 or 2-00:00:00 ([days-]h:m:s)', timeOf),
  ).option('--version <values>', 'short for --only version=<values>', (text, before?: ChoiceValues) =>
    addValues('versions', text, before),
  );
}

/** The question of the options, with the compute resources and schedulers that are asked about; empty: all. */
export function askedOf(
  options: QuestionOptions,
  { resources = [], schedulers = [] }: Pick<NonNullable<Asked['compute']>, 'resources' | 'schedulers'> = {},
): Asked {
  const { pid, dataFormat, technique, facility, cpus, memory, time, only = {}, except, prefer } = options;
  const choices = [options.framework, options.version].reduce<ChoiceValues>(
    (sum, each) => joinedChoices(sum, each ?? {}),
    only,
  );
  return {
    data: {
      ...{ pid: pid ?? null, format: dataFormat ?? null },
      ...{ technique: technique ?? null, facility: facility ?? null },
    },
    compute: { resources, schedulers, cpus: cpus ?? null, memory: memory ?? null, time: time ?? null },
    // Words of enumerations were checked where they were read; the gateway checks them again.
    ...({ only: choices, except: except ?? {}, prefer: prefer ?? {} } as Pick<
      Asked,
      'only' | 'except' | 'prefer'
    >),
  };
}

/** The flags by which the gateway's fields were asked about, for errors. */
export function flagsOf(options: QuestionOptions): Flags {
  const { dataFormat, technique, facility, framework, version, only, except, prefer } = options;
  const one = (field: 'reads' | 'techniques' | 'facilities', value: string | undefined): ChoiceValues =>
    value === undefined ? {} : { [field]: [value] };
  return {
    choices: {
      'data-format': one('reads', dataFormat),
      technique: one('techniques', technique),
      facility: one('facilities', facility),
      ...{ framework, version, only, except, prefer },
    },
  };
}

function memoryOf(text: string): number {
  const bytes = parseSize(text);
  if (bytes !== null) return bytes;
  throw new InvalidArgumentError('Expected a size with its unit, as 64GiB or 500 MB.');
}

function timeOf(text: string): number {
  const seconds = parseSeconds(text);
  if (seconds !== null) return seconds;
  throw new InvalidArgumentError('Expected [days-]hours:minutes:seconds, as 12:00:00 or 2-00:00:00.');
}
