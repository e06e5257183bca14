// `panfed labels init|check|print|schema`: what an image says of itself, embedded and checked by a lab's CI.
import { Command } from 'commander';
import { descriptionSchema } from '../../sources/labels/description-schema.ts';
import { jsonText, type Output, processOutput } from '../terminal/output.ts';
import { writeText } from '../write-file.ts';
import { checkCommand } from './check.ts';
import { initCommand } from './init.ts';
import { printCommand } from './print.ts';
import type { Input } from './read-source.ts';

/**
 * `panfed labels` with its subcommands, of this process's output and standard input by default. They ask no gateway and no registry,
 * and reject as each of them does; `schema` with USAGE for a file that cannot be written.
 */
export function labelsCommand(
  output: Output = processOutput(),
  input: Input = { stdin: process.stdin },
): Command {
  return new Command('labels')
    .description('write, check and print what an image says of itself in its labels')
    .addCommand(initCommand(output))
    .addCommand(checkCommand(output, input))
    .addCommand(printCommand(output, input))
    .addCommand(schemaCommand(output));
}

function schemaCommand(output: Output): Command {
  return new Command('schema')
    .description('print the JSON Schema of a description, for editors and other tools')
    .option('-o, --output <file>', 'write it to a file instead, replacing what is there')
    .addHelpText(
      'after',
      '\nExamples:\n  $ panfed labels schema --output labels.schema.json\n\nA description that has "$schema": "./labels.schema.json" is completed by editors; the key is in no label.',
    )
    .action(async ({ output: file }: { readonly output?: string }) => {
      const text = schemaText();
      if (file === undefined) output.data(text);
      else await writeText(file, text, true);
    });
}

/** The schema as it is published in docs/labels.schema.json. */
export const schemaText = (): string => jsonText(descriptionSchema());
