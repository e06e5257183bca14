// `panfed store …`: what the operator of a gateway does with its store.
import { Command } from 'commander';
import type { Environment } from '../../config/secrets.ts';
import { type Output, processOutput } from '../terminal/output.ts';
import { checkCommand } from './check.ts';
import { exportCommand } from './export.ts';
import { infoCommand } from './info.ts';
import { pruneCommand } from './prune.ts';

const EXAMPLES = `
Examples:
  $ panfed store info                       where the store is, and what it has of each registry
  $ panfed store check                      reads back everything; exit code 3 if something is not as it was written
  $ panfed store export backup.sqlite       a copy of one moment, while the gateway runs
  $ panfed store prune --dry-run            what nobody needs any more

Run them as the gateway's user, with its federation.yaml and its secrets.`;

/**
 * `panfed store` with its subcommands; output and environment are the process's by default. They reject with
 * USAGE (`prune`, `export`) or CONFIG_INVALID, and as the store does: with STORE_NEWER, STORE_INVALID,
 * STORE_IN_USE, STORE_DAMAGED or STORE_UNAVAILABLE.
 */
export function storeCommand(output: Output = processOutput(), env: Environment = process.env): Command {
  return new Command('store')
    .description('look after what a gateway keeps over a restart')
    .addHelpText('after', EXAMPLES)
    .addCommand(infoCommand(output, env))
    .addCommand(checkCommand(output, env))
    .addCommand(pruneCommand(output, env))
    .addCommand(exportCommand(output, env));
}
