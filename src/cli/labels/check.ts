// `panfed labels check`: what is wrong with the labels of an image, where, and what to do.
import { Command, Option } from 'commander';
import { FederationError } from '../../model/errors.ts';
import type { Output } from '../terminal/output.ts';
import type { Input } from './read-source.ts';
import { CHECK_FORMATS, type CheckFormat, checkReport, countedIn } from './report.ts';

interface CheckOptions {
  readonly format: CheckFormat;
  readonly strict?: true;
}

/**
 * `panfed labels check`. It rejects with CONFORMANCE_FAILED, after its report, if there is an error, or with `--strict` any finding,
 * and as {@link checkedIn} does, with USAGE.
 */
export function checkCommand(output: Output, input: Input): Command {
  return new Command('check')
    .description('find what panfed could not read in the labels of an image, with line, reason and remedy')
    .argument(
      '<file>',
      'a description, a Dockerfile, - for what an inspection prints, or oci:<layout folder>',
    )
    .addOption(
      new Option('--format <format>', 'how the report is written').choices(CHECK_FORMATS).default('table'),
    )
    .option('--strict', 'a warning is a failure as well')
    .addHelpText(
      'after',
      `
Examples:
  $ panfed labels check image.json
  $ panfed labels check Dockerfile --format github --strict
  $ docker inspect registry.esrf.fr/em/relion:5.0 | panfed labels check -
  $ skopeo inspect --config docker://registry.esrf.fr/em/relion:5.0 | panfed labels check - --format junit > labels.xml
  $ panfed labels check oci:build/image

A label can only restrict who may have an image, never open it; one that cannot be read and may be meant to restrict lowers
sharing to none. A name that the vocabulary does not have is a warning, as it may be the lab's own word.

Exit codes: 0 all can be read, 2 usage, 4 something cannot be read, or with --strict there is a warning.`,
    )
    .action((file: string, options: CheckOptions) => check(file, options, output, input));
}

async function check(
  file: string,
  { format, strict }: CheckOptions,
  output: Output,
  input: Input,
): Promise<void> {
  // Imported here, since help and completion would wait for all that reads labels.
  const { checkedIn } = await import('./checked.ts');
  const checked = await checkedIn(file, input);
  const report = checkReport(checked, format, output);
  if (format === 'table') output.show(report);
  else output.data(report);
  const count = (severity: 'error' | 'warning') =>
    checked.reduce((sum, { findings }) => sum + findings.count(severity), 0);
  if (count('error') === 0 && (strict !== true || count('warning') === 0)) return;
  throw new FederationError('CONFORMANCE_FAILED', `${countedIn(checked)}, reported above`, { at: file });
}
