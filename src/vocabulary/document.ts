// Reads one file of vocabularies/ and says where it is broken: file, line and column.
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { isNode, LineCounter, type ParsedNode, parseDocument } from 'yaml';
import { z } from 'zod';
import { FederationError } from '../model/errors.ts';

const HINT = 'The vocabulary is part of the package: restore the file, or correct the line.';

/** The deepest part of the path that the text has: a missing key is reported at the map that lacks it. */
function position(text: string, path: readonly PropertyKey[]): string {
  const lines = new LineCounter();
  const document = parseDocument<ParsedNode>(text, { lineCounter: lines });
  for (let length = path.length; length >= 0; length -= 1) {
    const node = document.getIn(path.slice(0, length), true);
    if (!isNode(node) || !node.range) continue;
    const { line, col } = lines.linePos(node.range[0]);
    return `${line}:${col}`;
  }
  return '1:1';
}

function parse(text: string, file: string): unknown {
  // JSON is read as such where it is JSON: a tenth of a second saved at each start.
  if (file.endsWith('.json')) {
    try {
      return JSON.parse(text);
    } catch {
      // as YAML, of which JSON is a part, the error has a line
    }
  }
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, strict: true });
  const error = document.errors[0];
  if (error !== undefined) {
    const { line, col } = lines.linePos(error.pos[0]);
    throw new FederationError('CONFIG_INVALID', error.message, { at: `${file}:${line}:${col}`, hint: HINT });
  }
  return document.toJS();
}

/**
 * A file of the vocabulary, valid by its schema.
 * @throws FederationError CONFIG_INVALID with `at` as `vocabularies/<file>:<line>:<column>`
 */
export function readVocabularyFile<T>(url: URL, schema: z.ZodType<T>): T {
  const file = `vocabularies/${basename(url.pathname)}`;
  let text: string;
  try {
    text = readFileSync(url, 'utf8');
  } catch (cause) {
    throw new FederationError('CONFIG_INVALID', 'the file cannot be read', { at: file, hint: HINT, cause });
  }
  const result = schema.safeParse(parse(text, file));
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  const path = issue?.path ?? [];
  const where = path.length === 0 ? '' : `${z.core.toDotPath(path)}: `;
  throw new FederationError('CONFIG_INVALID', `${where}${issue?.message ?? 'not as expected'}`, {
    at: `${file}:${position(text, path)}`,
    hint: HINT,
  });
}
