// Reading what stands in a label: text made inert, bounded, and of the kind that is asked for, or the reason why not.
import { BOUNDS } from '../../model/bounds.ts';
import type { StatedFramework } from '../../model/field.ts';
import { inert } from '../../model/inert.ts';
import { parseJsonOnce } from '../../model/json.ts';

/** A label's value is not what it should be. The message says why, in our words; it never leaves the mapper as an error. */
export class Unreadable extends Error {
  override readonly name = 'Unreadable';
}

/** A value: the text of a label of its own, or what stands at its name in the JSON of `io.panfed.image`. */
export type Stated = unknown;

/**
 * One line of at most `max` UTF-16 units, trimmed, in NFC and inert, since JSON can hold what a label's text cannot;
 * null: empty. Throws {@link Unreadable} for any other value.
 */
export function readText(value: Stated, max: number): string | null {
  if (typeof value !== 'string') throw new Unreadable('is not text');
  const text = inert(value.toWellFormed().normalize('NFC')).trim();
  if (text.length > max) throw new Unreadable(`is longer than ${max} characters`);
  return text === '' ? null : text;
}

/**
 * License terms, trimmed, in NFC and inert, of at most `BOUNDS.license` (1,024) UTF-16 units; null: empty. No
 * part is lost without a trace: what is too long is cut and ends in `…`, and a value that is not text is its
 * JSON, so that it is a license that nobody recognizes, and no other label's is taken for it. Never throws
 * {@link Unreadable}.
 */
export function readLicense(value: Stated): string | null {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  const clean = inert(text.toWellFormed().normalize('NFC')).trim();
  if (clean.length > BOUNDS.license) return `${clean.slice(0, BOUNDS.license - 1).toWellFormed()}…`;
  return clean === '' ? null : clean;
}

/**
 * An http or https URL of at most `BOUNDS.url` (2,048) UTF-16 units; null: empty. Throws {@link Unreadable}
 * for any other value.
 */
export function readUrl(value: Stated): string | null {
  const text = readText(value, BOUNDS.url);
  if (text === null) return null;
  if (!/^https?:\/\//i.test(text) || !URL.canParse(text)) throw new Unreadable('is not an http or https URL');
  return text;
}

/**
 * A time as RFC 3339 writes it, of at most 64 UTF-16 units, as it is written but trimmed; a date alone is the beginning of that
 * day in UTC. null: empty. Throws {@link Unreadable} for any other value.
 */
export function readTime(value: Stated): string | null {
  const text = readText(value, 64);
  if (text === null) return null;
  if (/^\d{4}-\d\d-\d\d$/.test(text) && isDay(text)) return `${text}T00:00:00Z`;
  if (!/^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d/.test(text) || Number.isNaN(Date.parse(text))) {
    throw new Unreadable('is not a time as RFC 3339 writes it');
  }
  return text;
}

/** Whether there is such a day: `2024-02-30` is none, although it can be parsed. */
function isDay(date: string): boolean {
  const time = Date.parse(`${date}T00:00:00Z`);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(date);
}

/**
 * The entries of a list: a JSON array, or values between commas, trimmed and without empty ones. Throws
 * {@link Unreadable} for another value, for text that begins as JSON and is not, or for more than `max`
 * entries.
 */
export function readItems(value: Stated, max: number): readonly unknown[] {
  const items = typeof value === 'string' ? (readJson(value) ?? splitAtCommas(value)) : value;
  if (!Array.isArray(items)) throw new Unreadable('is not a list');
  if (items.length > max) throw new Unreadable(`has more than ${max} entries`);
  return items;
}

/**
 * A list of at most `max` lines, each of at most `BOUNDS.name` (256) UTF-16 units, without empty ones. Throws
 * {@link Unreadable} as {@link readItems} and {@link readText} do.
 */
export function readNames(value: Stated, max: number): string[] {
  return readItems(value, max)
    .map((item) => readText(item, BOUNDS.name))
    .filter((name) => name !== null);
}

/**
 * `[{"name": "relion", "version": "4.0.1"}]`, or `relion@4.0.1, ctffind`: at most `BOUNDS.frameworks` (32),
 * with names of 256 and versions of 128 UTF-16 units; null: no version. Those without a name are left out.
 * Throws {@link Unreadable} for anything else.
 */
export function readFrameworks(value: Stated): StatedFramework[] {
  return readItems(value, BOUNDS.frameworks).flatMap((item) => {
    const at = typeof item === 'string' ? item.lastIndexOf('@') : -1;
    const { name, version } =
      typeof item === 'string'
        ? { name: at > 0 ? item.slice(0, at) : item, version: at > 0 ? item.slice(at + 1) : null }
        : readObject(item);
    const named = readText(name, BOUNDS.name);
    return named === null
      ? []
      : [{ name: named, version: orNull(version, (text) => readText(text, BOUNDS.version)) }];
  });
}

/** The boolean, or the words `true` and `false` in any case. Throws {@link Unreadable} for any other value. */
export function readFlag(value: Stated): boolean {
  const word = typeof value === 'string' ? value.trim().toLowerCase() : value;
  if (word === true || word === 'true') return true;
  if (word === false || word === 'false') return false;
  throw new Unreadable('is neither true nor false');
}

/** A JSON object. Throws {@link Unreadable} for anything else. */
export function readObject(value: Stated): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new Unreadable('is not a JSON object');
  return value as Readonly<Record<string, unknown>>;
}

/**
 * JSON (RFC 8259) where the text begins as a list or an object does; null where it does not. Throws
 * {@link Unreadable} for what then is not JSON, is nested deeper than 64 levels, or has a key twice.
 */
export function readJson(text: string): unknown {
  if (!/^\s*[[{]/.test(text)) return null;
  try {
    return parseJsonOnce(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new Unreadable(error.message);
  }
}

/** What `read` makes of a value, and throws; null where there is none (null or undefined). */
export function orNull<T>(value: Stated, read: (value: Stated) => T | null): T | null {
  return value === undefined || value === null ? null : read(value);
}

/** A whole number from 0 to 2^53 - 1, of JSON. Throws {@link Unreadable} for anything else. */
export function readAmount(value: Stated): number {
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0) {
    throw new Unreadable('has an amount that is not a whole number');
  }
  return value;
}

const splitAtCommas = (text: string): string[] =>
  text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
