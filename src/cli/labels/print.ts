// `panfed labels print`: a description as LABEL instructions, a Data Package, CodeMeta, or the value of its label.
import { Command, Option } from 'commander';
import { FederationError } from '../../model/errors.ts';
import { descriptionOf, descriptionText, labelsOf } from '../../sources/labels/description.ts';
import { mapLabels } from '../../sources/labels.ts';
import { loadVocabulary } from '../../vocabulary/load.ts';
import { labelLine } from '../doctor/dockerfile.ts';
import { jsonText, type Output } from '../terminal/output.ts';
import { writeText } from '../write-file.ts';
import { codeMeta } from './codemeta.ts';
import { dataPackage } from './datapackage.ts';
import type { DescribedImage } from './described-image.ts';
import { unknownImage } from './located.ts';
import type { Input } from './read-source.ts';
import { checkReport, countedIn } from './report.ts';

const FORMATS = {
  dockerfile: ({ description }: DescribedImage) =>
    Object.entries(labelsOf(description))
      .map(([label, value]) => `${labelLine(label, value)}\n`)
      .join(''),
  datapackage: (image: DescribedImage) => jsonText(dataPackage(image)),
  codemeta: (image: DescribedImage) => jsonText(codeMeta(image)),
  json: ({ description }: DescribedImage) => `${descriptionText(description)}\n`,
} as const;

interface PrintOptions {
  readonly format: keyof typeof FORMATS;
  readonly output?: string;
}

/**
 * `panfed labels print`. It rejects with CONFORMANCE_FAILED, after a report, for a description that cannot be read, and with USAGE
 * for what is none, or a file that cannot be read or written.
 */
export function printCommand(output: Output, input: Input): Command {
  return new Command('print')
    .description('print a description as labels of a Dockerfile, as a Data Package, as CodeMeta or as JSON')
    .argument('<file>', 'a description, or - for standard input')
    .addOption(
      new Option('--format <format>', 'what is printed').choices(Object.keys(FORMATS)).default('dockerfile'),
    )
    .option('-o, --output <file>', 'write it to a file instead, replacing what is there')
    .addHelpText(
      'after',
      `
Examples:
  $ panfed labels print image.json >> Dockerfile
  $ panfed labels print image.json --format datapackage --output datapackage.json
  $ panfed labels print image.json --format codemeta --output codemeta.json
  $ docker build --label "io.panfed.image=$(panfed labels print image.json --format json)" .

dockerfile: for the escape character that Dockerfiles have unless a directive says another. json: the value of io.panfed.image.`,
    )
    .action((file: string, options: PrintOptions) => print(file, options, output, input));
}

async function print(
  file: string,
  { format, output: target }: PrintOptions,
  output: Output,
  input: Input,
): Promise<void> {
  const text = FORMATS[format](await describedIn(file, output, input));
  if (target === undefined) output.data(text);
  else await writeText(target, text, true);
}

async function describedIn(file: string, output: Output, input: Input): Promise<DescribedImage> {
  const { checkedIn } = await import('./checked.ts');
  const [checked] = await checkedIn(file, input);
  const source = checked?.source;
  if (checked === undefined || source?.isDescription === false)
    throw new FederationError('USAGE', 'only a description is printed', {
      at: file,
      hint: 'panfed labels init writes one.',
    });
  if (checked.findings.count('error') > 0) {
    output.message(checkReport([checked], 'table', output, 'message'));
    throw new FederationError('CONFORMANCE_FAILED', `${countedIn([checked])}, reported above`, { at: file });
  }
  const vocabulary = loadVocabulary();
  const facts = mapLabels(source?.levels[0] ?? {}, unknownImage(vocabulary.framework));
  return { facts, description: descriptionOf(facts), vocabulary };
}
