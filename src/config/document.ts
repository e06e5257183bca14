// federation.yaml and documents like it: their values, with those of environment variables, and the position of each.
import { type Document, visit } from 'yaml';
import { expand } from './expand.ts';
import type { Position, Problem } from './problem.ts';
import type { Environment } from './secrets.ts';
import { readable, readYaml } from './yaml.ts';

/** Bytes of a federation.yaml, at most. */
export const MAX_DOCUMENT_BYTES = 1_048_576;

export interface ConfigDocument {
  /** Plain data, with the values of environment variables inserted; null where it is not valid YAML. */
  readonly value: unknown;
  readonly problems: readonly Problem[];
  /**
   * The position of the value at the path, or of its nearest ancestor that exists; `key`: the position of its key, which is by
   * default not meant. null: nothing of the path has one, as in an empty document.
   */
  place(path: readonly PropertyKey[], part?: 'key' | 'value'): Position | null;
}

/**
 * Reads YAML 1.2: one document, no duplicate keys, no unknown tags, at most 100 aliases. Never throws: text
 * that cannot be read gives the value null, and `problems` say why; so they do for a variable that is not
 * set.
 *
 * @param env null: none is put in
 */
export function readDocument(text: string, env: Environment | null): ConfigDocument {
  try {
    const yaml = readYaml(text);
    if (yaml.problems.length > 0) return { value: null, problems: yaml.problems, place: () => null };
    const problems =
      env === null || !mayNameVariables(text) ? [] : expandScalars(yaml.document, env, yaml.position);
    return { value: yaml.value(), problems, place: yaml.place };
  } catch (error) {
    const message = `not readable as YAML: ${readable((error as Error).message)}`;
    return { value: null, problems: [{ position: null, message }], place: () => null };
  }
}

/** Without a `${`, and without an escape that may stand for a part of one, no value has it. */
const mayNameVariables = (text: string): boolean => text.includes('${') || text.includes('\\');

function expandScalars(
  document: Document,
  env: Environment,
  position: (offset: number) => Position,
): Problem[] {
  const problems: Problem[] = [];
  visit(document, {
    Scalar(key, node) {
      if (key === 'key' || typeof node.value !== 'string' || !node.value.includes('${')) return;
      const { text, failures } = expand(node.value, env);
      node.value = text;
      for (const message of failures) {
        problems.push({
          position: node.range ? position(node.range[0]) : null,
          message,
          hint: `Set it before starting, or give a default: \${NAME:-default}.`,
        });
      }
    },
  });
  return problems;
}
