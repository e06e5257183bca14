// A catalog file: a YAML, JSON or NDJSON document of images, read within bounds, with the places of its parts.
import { extname } from 'node:path';
import type { Position } from '../config/problem.ts';
import { readYaml, type YamlDocument } from '../config/yaml.ts';
import { BOUNDS } from '../model/bounds.ts';
import { FederationError } from '../model/errors.ts';
import { isObject } from '../model/json-object.ts';
import { limitText } from '../model/size.ts';
import { parseJson } from '../network/body.ts';
import { upstreamText } from '../network/upstream-text.ts';
import { MalformedNode } from './source.ts';

/** The formats of catalogs: YAML, JSON (RFC 8259), or a line of JSON for each image. */
export const CATALOG_FORMATS = ['yaml', 'json', 'ndjson'] as const;
export type CatalogFormat = (typeof CATALOG_FORMATS)[number];

export interface CatalogDocument {
  /** null where the file does not say, as in a bare list or NDJSON. */
  readonly facility: unknown;
  readonly name: unknown;
  /** Images as the file has them, not yet in the contract's shape; a {@link MalformedNode} in place of a broken line. */
  readonly entries: readonly unknown[];
  /**
   * Where an entry stands, or the deepest part of `path` in it that the file has; in NDJSON its line, whatever the path. null in
   * a JSON file too large to look.
   */
  readonly locate: (entry: number, path?: readonly PropertyKey[]) => Position | null;
}

/** YAML beyond this takes seconds in which nothing else is done; JSON and NDJSON have no such bound of their own. */
const YAML_BYTES = 8_388_608;

const EXTENSIONS: Readonly<Record<string, CatalogFormat>> = {
  '.yaml': 'yaml',
  '.yml': 'yaml',
  '.json': 'json',
  '.ndjson': 'ndjson',
  '.jsonl': 'ndjson',
};

/**
 * The format that a file's extension names, in any case: .yaml and .yml, .json, .ndjson and .jsonl.
 * @throws FederationError CONFIG_INVALID for any other, its `at` the path
 */
export function catalogFormat(path: string): CatalogFormat {
  const format = EXTENSIONS[extname(path).toLowerCase()];
  if (format !== undefined) return format;
  throw new FederationError('CONFIG_INVALID', 'a catalog is a .yaml, .yml, .json, .ndjson or .jsonl file', {
    at: path,
  });
}

/**
 * Reads a catalog's bytes (UTF-8). `maxEntries` bounds the images, and YAML has at most 8 MiB. A line of
 * NDJSON that is not JSON, or longer than 256 KiB, is a {@link MalformedNode}; blank lines are passed over,
 * so that an empty file has no images in NDJSON, and is malformed in YAML and JSON.
 * @throws FederationError SOURCE_MALFORMED for what is not of the format, nested too deeply, or has no list
 * of images, and as {@link parseJson} does, and SOURCE_TOO_LARGE beyond a bound; its `at` is the line and
 * column where there is one
 */
export function readCatalog(bytes: Buffer, format: CatalogFormat, maxEntries: number): CatalogDocument {
  if (format === 'ndjson') return readLines(bytes, maxEntries);
  if (format === 'json') {
    const value = parseJson(bytes, 'the catalog');
    return readWhole(value, maxEntries, () => placesOfJson(bytes));
  }
  if (bytes.length > YAML_BYTES) {
    throw new FederationError('SOURCE_TOO_LARGE', `a YAML catalog has at most ${limitText(YAML_BYTES)}`, {
      hint: 'write a large catalog as NDJSON, one image a line',
    });
  }
  const yaml = yamlOf(bytes);
  return readWhole(plain(yaml), maxEntries, () => yaml);
}

/** JSON is YAML too, which gives its places when they are asked for; null where that would take seconds. */
function placesOfJson(bytes: Buffer): YamlDocument | null {
  if (bytes.length > YAML_BYTES / 8) return null;
  try {
    return yamlOf(bytes);
  } catch (error) {
    if (error instanceof FederationError) return null;
    throw error;
  }
}

