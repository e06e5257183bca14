// Reduces an input to what a module reads: two inputs with equal projections are in one class. A projection may keep
// too much, never too little; where a path leads into a value that is not an object, that value is kept whole.
import type { ReadPath } from '../bundle/revision.ts';

/** Paths as a tree; a leaf (true) is read whole. */
type Tree = true | ReadonlyMap<string, Tree>;

export interface Projection {
  /** Equal for projections that keep the same of a record, whose classes are the same therefore. */
  readonly keeps: string;
  /** The labels of a record that it keeps, by name. */
  readonly labels: ReadonlySet<string>;
  /** The projection of `input.record`, as JSON: the name of its class. */
  record(value: object): string;
  /** The projection of `input.subject`, as JSON. */
  subject(value: object): string;
  /** The projection of `input.request`, as JSON. */
  request(value: object): string;
}

/**
 * The projection to these key paths under `input`: what is written of a record, a subject and a request, as {@link
 * wellFormedJson}; an empty path keeps everything, and no path nothing. Its methods throw as {@link wellFormedJson}
 * does.
 */
export function projectionOf(reads: readonly ReadPath[]): Projection {
  const tree = treeOf(reads);
  const below = (name: string): Tree => (tree === true ? true : (tree.get(name) ?? new Map()));
  const [record, subject, request] = [below('record'), below('subject'), below('request')];
  return {
    keeps: keptBy(record),
    labels: labelsOf(record),
    record: (value) => wellFormedJson(project(value, record)),
    subject: (value) => wellFormedJson(project(value, subject)),
    request: (value) => wellFormedJson(project(value, request)),
  };
}

/** A module names each label: it may not read all of them as one. */
function labelsOf(record: Tree): ReadonlySet<string> {
  const labels = record === true ? undefined : record.get('labels');
  return new Set(labels === undefined || labels === true ? [] : labels.keys());
}

function treeOf(paths: readonly ReadPath[]): Tree {
  if (paths.some((path) => path.length === 0)) return true;
  const names = [...new Set(paths.map(([name]) => name ?? ''))].sort();
  return new Map(
    names.map((name) => [name, treeOf(paths.filter(([first]) => first === name).map(([, ...rest]) => rest))]),
  );
}

/** The tree as JSON; its names are sorted already. */
function keptBy(tree: Tree): string {
  if (tree === true) return 'true';
  return `{${[...tree].map(([name, below]) => `${JSON.stringify(name)}:${keptBy(below)}`).join()}}`;
}

function project(value: unknown, tree: Tree): unknown {
  if (tree === true || value === null || typeof value !== 'object' || Array.isArray(value)) return value;
  const kept: [string, unknown][] = [];
  for (const [name, below] of tree) {
    if (Object.hasOwn(value, name)) {
      kept.push([name, project((value as Record<string, unknown>)[name], below)]);
    }
  }
  return Object.fromEntries(kept);
}

const LONE_SURROGATE = /\\ud[89a-f][0-9a-f]{2}/;

/**
 * JSON (RFC 8259) whose strings and names are all well-formed Unicode: OPA's parser throws on a lone surrogate, which
 * JSON.stringify writes as an escape. A lone surrogate, which is rare, becomes U+FFFD. Only for plain JSON values, not
 * for undefined or objects with `toJSON`; throws a TypeError for a cycle or a BigInt.
 */
export function wellFormedJson(value: unknown): string {
  const json = JSON.stringify(value);
  return LONE_SURROGATE.test(json) ? JSON.stringify(wellFormed(value)) : json;
}

function wellFormed(value: unknown): unknown {
  if (typeof value === 'string') return value.toWellFormed();
  if (Array.isArray(value)) return value.map(wellFormed);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, below]) => [name.toWellFormed(), wellFormed(below)]),
  );
}
