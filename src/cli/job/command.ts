// `panfed job`: a job that runs an image at a compute resource, ready to be submitted.
import { basename } from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';
import { JOB_ENGINES } from '../../model/compute.ts';
import { FederationError } from '../../model/errors.ts';
import { inert } from '../../model/inert.ts';
import { connectGateway } from '../gateway/client.ts';
import { withFlags } from '../gateway/flag-words.ts';
import { withGatewayOptions } from '../gateway/options.ts';
import { requireAnswer, tellOutcome } from '../gateway/outcome.ts';
import { flagsOf, withQuestionOptions } from '../match/question.ts';
import { inFlags } from '../search/unknown.ts';
import { jsonText, type Output, processOutput } from '../terminal/output.ts';
import { writeText } from '../write-file.ts';
import type { JobOptions } from './options.ts';
import { askJob, type JobResponse } from './query.ts';

const EXAMPLES = `
Examples:
  $ panfed job relion --resource desy/maxwell-gpu > relion.slurm.sh
  $ panfed job relion --version 5.0.0 --resource desy/maxwell-gpu --time 12:00:00 --memory 128GiB --output relion.slurm.sh
  $ panfed job registry.esrf.fr:5000/data-analysis/pynx:2024.1 --resource desy/maxwell-gpu --engine apptainer
  $ panfed job pyfai --resource desy/pool --data-path /gpfs/run7 -- pyFAI-integrate /gpfs/run7/scan.h5

Of a software the image is the first that "panfed match" has there. What stands behind -- is run in it, else what it starts by
itself. The job goes to stdout or to the file, what to know of it and how to submit it to stderr. Credentials are named and
never read. The exit code is 4 if there is no job, and says why.`;

/**
 * `panfed job`, which writes to `output` and takes PANFED_URL and PANFED_TOKEN of `env`, by default those of the process. It rejects
 * as {@link connectGateway} and its requests do (USAGE, GATEWAY_UNREACHABLE, or the gateway's own code), as {@link askJob} does, with
 * NO_JOB where there is none, and with USAGE where the file cannot be written, or exists and --force is not given.
 */
export function jobCommand(output: Output = processOutput(), env: NodeJS.ProcessEnv = process.env): Command {
  return withGatewayOptions(
    withQuestionOptions(
      new Command('job')
        .description('write a job that runs an image at a compute resource')
        .argument('<software>', 'its name, or an image by id, digest or reference')
        .argument('[command...]', 'program and arguments, behind --')
        .requiredOption('--resource <id>', 'the compute resource, as desy/maxwell-gpu')
        .addOption(new Option('--engine <name>', 'what runs the image there').choices(JOB_ENGINES))
        .option(
          '--data-path <path>',
          'absolute path on the nodes, which the program reads there; may be repeated',
          addPath,
        )
        .option(
          '--credentials <path>',
          'your file of credentials for the registry on the nodes; with Kubernetes your secret’s name',
        )
        .option('--name <name>', 'its name (the software’s unless said)'),
    )
      .option('--output <file>', 'write it there')
      .option('--force', 'replace a file that exists'),
    ['text', 'json'],
  )
    .addHelpText('after', EXAMPLES)
    .action((software: string, command: readonly string[], options: JobOptions) =>
      job(software, command, options, output, env),
    );
}

async function job(
  software: string,
  command: readonly string[],
  options: JobOptions,
  output: Output,
  env: NodeJS.ProcessEnv,
): Promise<void> {
  const gateway = await connectGateway(options, env);
  const found = await askJob(gateway, software, command, options).catch((error: unknown) => {
    throw inFlags(error, {
      choices: { ...flagsOf(options).choices, '<software>': { frameworks: [software.trim()] } },
    });
  });
  tellOutcome(found, output);
  if (found.job === null) {
    requireAnswer(found.sources);
    throw new FederationError('NO_JOB', withFlags(found.reason), {
      at: `--resource ${options.resource}`,
      hint: 'What is in the way, and what would change it: panfed match --explain, with the same options.',
    });
  }
  await write(found.job, options, output);
}

async function write(made: JobResponse, options: JobOptions, output: Output): Promise<void> {
  const text = options.format === 'json' ? jsonText(made) : made.text;
  const ended = text.endsWith('\n') ? text : `${text}\n`;
  if (options.output === undefined) output.data(output.columns === null ? ended : inertLines(ended));
  else await writeText(options.output, ended, options.force ?? false);
  for (const note of made.notes)
    output.message(`${output.style('yellow', 'note:', 'message')} ${withFlags(inert(note))}\n`);
  // The command names the file as the gateway does.
  const isNamed = options.output !== undefined && basename(options.output) === made.fileName;
  const where = isNamed ? 'in its folder' : `saved as ${inert(made.fileName)}`;
  output.message(`${output.style('bold', 'submit:', 'message')} ${where}, by ${inert(made.submit)}\n`);
}

/** As a terminal may show it. */
const inertLines = (text: string): string => text.split('\n').map(inert).join('\n');

function addPath(text: string, before: readonly string[] = []): readonly string[] {
  if (text.startsWith('/')) return [...before, text];
  throw new InvalidArgumentError('Expected an absolute path.');
}
