// Reading one field of an unproven record: its type, its bounds, its text made inert; or the reason why it is broken.
import { inert } from '../model/inert.ts';

/** A record breaks the contract. The message is the reason that the admin reads; nothing is thrown beyond ingest. */
export class Broken extends Error {
  override readonly name = 'Broken';
}

export type Unproven = Readonly<Record<string, unknown>>;

/** Most texts are plain: they need neither normalization nor cleaning. */
const PLAIN = /^[\x20-\x7e]*$/;

/** One line: well-formed, NFC, inert, trimmed; null where nothing is left. */
export function cleanLine(text: string): string | null {
  const clean = (PLAIN.test(text) ? text : inert(text.toWellFormed().normalize('NFC'))).trim();
  return clean === '' ? null : clean;
}

/** As {@link cleanLine}, and the breaks between lines are kept. */
export function cleanProse(text: string): string | null {
  if (PLAIN.test(text)) return cleanLine(text);
  const lines = text.split(/\r\n|[\n\r\u2028\u2029]/).map((line) => cleanLine(line) ?? '');
  const clean = lines.join('\n').trim();
  return clean === '' ? null : clean;
}

export function readObject(value: unknown, at: string): Unproven {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw mistyped(at, 'an object', value);
  return value as Unproven;
}

/** null where it was not said. */
export function readLine(value: unknown, at: string, most: number): string | null {
  return readText(value, at, most, cleanLine);
}

export function readProse(value: unknown, at: string, most: number): string | null {
  return readText(value, at, most, cleanProse);
}

/** A list of lines; null where it was not said. Empty lines say nothing and are left out. */
export function readLines(value: unknown, at: string, most: number, length: number): string[] | null {
  const lines = readList(value, at, most, (entry, where) => {
    if (typeof entry !== 'string') throw mistyped(where, 'text', entry);
    return readLine(entry, where, length);
  });
  return lines === null ? null : lines.filter((line) => line !== null);
}

/** null where it was not said; a list is never longer than `most`. */
export function readList<T>(
  value: unknown,
  at: string,
  most: number,
  read: (entry: unknown, at: string) => T,
): T[] | null {
  if (value === null || value === undefined) return null;
  if (!Array.isArray(value)) throw mistyped(at, 'a list', value);
  if (value.length > most) throw new Broken(`${at}: ${value.length} entries, at most ${most} are allowed`);
  return value.map((entry, index) => read(entry, `${at}[${index}]`));
}

/** A word of an enumeration; null where it was not said. A word that is none of them breaks the record. */
export function readWord<T extends string>(value: unknown, at: string, words: readonly T[]): T | null {
  if (value === null || value === undefined) return null;
  const word = words.find((one) => one === value);
  if (word === undefined) throw mistyped(at, `one of ${words.join(', ')}`, value);
  return word;
}

export function readFlag(value: unknown, at: string): boolean | null {
  if (value === null || value === undefined) return null;
  if (typeof value !== 'boolean') throw mistyped(at, 'true or false', value);
  return value;
}

/** A whole number that is not negative; any other number says nothing, and is null. */
export function readAmount(value: unknown, at: string): number | null {
  if (value === null || value === undefined) return null;
  if (typeof value !== 'number') throw mistyped(at, 'a number', value);
  return Number.isSafeInteger(value) && value >= 0 ? value : null;
}

export function mistyped(at: string, expected: string, value: unknown): Broken {
  return new Broken(`${at}: expected ${expected}, got ${shown(value)}`);
}

function readText(
  value: unknown,
  at: string,
  most: number,
  clean: (text: string) => string | null,
): string | null {
  if (value === null || value === undefined) return null;
  if (typeof value !== 'string') throw mistyped(at, 'text', value);
  // Cleaning makes a text a few times longer at the most, or shorter: what is far too long is not worth it.
  const text = value.length > 4 * most ? value : clean(value);
  if (text !== null && text.length > most) {
    throw new Broken(`${at}: ${text.length} characters, at most ${most} are allowed`);
  }
  return text;
}

function shown(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value.length > 60 ? `${value.slice(0, 60)}…` : value);
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (value === null || value === undefined) return 'nothing';
  return Array.isArray(value) ? 'a list' : 'an object';
}
