// Which commands a process loads: the one that its words name. The code of all others would take it half a second.
import type { Command } from 'commander';

/** How each command is loaded, by its name, in the order in which help lists them. */
export type CommandLoaders = Readonly<Record<string, () => Promise<Command> | Command>>;

/**
 * The command that a word names alone; all, in the order of `loaders`, where it names none of them, as for help and for
 * a mistyped name. Rejects as the loaders do.
 */
export async function loadCommands(
  loaders: CommandLoaders,
  word: string | undefined,
): Promise<readonly Command[]> {
  const named = word !== undefined && Object.hasOwn(loaders, word) ? loaders[word] : undefined;
  return Promise.all((named === undefined ? Object.values(loaders) : [named]).map((load) => load()));
}

/**
 * The words that name commands: those of the line itself, or of the line that `complete` is given, without
 * the last, which is still being written.
 */
export function wordsOfLine(args: readonly string[]): readonly string[] {
  const [command, separator, ...line] = args;
  // The last word is still being written: `show` may become `show-all`.
  return command === 'complete' && separator === '--' ? line.slice(0, -1) : args;
}
