// `panfed labels init`: a description file to start from, with what is given completed by the vocabulary.
import { Command, Option } from 'commander';
import { FederationError } from '../../model/errors.ts';
import type { Field } from '../../model/field.ts';
import { LABELLED_FIELDS } from '../../sources/labels/labelled-fields.ts';
import { loadVocabulary } from '../../vocabulary/load.ts';
import { jsonText, type Output } from '../terminal/output.ts';
import { writeText } from '../write-file.ts';
import {
  type Completing,
  conditionOf,
  formatId,
  frameworkOf,
  licenseExpression,
  noteLicense,
  techniqueId,
} from './complete-names.ts';
import { descriptionSource } from './json-source.ts';
import { checkReport } from './report.ts';

const DEFAULT_FILE = 'image.json';

interface InitOptions {
  readonly output: string;
  readonly force?: true;
  readonly title?: string;
  readonly description?: string;
  readonly documentation?: string;
  readonly source?: string;
  readonly framework: readonly string[];
  readonly technique: readonly string[];
  readonly reads: readonly string[];
  readonly writes: readonly string[];
  readonly license?: string;
  readonly condition: readonly string[];
  readonly sharing?: 'conditional' | 'none';
  readonly unlisted?: true;
  readonly asWritten?: true;
}

/**
 * `panfed labels init`. It rejects with USAGE for a name that the vocabulary does not have, a text that labels cannot have, and a file
 * that cannot be written or is there without `--force`.
 */
export function initCommand(output: Output): Command {
  return new Command('init')
    .description(
      'write a description of an image to start from, which panfed reads as its label io.panfed.image',
    )
    .option('-o, --output <file>', 'where to', DEFAULT_FILE)
    .option('--force', 'replace a file that is there')
    .option('--title <text>', 'a name for people')
    .option('--description <text>', 'what it does, in a sentence')
    .option('--documentation <url>', 'address of its documentation')
    .option('--source <url>', 'address of its source')
    .option('--framework <name@version>', 'software in it; may be repeated', gathered, [])
    .option('--technique <name>', 'by PaNET id, label or synonym; may be repeated', gathered, [])
    .option('--reads <format>', 'a format that it reads; may be repeated', gathered, [])
    .option('--writes <format>', 'a format that it writes; may be repeated', gathered, [])
    .option('--license <terms>', 'SPDX expression, or a name of a license')
    .option(
      '--condition <kind>',
      'what the terms ask, as academic or site=esrf; may be repeated',
      gathered,
      [],
    )
    .addOption(new Option('--sharing <most>', 'the most that may be shared').choices(['conditional', 'none']))
    .option('--unlisted', 'keep it from those who may not have it')
    .option('--as-written', 'keep words that the vocabulary does not have, such as the lab’s own')
    .addHelpText(
      'after',
      `
Examples:
  $ panfed labels init
  $ panfed labels init --framework relion@5.0 --technique "electron microscopy" --reads MRC --license GPL-2.0-only
  $ panfed labels init --framework xds --license XDS --condition site=esrf,desy --output xds.json

Then: panfed labels check image.json, and panfed labels print image.json >> Dockerfile`,
    )
    .action((options: InitOptions) => init(options, output));
}

const gathered = (value: string, before: readonly string[]): readonly string[] => [...before, value];

async function init(options: InitOptions, output: Output): Promise<void> {
  const { output: file, force = false } = options;
  const { checkedOf } = await import('./checked.ts');
  const description = describedBy(options, (message) => output.message(`${message}\n`));
  const checked = checkedOf(descriptionSource(file, description), file);
  if (checked.findings.count('error') > 0) {
    output.message(checkReport([checked], 'table', output, 'message'));
    throw new FederationError('USAGE', 'labels cannot say this, as reported above', {
      at: 'panfed labels init',
    });
  }
  await writeText(file, jsonText(description), force);
  output.message(`wrote ${file}; edit it, then: panfed labels check ${file}\n`);
}

/** Every field, so that nobody needs to look up its name; null and empty lists say nothing. */
function describedBy(options: InitOptions, note: Completing['note']): Readonly<Record<string, unknown>> {
  const completing: Completing = {
    vocabulary: loadVocabulary(),
    asWritten: options.asWritten ?? false,
    note,
  };
  const { license, condition, sharing, unlisted } = options;
  const frameworks = options.framework.map((word) => frameworkOf(word, completing));
  if (license === undefined) for (const { name } of frameworks) noteLicense(name, completing);
  const given: Readonly<Record<string, unknown>> = {
    title: options.title,
    description: options.description,
    documentation: options.documentation,
    source: options.source,
    frameworks,
    techniques: [...new Set(options.technique.map((word) => techniqueId(word, completing)))],
    reads: [...new Set(options.reads.map((word) => formatId('--reads', word, completing)))],
    writes: [...new Set(options.writes.map((word) => formatId('--writes', word, completing)))],
  };
  return {
    ...Object.fromEntries(LABELLED_FIELDS.map(([name, field]) => [name, given[name] ?? unsaid(field)])),
    license: license === undefined ? null : licenseExpression(license, completing),
    ...(condition.length > 0 && { conditions: condition.map(conditionOf) }),
    ...(sharing !== undefined && { sharing }),
    ...(unlisted && { listed: false }),
  };
}

function unsaid(field: Field): unknown {
  if (field.kind === 'group')
    return Object.fromEntries(Object.entries(field.fields).map(([name, inner]) => [name, unsaid(inner)]));
  return field.kind === 'names' || field.kind === 'terms' || field.kind === 'frameworks' ? [] : null;
}
