// A block of a terminal's screen: commands behind `$ `, each with what it printed below it.
import type { Block } from './markdown.ts';

export interface Exchange {
  /** Lines of one command; all but the last end with a backslash. */
  readonly command: string[];
  readonly output: string[];
}

export function exchangesOf(lines: readonly string[]): Exchange[] {
  const exchanges: Exchange[] = [];
  let open = false;
  for (const line of lines) {
    const last = exchanges.at(-1);
    if (open) last?.command.push(line);
    else if (line.startsWith('$ ')) exchanges.push({ command: [line.slice(2)], output: [] });
    else last?.output.push(line);
    open = (open || line.startsWith('$ ')) && line.endsWith('\\');
  }
  return exchanges;
}

/** The only command of a block, or the first. */
export function commandOf({ lines }: Pick<Block, 'lines'>): string {
  return exchangesOf(lines)[0]?.command.join('\n') ?? '';
}

/** A command as it stands in a block, above what it printed. */
export function asShown(command: readonly string[], printed: string): string[] {
  const [first = '', ...rest] = command;
  return [`$ ${first}`, ...rest, ...(printed === '' ? [] : printed.replace(/\n$/, '').split('\n'))];
}
