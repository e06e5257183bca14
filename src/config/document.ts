// A YAML document with places: what it says, and where each of its keys and values stands.
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

/** Bytes of a federation.yaml. */
export const LARGEST = 1_048_576;

/** Uses of anchors: enough to share a section, too few to blow one up. */
const MOST_ALIASES = 100;

export interface ConfigDocument {
  /** As plain data, with the environment's values put in. */
  readonly value: unknown;
  readonly problems: readonly Problem[];
  /** Where the value at the path stands, or the nearest that is there; `key`: where its key does. */
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
      value: document.toJS({ maxAliasCount: MOST_ALIASES }),
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

/** One slip makes the parser complain again and again: the first complaint of a line is the one that helps. */
function firstOfEachLine(problems: readonly Problem[]): Problem[] {
  const lines = new Map<number | undefined, Problem>();
  for (const problem of problems) {
    const line = problem.position?.line;
    if (!lines.has(line)) lines.set(line, problem);
  }
  return [...lines.values()];
}

/** The parser recurses, and where its stack ends says so in the engine's words. */
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

/** Follows a path as far as it goes, through aliases, and gives the last node on it. */
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
