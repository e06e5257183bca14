// `panfed completion <shell>`; its script runs the hidden command `complete` at each press of Tab.
import { readFile } from 'node:fs/promises';
import tab from '@bomb.sh/tab/commander';
import type { Command } from 'commander';
import type { Output } from './terminal/output.ts';

/** Replaces the library's script, which evaluates the line: Tab would run a `$(…)` in it. */
const BASH = new URL('../../src/cli/completion.bash', import.meta.url);

/** The last line of the output of `complete`, as the scripts read it. */
const FILES = ':0';
const NO_FILES = ':4';

/**
 * Adds `completion` and the hidden `complete` to the root command. Call it after all other commands were added. The
 * action rejects with the file system's error if the script for bash cannot be read.
 */
export function addCompletion(root: Command, output: Pick<Output, 'data'>): void {
  const tree = tab(root, { completionCommandName: 'completion' });
  const named = (name: string): Command | undefined => root.commands.find((each) => each.name() === name);
  named('completion')
    ?.description('print what makes a shell complete commands, options and their values')
    .addHelpText(
      'after',
      '\nExamples:\n  $ source <(panfed completion bash)\n  $ panfed completion zsh > ~/.zfunc/_panfed\n  $ panfed completion fish > ~/.config/fish/completions/panfed.fish\n\nWhat has no values of its own is completed with the names of files.',
    )
    .action(async (shell: string) => {
      if (shell === 'bash') output.data(await readFile(BASH, 'utf8'));
      else tree.setup('panfed', 'panfed', shell);
    });
  named('complete')?.action((words: string[]) => {
    const written = writtenBy(() => tree.parse([...words]));
    output.data(answer(written));
  });
}

/** The lines that the library prints to the console; it does not return them. */
function writtenBy(work: () => void): string[] {
  const { log } = console;
  const lines: string[] = [];
  console.log = (line: string) => void lines.push(line);
  try {
    work();
  } finally {
    console.log = log;
  }
  return lines;
}

/** The library never completes file names; here they are completed where there is nothing else. */
function answer(lines: readonly string[]): string {
  const found = lines.filter((line) => !/^:\d+$/.test(line)).map((line) => line.trimEnd());
  return `${[...found, found.length === 0 ? FILES : NO_FILES].join('\n')}\n`;
}
