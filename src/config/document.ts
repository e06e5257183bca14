// A YAML document with positions: its values, and the line and column of each key and value.
import {
  type Document,
  isAlias,
  isMap,
  isNode,
  isPair,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseDocument,
  visit,
} from 'yaml';
import { inert } from '../model/inert.ts';
import { duplicateKey } from './duplicate-key.ts';
import { expand } from './expand.ts';
import type { Position, Problem } from './problem.ts';
import type { Environment } from './secrets.ts';

/** Bytes of a federation.yaml, at most. */
export const MAX_DOCUMENT_BYTES = 1_048_576;

/** Uses of anchors: enough to share a section, too few for an expansion attack. */
const MAX_ALIASES = 100;

export interface ConfigDocument {
  /** Plain data, with the values of environment variables inserted. */
  readonly value: unknown;
  readonly problems: readonly Problem[];
  /** The position of the value at the path, or of its nearest ancestor that exists; `key`: the position of its key. */
  place(path: readonly PropertyKey[], part?: 'key' | 'value'): Position | null;
}

/** Reads YAML 1.2: one document, no duplicate keys, no unknown tags, few aliases. @param env null: none is put in */
export function readDocument(text: string, env: Environment | null): ConfigDocument {
  const lines = new LineCounter();
  const position = (offset: number): Position => {
    const { line, col } = lines.linePos(offset);
    return { line, column: col };
  };
  try {
    const document = parseDocument(text, {
      lineCounter: lines,
      prettyErrors: false,
      uniqueKeys: false,
      stringKeys: true,
    });
    const complaints = [...document.errors, ...document.warnings];
    const twice = complaints.length > 0 ? null : duplicateKey(document);
    const problems = firstOfEachLine(
      [...complaints, ...(twice === null ? [] : [twice])].map(({ message, pos }) => ({
        position: position(pos[0]),
        message: readable(message),
      })),
    );
    if (problems.length > 0) return { value: null, problems, place: () => null };
    const expansion = env === null ? [] : expandScalars(document, env, position);
    return {
      value: document.toJS({ maxAliasCount: MAX_ALIASES }),
      problems: expansion,
      place: (path, part = 'value') => {
        const node = nodeAt(document, path, part);
        return node?.range ? position(node.range[0]) : null;
      },
    };
  } catch (error) {
    const message = `not readable as YAML: ${readable((error as Error).message)}`;
    return { value: null, problems: [{ position: null, message }], place: () => null };
  }
}

/** The parser reports one mistake several times: only the first report of a line helps. */
function firstOfEachLine(problems: readonly Problem[]): Problem[] {
  const lines = new Map<number | undefined, Problem>();
  for (const problem of problems) {
    const line = problem.position?.line;
    if (!lines.has(line)) lines.set(line, problem);
  }
  return [...lines.values()];
}

/** The parser recurses, and reports a full stack in the engine's words. */
function readable(message: string): string {
  return /call stack/i.test(message) ? 'it is nested too deeply' : inert(message);
}

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

/** The last node on a path, followed through aliases as far as it exists. */
function nodeAt(document: Document, path: readonly PropertyKey[], part: 'key' | 'value'): Node | null {
  let node = resolved(document, document.contents);
  for (const [index, step] of path.entries()) {
    const last = index === path.length - 1;
    let next: unknown = null;
    if (isMap(node)) {
      const pair = node.items.find((item) => isPair(item) && isScalar(item.key) && item.key.value === step);
      next = last && part === 'key' ? pair?.key : pair?.value;
    } else if (isSeq(node)) {
      next = node.items[Number(step)];
    }
    if (!isNode(next)) return node;
    node = last ? next : resolved(document, next);
  }
  return node;
}

function resolved(document: Document, node: Node | null): Node | null {
  return isAlias(node) ? (node.resolve(document) ?? null) : node;
}
