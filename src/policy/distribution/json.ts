// JSON as a signature covers it: numbers keep their spelling, and the text has only one reading.
import { isLosslessNumber, type LosslessNumber, parse } from 'lossless-json';
import { outlineOf } from '../../model/json.ts';
import { isObject } from '../../model/json-object.ts';

export type Json = null | boolean | string | LosslessNumber | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: Json;
}

/** Levels; OPA allows 10,000, which no document needs and which may overflow a stack. */
const MAX_DEPTH = 512;

/**
 * The document in UTF-8 text. Throws a SyntaxError with a message for people if it is not JSON by RFC 8259, begins with
 * a byte order mark, has a key twice or one that is not well-formed Unicode, or is nested deeper than 512 levels.
 */
export function readJson(bytes: Uint8Array): Json {
  const text = decode(bytes);
  const { deepest, colons } = outlineOf(text);
  // Checked before parsing, since the parser recurses.
  if (deepest > MAX_DEPTH) throw new SyntaxError(`it is nested deeper than ${MAX_DEPTH} levels`);
  const document = parse(text) as Json;
  // The parser allows a key that is repeated with an equal value. Outside of strings each colon belongs to one key.
  if (countKeys(document) !== colons) throw new SyntaxError('a key occurs twice');
  return document;
}

/**
 * Whether a value is a JSON object (RFC 8259). A number is none, though it is an object here, so that no digit is
 * lost.
 */
export function isJsonObject(value: Json | undefined): value is JsonObject {
  return isObject(value) && !isLosslessNumber(value);
}

function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new SyntaxError('it is not UTF-8');
  }
}

function countKeys(value: Json): number {
  if (Array.isArray(value)) return value.reduce((sum: number, item: Json) => sum + countKeys(item), 0);
  if (!isJsonObject(value)) return 0;
  const keys = Object.keys(value);
  // Go replaces half of a surrogate pair, so that two keys may be one for OPA.
  if (!keys.every((key) => key.isWellFormed())) throw new SyntaxError('a key has half of a surrogate pair');
  return keys.reduce((sum, key) => sum + countKeys(value[key] as Json), keys.length);
}
