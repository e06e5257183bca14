// YAML 1.2 with positions: one document, no duplicate keys, no unknown tags, few aliases.
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
} from 'yaml';
import { inert } from '../model/inert.ts';
import { duplicateKey } from './duplicate-key.ts';
import type { Position, Problem } from './problem.ts';
import { shippedValue } from './shipped-yaml.ts';

/** Uses of anchors: enough to share a section, too few for an expansion attack. */
const MAX_ALIASES = 100;

export interface YamlOptions {
  /** Whether `<<` merges a mapping into another; false by default. */
  readonly merge?: boolean;
}

export interface YamlDocument {
  readonly document: Document.Parsed;
  /** Why it is not valid: the first problem of each line. */
  readonly problems: readonly Problem[];
  /** Plain data. Throws where aliases multiply, or cannot be resolved. */
  value(): unknown;
  /** The position of a character, counted from 0. */
  position(offset: number): Position;
  /**
   * The position of the value at the path, or of its nearest ancestor that exists; `key`: the position of its key, which is by
   * default not meant. null: nothing of the path has one, as in an empty document.
   */
  place(path: readonly PropertyKey[], part?: 'key' | 'value'): Position | null;
}

/**
 * Reads the text (YAML 1.2); what is wrong is in `problems`, and `<<` merges nothing by default. A text that the package
 * has is parsed only where more is asked for than its value. Throws the parser's RangeError where it is nested too deeply:
 * the parser recurses.
 */
export function readYaml(text: string, { merge = false }: YamlOptions = {}): YamlDocument {
  const shipped = shippedValue(text, { merge });
  if (shipped === null) return parseYaml(text, { merge });
  let document: YamlDocument | undefined;
  const parsed = (): YamlDocument => {
    document ??= parseYaml(text, { merge });
    return document;
  };
  return {
    get document() {
      return parsed().document;
    },
    problems: [],
    value: () => shipped.value,
    position: (offset) => parsed().position(offset),
    place: (path, part) => parsed().place(path, part),
  };
}

/** As {@link readYaml}, and always by the parser. */
export function parseYaml(text: string, { merge = false }: YamlOptions = {}): YamlDocument {
  const lineCounter = new LineCounter();
  const document = parseDocument(text, {
    lineCounter,
    merge,
    version: '1.2',
    prettyErrors: false,
    uniqueKeys: false,
    stringKeys: true,
  });
  const position = (offset: number): Position => {
    const { line, col } = lineCounter.linePos(offset);
    return { line, column: col };
  };
  const complaints = [...document.errors, ...document.warnings];
  const twice = complaints.length > 0 ? null : duplicateKey(document);
  return {
    document,
    problems: firstOfEachLine(
      [...complaints, ...(twice === null ? [] : [twice])].map(({ message, pos }) => ({
        position: position(pos[0]),
        message: readable(message),
      })),
    ),
    value: () => document.toJS({ maxAliasCount: MAX_ALIASES }),
    position,
    place: (path, part = 'value') => {
      const node = nodeAt(document, path, part);
      return node?.range ? position(node.range[0]) : null;
    },
  };
}

/**
 * The parser's message as it may be shown, made inert; `it is nested too deeply` where it is the engine's
 * message of a full call stack.
 */
export function readable(message: string): string {
  return /call stack/i.test(message) ? 'it is nested too deeply' : inert(message);
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
