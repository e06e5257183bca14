// `panfed config init|check|schema`: a first federation.yaml, what is wrong with one, and its schema.
import { access } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Command, Option } from 'commander';
import { configJsonSchema } from '../../config/json-schema.ts';
import { type FileCheck, inspectConfig } from '../../config/load.ts';
import type { DescribedProblem } from '../../config/problem.ts';
import { configReference } from '../../config/reference.ts';
import type { SecretReference } from '../../config/secret.ts';
import { readWholeSecret } from '../../config/secrets.ts';
import { FederationError } from '../../model/errors.ts';
import { inert } from '../../model/inert.ts';
import { numbered } from '../terminal/numbered.ts';
import { jsonText, type Output, processOutput } from '../terminal/output.ts';
import { writeText } from '../write-file.ts';
import { CONFIG_TEMPLATE } from './template.ts';

const DEFAULT_FILE = 'federation.yaml';
const SCHEMA_FILE = 'federation.schema.json';

/**
 * `panfed config` with its three subcommands, `init`, `check` and `schema`; output and environment are the
 * process's by default. They reject with CONFIG_INVALID, as {@link inspectConfig} does and after the report
 * of `check`, or with USAGE for a file that cannot be written, or that `init` finds there without `--force`.
 */
export function configCommand(
  output: Output = processOutput(),
  env: NodeJS.ProcessEnv = process.env,
): Command {
  return new Command('config')
    .description('write, check and document federation.yaml')
    .addCommand(initCommand(output))
    .addCommand(checkCommand(output, env))
    .addCommand(schemaCommand(output));
}

function initCommand(output: Output): Command {
  return new Command('init')
    .description('write a commented federation.yaml to start from, and its schema beside it')
    .option('-o, --output <file>', 'where to', DEFAULT_FILE)
    .option('--force', 'replace a file that is there')
    .addHelpText(
      'after',
      '\nExamples:\n  $ panfed config init\n  $ panfed config init --output gateway/federation.yaml',
    )
    .action(async ({ output: file, force }: { output: string; force?: true }) => {
      await writeText(file, CONFIG_TEMPLATE, force ?? false);
      const schema = join(dirname(file), SCHEMA_FILE);
      const there = await access(schema).then(
        () => true,
        () => false,
      );
      if (force || !there) await writeText(schema, schemaText(), true);
      output.message(`wrote ${file}; edit it, set PANFED_SECRET, then: panfed config check ${file}\n`);
    });
}

interface CheckReport {
  readonly file: string;
  readonly valid: boolean;
  /** Whether its secrets and keys were read too. */
  readonly secrets: boolean;
  readonly problems: readonly DescribedProblem[];
  readonly warnings: readonly DescribedProblem[];
}

function checkCommand(output: Output, env: NodeJS.ProcessEnv): Command {
  return new Command('check')
    .description('report every problem of a federation.yaml, and what is probably not meant')
    .argument('[file]', 'the file', DEFAULT_FILE)
    .addOption(
      new Option('--format <format>', 'how the report is written')
        .choices(['table', 'json'])
        .default('table'),
    )
    .option('--no-secrets', 'leave out whether secrets and keys are there, as for a CI that has none')
    .addHelpText(
      'after',
      '\nExamples:\n  $ panfed config check\n  $ panfed config check --no-secrets\n  $ panfed config check gateway/federation.yaml --format json\n\nThe exit code is 3 if there is a problem; warnings alone are 0.',
    )
    .action(async (file: string, { format, secrets }: { format: string; secrets: boolean }) => {
      const report = await checkFile(file, env, secrets);
      if (format === 'json') output.data(jsonText(report));
      else output.show(reportText(report, output));
      if (report.valid) return;
      throw new FederationError(
        'CONFIG_INVALID',
        `${numbered(report.problems.length, 'problem')}, reported above`,
        {
          at: file,
        },
      );
    });
}

async function checkFile(file: string, env: NodeJS.ProcessEnv, secrets: boolean): Promise<CheckReport> {
  try {
    const { warnings } = await inspectConfig(file, env, {
      secrets,
      checks: [vocabularyCheck, computeCheck, ...(secrets ? [trustCheck(env)] : [])],
    });
    return { file, valid: true, secrets, problems: [], warnings };
  } catch (error) {
    if (!(error instanceof FederationError) || error.extensions?.problems === undefined) throw error;
    return {
      file,
      valid: false,
      secrets,
      problems: error.extensions.problems as DescribedProblem[],
      warnings: [],
    };
  }
}

/** Reads the techniques that federation.yaml names, and its terms. */
const vocabularyCheck: FileCheck = async (config, report) => {
  const { createVocabulary } = await import('../../vocabulary/load.ts');
  try {
    createVocabulary(config, report);
  } catch (error) {
    if (!(error instanceof FederationError) || error.code !== 'CONFIG_INVALID') throw error;
    report(['vocabulary', 'techniques'], `${error.at}: ${error.message}`, error.hint);
  }
};

/** Reads the answers of schedulers that federation.yaml names. */
const computeCheck: FileCheck = async (config, report) => {
  if (config.facilities.every(({ compute }) => compute.length === 0)) return;
  const { createResources } = await import('../../matching/resources.ts');
  await createResources(config, { isMicroarchitecture: () => false, report });
};

/** Reads the keys, trust stores and roots that federation.yaml names. */
function trustCheck(env: NodeJS.ProcessEnv): FileCheck {
  return async (config, report) => {
    if (!config.facilities.some(({ trust }) => trust !== undefined)) return;
    const { checkTrustSettings } = await import('../../trust/check-settings.ts');
    const { baseDirectory } = config;
    const readWhole = (reference: SecretReference) => readWholeSecret(reference, env, baseDirectory);
    await checkTrustSettings(config, { readWhole, baseDirectory }, report);
  };
}

function reportText({ file, valid, secrets, problems, warnings }: CheckReport, output: Output): string {
  const line = (word: string, { at, message, hint }: DescribedProblem) =>
    `${inert(at)}: ${word}: ${inert(message)}${hint === null ? '' : `\n  hint: ${inert(hint)}`}\n`;
  return [
    ...problems.map((problem) => line(output.style('red', 'error'), problem)),
    ...warnings.map((warning) => line(output.style('yellow', 'warning'), warning)),
    ...(valid ? [`${inert(file)} is valid${secrets ? '' : '; its secrets were not read'}\n`] : []),
  ].join('');
}

function schemaCommand(output: Output): Command {
  return new Command('schema')
    .description('print the JSON Schema of federation.yaml, or its reference')
    .addOption(
      new Option('--format <format>', 'json: the schema. markdown: the reference')
        .choices(['json', 'markdown'])
        .default('json'),
    )
    .option('-o, --output <file>', 'write it to a file instead, replacing what is there')
    .addHelpText(
      'after',
      '\nExamples:\n  $ panfed config schema --output federation.schema.json\n  $ panfed config schema --format markdown --output docs/configuration.md',
    )
    .action(async ({ format, output: file }: { format: string; output?: string }) => {
      const text = format === 'json' ? schemaText() : configReference();
      if (file === undefined) output.data(text);
      else await writeText(file, text, true);
    });
}

const schemaText = (): string => jsonText(configJsonSchema());
