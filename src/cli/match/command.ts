// `panfed match`: which image can process my data, and where.
import { Command, Option } from 'commander';
import { SCHEDULERS, type Scheduler } from '../../model/compute.ts';
import { enumName } from '../../model/enum-words.ts';
import { connectGateway } from '../gateway/client.ts';
import { type QueryOptions, withGatewayOptions } from '../gateway/options.ts';
import { requireAnswer } from '../gateway/outcome.ts';
import { addValues, type ChoiceValues } from '../search/choices.ts';
import { inFlags } from '../search/unknown.ts';
import { numbered } from '../terminal/numbered.ts';
import { jsonText, type Output, processOutput } from '../terminal/output.ts';
import { wholeNumber } from '../whole-number.ts';
import { imageIdOf } from './image.ts';
import { findCandidates } from './query.ts';
import { type Asked, askedOf, flagsOf, type QuestionOptions, withQuestionOptions } from './question.ts';
import { candidateCard, candidateTable, tellFound } from './report.ts';

interface MatchOptions extends QueryOptions, QuestionOptions {
  readonly image?: string;
  readonly resource?: readonly string[];
  readonly scheduler?: Scheduler;
  readonly first: number;
  readonly all?: true;
  readonly after?: string;
  readonly explain?: true;
}

const EXAMPLES = `
Examples:
  $ panfed match --data-format HDF5 --technique ptychography --facility desy
  $ panfed match --data-format .mrc --memory 64GiB --time 12:00:00 --scheduler slurm
  $ panfed match --framework relion --resource desy/maxwell-gpu --explain --first 1
  $ panfed match --image registry.esrf.fr:5000/data-analysis/pynx:2024.1
  $ panfed match --technique tomography --only facility=esrf,desy --prefer trust=verified
  $ panfed match --data-format HDF5 --all --format json | jq '.candidates[] | select(.verdict == "YES")'

A candidate is software at a compute resource, with the best of its images there. Data goes to stdout, notices and registries
that did not answer to stderr. The exit code is 0 if at least one registry answered, whether or not anything fits, and 5 if
none did. A job that runs it there: panfed job.`;

/**
 * `panfed match`, which writes to `output` and takes PANFED_URL and PANFED_TOKEN of `env`, by default those of the process. It
 * rejects as {@link connectGateway} and its requests do (USAGE, GATEWAY_UNREACHABLE, or the gateway's own code, such as BAD_CHOICE),
 * as {@link imageIdOf} does, and with SOURCE_UNAVAILABLE where no registry answered.
 */
export function matchCommand(
  output: Output = processOutput(),
  env: NodeJS.ProcessEnv = process.env,
): Command {
  return withGatewayOptions(
    withQuestionOptions(new Command('match').description('find which image can process your data, and where'))
      .option('--image <image>', 'only this image: its id or digest, or what an engine pulls')
      .option(
        '--resource <ids>',
        'only at these compute resources, as desy/maxwell-gpu',
        (text, before: readonly string[] = []) => [...before, ...text.split(',').map((id) => id.trim())],
      )
      .addOption(new Option('--scheduler <name>', 'only where it takes the jobs').choices(SCHEDULERS))
      .option('--framework <values>', 'short for --only framework=<values>', (text, before?: ChoiceValues) =>
        addValues('frameworks', text, before),
      )
      .option('--first <count>', 'how many candidates', wholeNumber(), 20)
      .option('--all', 'all candidates, page by page')
      .option('--after <cursor>', 'go on behind the endCursor of an earlier answer')
      .option('-v, --explain', 'all that was found of each candidate, and what would change it'),
  )
    .addHelpText('after', EXAMPLES)
    .action((options: MatchOptions) => match(options, output, env));
}

async function match(options: MatchOptions, output: Output, env: NodeJS.ProcessEnv): Promise<void> {
  const gateway = await connectGateway(options, env);
  const asked = {
    ...askedOf(options, {
      resources: options.resource ?? [],
      schedulers: options.scheduler === undefined ? [] : ([enumName(options.scheduler)] as Schedulers),
    }),
    image: options.image === undefined ? null : await imageIdOf(gateway, options.image),
  };
  const wanted = {
    first: options.all ? null : options.first,
    after: options.after ?? null,
    explain: options.explain ?? options.format === 'json',
  };
  const found = await findCandidates(gateway, asked, wanted, (fetched, of) =>
    output.message(`${fetched} of ${numbered(of, 'candidate')} …\n`),
  ).catch((error: unknown) => {
    throw inFlags(error, flagsOf(options));
  });
  if (options.format === 'json') {
    const { warnings: _warnings, ...data } = found;
    output.data(jsonText(data));
  } else if (options.explain) {
    output.show(found.candidates.map((candidate) => candidateCard(candidate, output)).join('\n'));
  } else {
    output.show(candidateTable(found.candidates, output));
  }
  tellFound(found, options, output);
  requireAnswer(found.sources);
}

type Schedulers = NonNullable<NonNullable<Asked['compute']>['schedulers']>;
