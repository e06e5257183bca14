// The command tree: every command, and what all of them have in common.
import tab from '@bomb.sh/tab/commander';
import { Command } from 'commander';
import { configCommand } from './config.ts';
import { facilitiesCommand } from './facilities.ts';
import { policyCommand } from './policy.ts';
import { registryCommand } from './registry.ts';
import { searchCommand } from './search.ts';
import { serveCommand } from './serve.ts';
import { showCommand } from './show.ts';
import { tokenCommand } from './token.ts';
import { throwsUsage } from './usage.ts';
import { version } from './version.ts';

export function program(): Command {
  const root = new Command('panfed')
    .description('One question across the container registries of photon and neutron labs')
    .version(version, '-V, --version', 'print the version')
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
  addCompletion(root);
  for (const command of commandsOf(root)) throwsUsage(command);
  return root;
}

/** `panfed completion <shell>`, whose script asks the hidden command `complete` at each press of the key. */
function addCompletion(root: Command): void {
  tab(root, { completionCommandName: 'completion' });
  root.commands
    .find((command) => command.name() === 'completion')
    ?.description('print what makes a shell complete commands and options')
    .addHelpText(
      'after',
      '\nExamples:\n  $ source <(panfed completion bash)\n  $ panfed completion zsh > ~/.zfunc/_panfed\n  $ panfed completion fish > ~/.config/fish/completions/panfed.fish',
    );
}

/** Settings reach the commands that are made in place, not those that are added: hence one by one. */
function commandsOf(command: Command): Command[] {
  return [command, ...command.commands.flatMap(commandsOf)];
}
