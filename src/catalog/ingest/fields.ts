// Reads one field of an unchecked record: checks its type and bounds and makes its text inert, or throws why it is
// invalid.
import { cleanLine, cleanProse } from '../../model/clean-text.ts';

/** Thrown if a record breaks the contract. The message is the reason that the admin reads; ingest catches it. */
export class Broken extends Error {
  override readonly name = 'Broken';
}

export type Unproven = Readonly<Record<string, unknown>>;

/** The value as an object with unchecked fields. Throws {@link Broken} for anything else; `at` is the field's path. */
export function readObject(value: unknown, at: string): Unproven {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw mistyped(at, 'an object', value);
  return value as Unproven;
}

/**
 * A line by {@link cleanLine}; null if it is missing, or nothing of it is left. Throws {@link Broken} for another type, for
 * a line of more than `max` UTF-16 units when it is cleaned, and for a text of more than four times as many before,
 * whatever would be left of it; `at` is the field's path, for the message.
 */
export function readLine(value: unknown, at: string, max: number): string | null {
  return readText(value, at, max, cleanLine);
}

/** As {@link readLine}, for text of several lines by {@link cleanProse}; null and {@link Broken} as there. */
export function readProse(value: unknown, at: string, max: number): string | null {
  return readText(value, at, max, cleanProse);
}

/**
 * A list of at most `max` lines of at most `length` UTF-16 units, in their order; null if it is missing. Empty lines
 * are left out. Throws {@link Broken} beyond these bounds and for another type, an entry's included.
 */
export function readLines(value: unknown, at: string, max: number, length: number): string[] | null {
  const lines = readList(value, at, max, (entry, where) => {
    if (typeof entry !== 'string') throw mistyped(where, 'text', entry);
    return readLine(entry, where, length);
  });
  return lines === null ? null : lines.filter((line) => line !== null);
}

/**
 * A list whose entries `read` reads, with each entry's path; null if it is missing. Throws {@link Broken} for another
 * type or beyond `max` entries, and as `read` does.
 */
export function readList<T>(
  value: unknown,
  at: string,
  max: number,
  read: (entry: unknown, at: string) => T,
): T[] | null {
  if (value === null || value === undefined) return null;
  if (!Array.isArray(value)) throw mistyped(at, 'a list', value);
  if (value.length > max) throw new Broken(`${at}: ${value.length} entries, at most ${max} are allowed`);
  return value.map((entry, index) => read(entry, `${at}[${index}]`));
}

/** A word of an enumeration, in the same case; null if it is missing. Throws {@link Broken} for any other value. */
export function readWord<T extends string>(value: unknown, at: string, words: readonly T[]): T | null {
  if (value === null || value === undefined) return null;
  const word = words.find((one) => one === value);
  if (word === undefined) throw mistyped(at, `one of ${words.join(', ')}`, value);
  return word;
}

/** A boolean; null if it is missing. Throws {@link Broken} for any other value. */
export function readFlag(value: unknown, at: string): boolean | null {
  if (value === null || value === undefined) return null;
  if (typeof value !== 'boolean') throw mistyped(at, 'true or false', value);
  return value;
}

/**
 * A safe integer from 0; null for any other number (a fraction, a negative or a larger one) or if it is missing. Throws
 * {@link Broken} for another type.
 */
export function readAmount(value: unknown, at: string): number | null {
  if (value === null || value === undefined) return null;
  if (typeof value !== 'number') throw mistyped(at, 'a number', value);
  return Number.isSafeInteger(value) && value >= 0 ? value : null;
}

/**
 * The error for a value that is not as expected: `<at>: expected <expected>, got <value>`; a text is cut to 60 UTF-16
 * units, and a list or an object only named.
 */
export function mistyped(at: string, expected: string, value: unknown): Broken {
  return new Broken(`${at}: expected ${expected}, got ${shown(value)}`);
}

function readText(
  value: unknown,
  at: string,
  max: number,
  clean: (text: string) => string | null,
): string | null {
  if (value === null || value === undefined) return null;
  if (typeof value !== 'string') throw mistyped(at, 'text', value);
  // Cleaning can make a text shorter: one that is far too long is refused without it.
  const text = value.length > 4 * max ? value : clean(value);
  if (text !== null && text.length > max) {
    throw new Broken(`${at}: ${text.length} characters, at most ${max} are allowed`);
  }
  return text;
}

function shown(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value.length > 60 ? `${value.slice(0, 60)}…` : value);
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (value === null || value === undefined) return 'nothing';
  return Array.isArray(value) ? 'a list' : 'an object';
}
