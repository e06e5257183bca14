// `panfed policy init`: writes a facility's first policy with its test, to start from.
import type { Command } from 'commander';
import { writeFirstPolicy } from '../../authoring/source/first-policy.ts';
import { inert } from '../../model/inert.ts';
import type { Output } from '../terminal/output.ts';
import { DEFAULT_POLICIES } from './folder.ts';

/**
 * Adds arguments, options and action to a command; returns the same command. Unlike the others it always
 * defaults to ./policies: a new policy is not written beside those that panfed ships. The action rejects as
 * {@link writeFirstPolicy} does: with USAGE for an id that is not valid or has a policy already, or a folder
 * that cannot be made.
 */
export function initCommand(command: Command, output: Output): Command {
  return command
    .description('write a facility’s first policy and its test; what is there is not replaced')
    .argument('<facility>', 'its id, as in federation.yaml')
    .option('--policies <folder>', 'where the policies are', DEFAULT_POLICIES)
    .addHelpText(
      'after',
      `
Examples:
  $ panfed policy init kit
  $ panfed policy init kit --policies ./my-policies`,
    )
    .action(async (id: string, { policies }: { policies: string }) => {
      for (const file of await writeFirstPolicy(policies, id)) output.data(`${inert(file)}\n`);
      const rest = `${id} --policies ${policies}`;
      output.message(
        `now: panfed policy check ${rest}\n     panfed policy test ${rest}\n     panfed policy build ${rest}\n`,
      );
    });
}
