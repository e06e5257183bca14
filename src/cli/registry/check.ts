// `panfed registry check`: what the gateway would quarantine in a catalog, and what it would read as less than was
// meant.
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

/**
 * `panfed registry check`. It rejects with CATALOG_INVALID, after its report, if there is an error, or with
 * `--strict` any finding, and as {@link checkRegistryCatalog} does: with CONFIG_INVALID if the file's name
 * has no known ending.
 */
export function registryCheckCommand(output: () => Output): Command {
  return new Command('check')
    .description(
      'find what the gateway would leave out of a catalog or not understand, with line and example',
    )
    .argument('<catalog>', 'a .yaml, .json or .ndjson file of images')
    .option('--facility <id>', 'the facility whose catalog it is, if the file does not name it')
    .addOption(new Option('--format <format>').choices(CHECK_FORMATS).default('table'))
    .option('--strict', 'a warning is a failure as well')
    .addHelpText(
      'after',
      '\nExamples:\n  $ panfed registry check images.yaml\n  $ panfed registry check images.ndjson --facility esrf --format github --strict',
    )
    .action((catalog: string, options: CheckOptions) => check(catalog, options, output()));
}

/** Reports the findings; then rejects with CATALOG_INVALID if one is an error, or with `--strict` if there is any. */
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
  output.message(
    found === ''
      ? `${numbered(images.length, 'image')}, and nothing to mend\n`
      : `${numbered(images.length, 'valid image')}, ${found}\n`,
  );
}
