// Parses JSON (RFC 8259) that has only one meaning: nested to a bound, and without duplicate keys. Parsers differ in
// which value of a duplicate key they take, and one of the values may be a restriction.

/** Maximum levels of arrays and objects: more than any of our formats has. */
export const JSON_DEPTH = 64;

/** Counts of the text outside of strings, if it is JSON. */
export interface JsonOutline {
  readonly deepest: number;
  /** The number of keys as written, duplicates included. */
  readonly colons: number;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/**
 * Calls `visit` with each unit of a JSON text (RFC 8259) outside of strings, the depth after it, and its index, from 0;
 * for a string with its opening quote. One pass over UTF-8 or UTF-16: no part of a longer character equals a bracket, a
 * quote or a colon. Ends early where `visit` gives true. Throws only what `visit` throws: the text is not checked.
 */
export function scanJson(
  text: Uint8Array | string,
  visit: (unit: number, depth: number, index: number) => boolean,
): void {
  const at =
    typeof text === 'string'
      ? (index: number) => text.charCodeAt(index)
      : (index: number) => text[index] as number;
  let depth = 0;
  for (let index = 0; index < text.length; index += 1) {
    const unit = at(index);
    if (unit === 0x5b || unit === 0x7b) depth += 1;
    else if (unit === 0x5d || unit === 0x7d) depth -= 1;
    if (visit(unit, depth, index)) return;
    if (unit !== QUOTE) continue;
    for (index += 1; index < text.length && at(index) !== QUOTE; index += 1) {
      if (at(index) === BACKSLASH) index += 1;
    }
  }
}

/**
 * How deep a text of JSON (RFC 8259) is nested, and how many keys it has, in one pass over UTF-8 or UTF-16 without
 * parsing. Never throws: text that is not JSON gives counts that mean nothing.
 */
export function outlineOf(text: Uint8Array | string): JsonOutline {
  let deepest = 0;
  let colons = 0;
  scanJson(text, (unit, depth) => {
    if (depth > deepest) deepest = depth;
    else if (unit === 0x3a) colons += 1;
    return false;
  });
  return { deepest, colons };
}

/**
 * The value of a JSON text (RFC 8259; bytes are UTF-8).
 * @throws SyntaxError if it is not UTF-8, not JSON, nested deeper than {@link JSON_DEPTH} (64) or has a key twice; the
 * message contains nothing of the text
 */
export function parseJsonOnce(text: Uint8Array | string): unknown {
  const { deepest, colons } = outlineOf(text);
  if (deepest > JSON_DEPTH) throw new SyntaxError(`is nested deeper than ${JSON_DEPTH} levels`);
  const value = parse(typeof text === 'string' ? text : decode(text));
  if (countKeys(value) !== colons) throw new SyntaxError('has a key twice');
  return value;
}

function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new SyntaxError('is not UTF-8', { cause });
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new SyntaxError('is not JSON', { cause });
  }
}

/** The number of keys of all objects within; a duplicate key, in whatever spelling, counts once. */
function countKeys(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  let count = 0;
  if (Array.isArray(value)) {
    for (const item of value) count += countKeys(item);
    return count;
  }
  for (const key of Object.keys(value)) count += 1 + countKeys((value as Record<string, unknown>)[key]);
  return count;
}