function yamlOf(bytes: Buffer): YamlDocument {
  const yaml = parsed(decoded(bytes));
  const [problem] = yaml.problems;
  if (problem === undefined) return yaml;
  const { position, message } = problem;
  // The parser's words repeat what it stumbled over, which may be of a hidden image: they are for the log alone.
  throw new FederationError('SOURCE_MALFORMED', 'the catalog is not YAML', {
    ...(position !== null && { at: `${position.line}:${position.column}` }),
    cause: upstreamText(message),
  });
}

/** Without the byte order mark that some editors write, which the parser takes for an indentation. */
function decoded(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    throw new FederationError('SOURCE_MALFORMED', 'the catalog is not UTF-8', { cause: error });
  }
}

function parsed(text: string): YamlDocument {
  try {
    // What an anchor shares by `<<` may be a restriction, and must not be lost.
    return readYaml(text, { merge: true });
  } catch (error) {
    // The parser recurses, and deep nesting ends its stack.
    throw new FederationError('SOURCE_MALFORMED', 'the catalog is nested too deeply', { cause: error });
  }
}

function plain(yaml: YamlDocument): unknown {
  try {
    return yaml.value();
  } catch (error) {
    throw new FederationError('SOURCE_MALFORMED', 'the catalog’s YAML aliases cannot be resolved', {
      cause: error,
    });
  }
}

const TOP: Position = { line: 1, column: 1 };

function readWhole(value: unknown, maxEntries: number, read: () => YamlDocument | null): CatalogDocument {
  const [head, entries] = isObject(value) ? [value, value.images] : [{ facility: null, name: null }, value];
  if (!Array.isArray(entries)) {
    throw new FederationError(
      'SOURCE_MALFORMED',
      'a catalog is a list of images, or a mapping with `images`',
      {
        at: '1:1',
      },
    );
  }
  if (entries.length > maxEntries) throw tooMany(maxEntries);
  const prefix = isObject(value) ? ['images'] : [];
  let places: YamlDocument | null | undefined;
  return {
    facility: head.facility ?? null,
    name: head.name ?? null,
    entries,
    locate(entry, path = []) {
      if (places === undefined) places = read();
      return places === null ? null : (places.place([...prefix, entry, ...path]) ?? TOP);
    },
  };
}

function readLines(bytes: Buffer, maxEntries: number): CatalogDocument {
  const entries: unknown[] = [];
  const numbers: number[] = [];
  let number = 0;
  for (let start = 0; start < bytes.length; ) {
    const newline = bytes.indexOf(0x0a, start);
    const end = newline === -1 ? bytes.length : newline;
    number += 1;
    const line = bytes.subarray(start, end);
    start = end + 1;
    if (isBlank(line)) continue;
    if (entries.length === maxEntries) throw tooMany(maxEntries);
    entries.push(readLine(line, number));
    numbers.push(number);
  }
  return {
    facility: null,
    name: null,
    entries,
    locate: (entry) => ({ line: numbers[entry] ?? 1, column: 1 }),
  };
}

function readLine(line: Buffer, number: number): unknown {
  if (line.length > BOUNDS.recordBytes) {
    return new MalformedNode(`line ${number}`, `the line is longer than ${limitText(BOUNDS.recordBytes)}`);
  }
  try {
    return parseJson(line, 'the line');
  } catch (error) {
    return new MalformedNode(
      `line ${number}`,
      error instanceof Error ? error.message : 'the line is not JSON',
    );
  }
}

const isBlank = (line: Buffer): boolean =>
  line.every((byte) => byte === 0x20 || byte === 0x09 || byte === 0x0d);

const tooMany = (limit: number): FederationError =>
  new FederationError('SOURCE_TOO_LARGE', `the catalog has more than ${limit} images`);
