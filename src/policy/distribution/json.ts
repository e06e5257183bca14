// JSON as a signature covers it: numbers keep their spelling, and nothing is left to two readings.
import { isLosslessNumber, type LosslessNumber, parse } from 'lossless-json';
import { outlineOf } from '../../model/json.ts';
import { isObject } from '../../model/json-object.ts';

export type Json = null | boolean | string | LosslessNumber | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: Json;
}

/** Levels; OPA takes 10,000, which no document needs and a stack may not have. */
const DEEPEST = 512;

/**
 * The document of UTF-8 text. Throws SyntaxError, its message in words, where it is not one of RFC 8259, begins with a
 * byte order mark, has a key twice or one that is not well-formed, or is nested deeper than 512 levels.
 */
export function readJson(bytes: Uint8Array): Json {
  const text = decode(bytes);
  const { deepest, colons } = outlineOf(text);
  // Before it is parsed, since the parser recurses.
  if (deepest > DEEPEST) throw new SyntaxError(`it is nested deeper than ${DEEPEST} levels`);
  const document = parse(text) as Json;
  // The parser lets a key pass that is given an equal value again. Outside of strings each colon belongs to one key.
  if (countKeys(document) !== colons) throw new SyntaxError('a key is there twice');
  return document;
}

/** Not a number, which is an object here. */
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
  // Go replaces half a surrogate pair: two keys may be one for OPA.
  if (!keys.every((key) => key.isWellFormed())) throw new SyntaxError('a key has half of a surrogate pair');
  return keys.reduce((sum, key) => sum + countKeys(value[key] as Json), keys.length);
}
