// The hash of a bundle's file as OPA computes it (v1/bundle/hash.go): for Rego over its bytes; for JSON over its
// content, whatever the order of its keys and the white space between them.
import { createHash, type Hash } from 'node:crypto';
import { isLosslessNumber } from 'lossless-json';
import { isJsonObject, type Json } from './json.ts';

/** The hashes of OPA that are neither broken nor truncated, by OPA's names, with Node's names (FIPS 180-4). */
export const HASHES = Object.freeze({ 'SHA-256': 'sha256', 'SHA-384': 'sha384', 'SHA-512': 'sha512' });

export type HashName = keyof typeof HASHES;

/** The hash of the bytes (FIPS 180-4) by this algorithm of OPA's bundle signatures, in lowercase hexadecimal. */
export const hashBytes = (bytes: Uint8Array, algorithm: HashName): string =>
  createHash(HASHES[algorithm]).update(bytes).digest('hex');

/**
 * The hash of a JSON document's content as OPA's bundle signatures compute it, in lowercase hexadecimal; neither white
 * space nor the order of keys matters. Recursive: {@link readJson} bounds the depth at 512 levels.
 */
export function hashDocument(document: Json, algorithm: HashName): string {
  const hash = createHash(HASHES[algorithm]);
  const text = new Buffered(hash);
  walk(document, text);
  text.flush();
  return hash.digest('hex');
}

function walk(value: Json, text: Buffered): void {
  if (Array.isArray(value)) {
    text.write('[');
    for (const [index, item] of value.entries()) {
      if (index > 0) text.write(',');
      walk(item, text);
    }
    text.write(']');
  } else if (isJsonObject(value)) {
    text.write('{');
    for (const [index, key] of sortedKeys(value).entries()) {
      text.write(`${index > 0 ? ',' : ''}${goString(key)}:`);
      walk(value[key] as Json, text);
    }
    text.write('}');
  } else if (isLosslessNumber(value)) text.write(value.value);
  else text.write(typeof value === 'string' ? goString(value) : String(value));
}

/** Keys in Go's order, which is that of UTF-8 bytes; the order of UTF-16 differs where there are surrogates. */
function sortedKeys(object: object): string[] {
  const keys = Object.keys(object);
  return keys.some((key) => /[\ud800-\udfff]/.test(key))
    ? keys.sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
    : keys.sort();
}

/**
 * A string as Go's encoding/json writes it without HTML escapes: unlike JSON.stringify, it escapes U+2028 and U+2029.
 */
const goString = (text: string): string =>
  JSON.stringify(text.toWellFormed()).replace(/[\u2028\u2029]/g, (separator) =>
    separator === '\u2028' ? '\\u2028' : '\\u2029',
  );

/** Collects text, since each update of a hash has a cost. */
class Buffered {
  readonly #hash: Hash;
  #text = '';

  constructor(hash: Hash) {
    this.#hash = hash;
  }

  write(text: string): void {
    this.#text += text;
    if (this.#text.length > 65_536) this.flush();
  }

  flush(): void {
    this.#hash.update(this.#text, 'utf8');
    this.#text = '';
  }
}
