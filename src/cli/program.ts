// The command tree: every command, and what all of them have in common.
import { Command } from 'commander';
import { addCompletion } from './completion.ts';
import { configCommand } from './config/command.ts';
import { facilitiesCommand } from './facilities.ts';
import { policyCommand } from './policy/command.ts';
import { registryCommand } from './registry/command.ts';
import { searchCommand } from './search/command.ts';
import { showCommand } from './search/show.ts';
import { serveCommand } from './serve/command.ts';
import { processOutput } from './terminal/output.ts';
import { tokenCommand } from './token.ts';
import { throwsUsage } from './usage.ts';
import { version } from './version.ts';

/**
 * The root command `panfed` with all its commands. Parsing rejects with a FederationError, and with USAGE for bad
 * arguments.
 */
export function program(): Command {
  const root = new Command('panfed')
    .description('One question across the container registries of photon and neutron labs')
    .version(version, '-V, --version', 'print the version')
    // What stands behind a command is the command's: `search --version 5` is a version of software.
    .enablePositionalOptions()
    .helpCommand('help [command]', 'tell how a command is used')
    .addCommand(serveCommand())
    .addCommand(searchCommand())
    .addCommand(showCommand())
    .addCommand(facilitiesCommand())
    .addCommand(tokenCommand())
    .addCommand(policyCommand())
    .addCommand(registryCommand())
    .addCommand(configCommand())
    .addHelpText(
      'after',
      `
Examples:
  $ panfed serve
  $ panfed search relion --may pull
  $ panfed search --help

Exit codes: 0 done, 1 unexpected, 2 usage, 3 configuration or policy, 4 tests failed or access changed, 5 a source is unavailable.
https://no-color.org is respected; PANFED_DEBUG=1 shows where an error happened.`,
    );
  addCompletion(root, processOutput());
  for (const command of commandsOf(root)) throwsUsage(command);
  return root;
}

/** Commander hands settings on to commands made by `command()`, not to added ones: so each is set by itself. */
function commandsOf(command: Command): Command[] {
  return [command, ...command.commands.flatMap(commandsOf)];
}
