// The command tree: every command, and what all of them have in common.
import { Command } from 'commander';
import { addCompletion } from './completion.ts';
import { type CommandLoaders, loadCommands, wordsOfLine } from './load-commands.ts';
import { type Output, processOutput } from './terminal/output.ts';
import { throwsUsage } from './usage.ts';
import { version } from './version.ts';

const VERSION_FLAGS = ['-V', '--version'];

/** What needs no command: the script of a shell asks for them by `complete`. */
const WITHOUT_COMMANDS = [...VERSION_FLAGS, 'completion'];

/**
 * The root command `panfed` with the commands that its arguments name, or with all of them where they name
 * none. Parsing rejects with USAGE for bad arguments, else as the command does; help and version end it with
 * commander's own error ({@link throwsUsage}).
 */
export async function program(args: readonly string[] = []): Promise<Command> {
  const [word, ...words] = wordsOfLine(args);
  const output = processOutput();
  const root = new Command('panfed')
    .description('One question across the container registries of photon and neutron labs')
    .version(version, VERSION_FLAGS.join(', '), 'print the version')
    // What stands behind a command is the command's: `search --version 5` is a version of software.
    .enablePositionalOptions()
    .helpCommand('help [command]', 'explain how a command is used')
    .addHelpText(
      'after',
      `
Examples:
  $ panfed serve
  $ panfed search relion --at esrf
  $ panfed search --help

Exit codes: 0 done, 1 unexpected, 2 usage, 3 configuration or policy, 4 a test or a check failed, access changed or there is no job, 5 a source is unavailable.
https://no-color.org is respected; PANFED_DEBUG=1 shows where an error happened.`,
    );
  if (!WITHOUT_COMMANDS.includes(word ?? '')) {
    for (const command of await loadCommands(commandLoaders(words, output), word)) root.addCommand(command);
  }
  addCompletion(root, output);
  for (const command of commandsOf(root)) throwsUsage(command);
  return root;
}

function commandLoaders(words: readonly string[], output: Output): CommandLoaders {
  return {
    serve: async () => (await import('./serve/command.ts')).serveCommand(),
    search: async () => (await import('./search/command.ts')).searchCommand(),
    show: async () => (await import('./search/show.ts')).showCommand(),
    match: async () => (await import('./match/command.ts')).matchCommand(),
    job: async () => (await import('./job/command.ts')).jobCommand(),
    compare: async () => (await import('./compare/command.ts')).compareCommand(),
    history: async () => (await import('./history.ts')).historyCommand(),
    facilities: async () => (await import('./facilities.ts')).facilitiesCommand(),
    formats: async () => (await import('./vocabulary/formats.ts')).formatsCommand(),
    frameworks: async () => (await import('./vocabulary/frameworks.ts')).frameworksCommand(),
    token: async () => (await import('./token.ts')).tokenCommand(),
    policy: async () => (await import('./policy/command.ts')).policyCommand(output, words),
    registry: async () => (await import('./registry/command.ts')).registryCommand(),
    doctor: async () => (await import('./doctor/command.ts')).doctorCommand(),
    labels: async () => (await import('./labels/command.ts')).labelsCommand(output),
    store: async () => (await import('./store/command.ts')).storeCommand(output),
    techniques: async () => (await import('./vocabulary/techniques.ts')).techniquesCommand(),
    vocabulary: async () => (await import('./vocabulary/command.ts')).vocabularyCommand(),
    config: async () => (await import('./config/command.ts')).configCommand(),
  };
}

/** Commander hands settings on to commands made by `command()`, not to added ones: so each is set by itself. */
function commandsOf(command: Command): Command[] {
  return [command, ...command.commands.flatMap(commandsOf)];
}
