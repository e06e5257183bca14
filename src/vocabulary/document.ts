// Reads one file of vocabularies/ and reports where it is invalid: file, line and column.
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { z } from 'zod';
import { readDocument } from '../config/document.ts';
import type { Position } from '../config/problem.ts';
import { FederationError } from '../model/errors.ts';

/** How a file is named in an error, and what to do about it. */
export interface Named {
  readonly file: string;
  readonly hint: string;
}

/** A file of vocabularies/. */
const packaged = (url: URL): Named => ({
  file: `vocabularies/${basename(url.pathname)}`,
  hint: 'The vocabulary is part of the package: restore the file, or correct the line.',
});

interface Parsed {
  readonly value: unknown;
  /** Where the deepest part of the path stands that the text has: a missing key is reported at the map that lacks it. */
  place(path: readonly PropertyKey[]): Position | null;
}

function parse(text: string, { file, hint }: Named): Parsed {
  // JSON is read as such where it is JSON: a tenth of a second saved at each start.
  if (file.endsWith('.json')) {
    try {
      return { value: JSON.parse(text), place: (path) => readDocument(text, null).place(path) };
    } catch {
      // Parsed as YAML, a superset of JSON, the error has a line.
    }
  }
  const document = readDocument(text, null);
  const [problem] = document.problems;
  if (problem === undefined) return document;
  throw new FederationError('CONFIG_INVALID', problem.message, {
    at: at(file, problem.position),
    hint,
  });
}

const at = (file: string, position: Position | null): string =>
  `${file}:${position?.line ?? 1}:${position?.column ?? 1}`;

/**
 * The content of a file of the vocabulary (YAML 1.2 or JSON), checked against its schema. It is read synchronously. `named`: by
 * default it is one of the package.
 * @throws FederationError CONFIG_INVALID for a file that cannot be read, parsed or is not as its schema says, with `at`
 * as `<file>:<line>:<column>`, or without line and column where it cannot be read
 */
export function readVocabularyFile<T>(url: URL, schema: z.ZodType<T>, named: Named = packaged(url)): T {
  const { file, hint } = named;
  let text: string;
  try {
    text = readFileSync(url, 'utf8');
  } catch (cause) {
    throw new FederationError('CONFIG_INVALID', 'the file cannot be read', { at: file, hint, cause });
  }
  const { value, place } = parse(text, named);
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  const path = issue?.path ?? [];
  const where = path.length === 0 ? '' : `${z.core.toDotPath(path)}: `;
  throw new FederationError('CONFIG_INVALID', `${where}${issue?.message ?? 'not as expected'}`, {
    at: at(file, place(path)),
    hint,
  });
}
