// `panfed registry check`: what the gateway would quarantine of a catalog, and what it would read as less than was meant.
import { Command, Option } from 'commander';
import { FederationError } from '../../model/errors.ts';
import { numbered } from '../terminal/numbered.ts';
import type { Output } from '../terminal/output.ts';
import { CHECK_FORMATS, type CheckFormat, countedFindings, findingsReport } from './report.ts';

interface CheckOptions {
  readonly facility?: string;
  readonly format: CheckFormat;
  readonly strict?: true;
}

export function registryCheckCommand(output: () => Output): Command {
  return new Command('check')
    .description(
      'find what the gateway would leave out of a catalog or not understand, with line and example',
    )
    .argument('<catalog>', 'a .yaml, .json or .ndjson file of images')
    .option('--facility <id>', 'whose catalog it is, where the file does not say')
    .addOption(new Option('--format <format>').choices(CHECK_FORMATS).default('table'))
    .option('--strict', 'a warning is a failure as well')
    .addHelpText(
      'after',
      '\nExamples:\n  $ panfed registry check images.yaml\n  $ panfed registry check images.ndjson --facility esrf --format github --strict',
    )
    .action((catalog: string, options: CheckOptions) => check(catalog, options, output()));
}

/** Rejects with CATALOG_INVALID after telling what was found, if one is an error, or anything with `--strict`. */
async function check(path: string, options: CheckOptions, output: Output): Promise<void> {
  const { checkRegistryCatalog } = await import('../../registry-server/server.ts');
  const checked = await checkRegistryCatalog(path, { facility: options.facility });
  const report = findingsReport(path, checked, options.format, output);
  if (options.format === 'table') output.show(report);
  else output.data(report);
  const { images, findings } = checked;
  const found = countedFindings(checked);
  if (findings.count('error') > 0 || (options.strict && findings.count('warning') > 0)) {
    throw new FederationError('CATALOG_INVALID', `${found} found`, { at: path });
  }
  const count = numbered(images.length, 'image');
  output.message(found === '' ? `${count}, and nothing to mend\n` : `${count} that are valid, ${found}\n`);
}
