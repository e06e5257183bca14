// Commander's errors about the command line, in the one form of every error: what, where, what to write.
import type { Command, CommanderError } from 'commander';
import { FederationError } from '../model/errors.ts';

/**
 * Makes the command throw each usage error as USAGE when it parses, and print none itself; help and version
 * end parsing with commander's own error. Returns the same command.
 */
export function throwsUsage(command: Command): Command {
  return command
    .showSuggestionAfterError()
    .configureOutput({ outputError: () => {} })
    .exitOverride((error) => {
      throw usageOf(error, command);
    });
}

/** The error itself if commander has printed the help or the version and ends. */
function usageOf(error: CommanderError, command: Command): Error {
  if (error.code === 'commander.help' || error.exitCode === 0) return error;
  const [what = '', near] = error.message.replace(/^error: /, '').split(/\n(?=\(Did you mean)/);
  const list = listOf(error.code, command);
  const hint = [...(near === undefined ? [] : [near.slice(1, -1)]), ...list, HELP(command)].join(' ');
  return new FederationError('USAGE', what, { at: pathOf(command), hint });
}

const HELP = (command: Command): string => `See: ${pathOf(command)} --help`;

function listOf(code: string, command: Command): string[] {
  const help = command.createHelp();
  if (code === 'commander.unknownOption') {
    const names = help.visibleOptions(command).map(({ long, short }) => long ?? short);
    return [`Options: ${names.join(', ')}.`];
  }
  if (code === 'commander.unknownCommand') {
    const names = help.visibleCommands(command).map((each) => each.name());
    return [`Commands: ${names.join(', ')}.`];
  }
  if (code === 'commander.missingArgument') {
    const choices = command.registeredArguments.find(({ argChoices }) => argChoices)?.argChoices ?? [];
    return choices.length === 0 ? [] : [`Values: ${choices.join(', ')}.`];
  }
  return [];
}

/** `panfed config check` */
function pathOf(command: Command): string {
  return command.parent === null ? command.name() : `${pathOf(command.parent)} ${command.name()}`;
}
