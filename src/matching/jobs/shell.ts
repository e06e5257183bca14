// Texts of bash scripts: whatever a template is given is quoted, so that no text from outside is read as anything but itself.

import { UNSHOWN } from './unshown.ts';

/** What bash may read as it is: made by {@link sh} and {@link lines} alone. */
export class ShellText {
  readonly #text: string;
  private constructor(text: string) {
    this.#text = text;
  }
  static of(strings: readonly string[], values: readonly ShellValue[]): ShellText {
    return new ShellText(
      strings.map((text, at) => text + (at in values ? written(values[at]) : '')).join(''),
    );
  }
  toString(): string {
    return this.#text;
  }
}

/** A text becomes one word of the shell, a list as many words as it has. */
export type ShellValue = string | number | ShellText | readonly (string | ShellText)[];

/** Tag of templates: the template's own text is bash, and each value is quoted. */
export const sh = (strings: TemplateStringsArray, ...values: readonly ShellValue[]): ShellText =>
  ShellText.of(strings, values);

/** Statements of a script, each whole and on one line: they may be separated by line ends or by `;`. */
export type Statements = readonly ShellText[];

/** Those that are not null, in order. */
export const statements = (...all: readonly (ShellText | null)[]): Statements =>
  all.filter((one) => one !== null);

function written(value: ShellValue | undefined): string {
  if (value === undefined) return '';
  if (typeof value === 'string') return quoted(value);
  if (typeof value === 'number' || value instanceof ShellText) return String(value);
  return value.map((one) => written(one)).join(' ');
}

/** Bytes of one argument or one variable of a program, by Linux (MAX_ARG_STRLEN of execve(2), without the NUL). */
export const ARGUMENT_BYTES = 131_071;

/** Characters that no shell gives a meaning. */
const PLAIN = /^[A-Za-z0-9_./:=@%+,-]+$/;
/** Divides a text into what is shown, and what is not. */
const RUNS = new RegExp(`([${UNSHOWN}]+)`, 'u');

/**
 * One word of bash that is the text (POSIX.1-2017, Shell Command Language, 2.2, and bash's `$'…'`). No line ends in it, so that none
 * begins with what Slurm or Grid Engine reads as an option; and a `$` of the text is followed by a quote, so that HTCondor finds
 * no macro in it.
 */
export function quoted(text: string): string {
  if (PLAIN.test(text)) return text;
  const pieces = text.split(RUNS).map((piece, at) => (at % 2 === 0 ? inQuotes(piece) : inBytes(piece)));
  return pieces.join('') || "''";
}

const inQuotes = (text: string): string =>
  text === '' ? '' : `'${text.replaceAll(/['$]/g, (one) => (one === '$' ? "$''" : "'\\''"))}'`;

const inBytes = (text: string): string =>
  `$'${[...Buffer.from(text)].map((byte) => `\\x${byte.toString(16).padStart(2, '0')}`).join('')}'`;
