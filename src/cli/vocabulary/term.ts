// What the commands that look up terms have in common: their options, one term as lines, and a term that nothing has.
import { type Command, Option } from 'commander';
import { FederationError } from '../../model/errors.ts';
import { inert } from '../../model/inert.ts';
import { nearest } from '../../model/nearest.ts';
import type { Output } from '../terminal/output.ts';

export interface TermOptions {
  readonly format: 'table' | 'json';
}

/** Adds `[term...]`, whose words are one term, and `--format`. Returns the same command. */
export function withTermOptions(command: Command, what: string): Command {
  return command
    .argument('[term...]', what)
    .addOption(
      new Option('--format <format>', 'how the answer is written')
        .choices(['table', 'json'])
        .default('table'),
    );
}

/** The term of the words; null where there are none. */
export const termOfWords = (words: readonly string[]): string | null =>
  words.length === 0 ? null : words.join(' ');

/**
 * A line for each fact that has a text: its title, padded, and the text, inert.
 */
export function facts(lines: readonly (readonly [title: string, text: string])[], output: Output): string {
  const said = lines.filter(([, text]) => text !== '');
  const width = Math.max(0, ...said.map(([title]) => title.length)) + 2;
  return said.map(([title, text]) => `${output.style('bold', title.padEnd(width))}${inert(text)}\n`).join('');
}

/** Names that are suggested have the term as a part of them where none is like it. */
const MAX = 5;

/** USAGE for a term that nothing has, with the names that are nearest to it, or have it within, at most five. */
export function unknownTerm(
  term: string,
  kind: 'format' | 'framework',
  names: readonly string[],
): FederationError {
  const word = term.slice(0, 64);
  const part = word.trim().toLowerCase();
  const like = nearest(word, names);
  const near =
    like.length > 0 ? like : names.filter((name) => name.toLowerCase().includes(part)).slice(0, MAX);
  return new FederationError('USAGE', `the vocabulary has no ${kind} ${JSON.stringify(inert(word))}`, {
    at: `panfed ${kind}s`,
    hint: `${near.length === 0 ? '' : `Did you mean ${near.join(', ')}? `}All of them: panfed ${kind}s`,
  });
}
