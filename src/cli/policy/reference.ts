// `panfed policy reference`: pages for policy authors, generated from the schema of the input and from the policies.
import { resolve } from 'node:path';
import { Command } from 'commander';
import { findOpa } from '../../authoring/opa/opa.ts';
import { inputReference } from '../../authoring/reference/input-reference.ts';
import { reasonReference } from '../../authoring/reference/reason-reference.ts';
import { policyOwners } from '../../authoring/source/owner.ts';
import { inert } from '../../model/inert.ts';
import type { Output } from '../terminal/output.ts';
import { writeText } from '../write-file.ts';
import { chosenPolicies, policiesOption } from './folder.ts';

const EXAMPLES = `
Examples:
  $ panfed policy reference input                                   every field that a policy is given
  $ panfed policy reference reasons --output docs/policies/reasons.md
  $ panfed policy reference reasons esrf --policies ./my-policies   what one owner's policy says`;

interface ReferenceOptions {
  readonly output?: string;
}

/** The assumed place of a page that goes to stdout: its links start from the folder that the command is run in. */
const HERE = 'reference.md';

/**
 * `panfed policy reference` with `input` and `reasons`. Rejects with USAGE for an unknown owner or a file
 * that cannot be written; `reasons` also as {@link findOpa} and {@link reasonReference} do, with OPA_MISSING,
 * POLICY_INVALID or POLICY_TOO_COSTLY.
 */
export function referenceCommand(output: Output): Command {
  const command = new Command('reference')
    .description('print what policies are given, or what they say, as Markdown')
    .addHelpText('after', EXAMPLES);
  written(command.command('input'))
    .description('every field of the input: its values, its meaning and who states it')
    .action(async ({ output: file }: ReferenceOptions) => put(await inputReference(), file, output));
  written(command.command('reasons'))
    .description('every reason code: its texts, the actions that it denies, and its rule')
    .argument('[owner...]', 'federation, preference or a facility’s id; all unless said')
    .addOption(policiesOption())
    .action(async (names: string[], options: ReferenceOptions & { policies?: string }) => {
      const owners = policyOwners(chosenPolicies(options, output), names);
      const { output: file } = options;
      const page = resolve(file ?? HERE);
      await put(await reasonReference(await findOpa(), owners, page), file, output);
    });
  return command;
}

function written(command: Command): Command {
  return command.option('-o, --output <file>', 'write it to a file instead, replacing what is there');
}

async function put(text: string, file: string | undefined, output: Output): Promise<void> {
  // The page contains texts of policies, which may come from anybody.
  if (file === undefined) output.data(text.split('\n').map(inert).join('\n'));
  else await writeText(file, text, true);
}
