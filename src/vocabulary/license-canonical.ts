// One spelling of each SPDX expression: two orders of the same licenses are one text, for facets and policies alike.
import { type ExpressionTree, parseExpression } from './spdx.ts';

/** The text of a license with its plus and exception; null for a joint expression. */
function single(tree: ExpressionTree): string | null {
  if (!('license' in tree)) return null;
  const plus = 'plus' in tree && tree.plus ? '+' : '';
  const exception = 'exception' in tree && tree.exception !== undefined ? ` WITH ${tree.exception}` : '';
  return `${tree.license}${plus}${exception}`;
}

/** The operands of one conjunction, those of nested ones of the same kind included; the tree itself if it is another. */
function operands(tree: ExpressionTree, conjunction: 'and' | 'or'): ExpressionTree[] {
  if ('license' in tree || tree.conjunction !== conjunction) return [tree];
  return [...operands(tree.left, conjunction), ...operands(tree.right, conjunction)];
}

/** A part of an expression in its canonical form. */
interface Canonical {
  /** null: one license. */
  readonly conjunction: 'and' | 'or' | null;
  readonly text: string;
  /** The operands by their texts; empty for one license. */
  readonly operands: ReadonlyMap<string, Canonical>;
}

/**
 * The canonical text of an expression: the operands of each AND and OR are flattened, each once and in code-unit order;
 * an exception stays with its license, and only an OR within an AND has parentheses. Recursive: the length of a license
 * text bounds the depth.
 */
export const canonicalExpression = (tree: ExpressionTree): string => canonical(tree).text;

function canonical(tree: ExpressionTree): Canonical {
  if ('license' in tree) return { conjunction: null, text: single(tree) ?? '', operands: new Map() };
  const { conjunction } = tree;
  const found = new Map<string, Canonical>();
  for (const operand of operands(tree, conjunction)) {
    const one = canonical(operand);
    // What is equal on both sides of an OR leaves an AND, whose operands are then this one's: `A AND (B AND C OR C AND B)`.
    const each = one.conjunction === conjunction ? one.operands.values() : [one];
    for (const part of each) found.set(part.text, part);
  }
  const [only, ...others] = found.values();
  if (only !== undefined && others.length === 0) return only;
  const texts = [...found.values()]
    .map((part) => (part.conjunction === 'or' ? `(${part.text})` : part.text))
    .sort();
  return { conjunction, text: texts.join(conjunction === 'and' ? ' AND ' : ' OR '), operands: found };
}

/**
 * The licenses by one of which alone the software may be had: each license that is an operand of the outermost OR; none
 * of an expression without one. `MIT OR Apache-2.0 OR Zlib AND ISC` gives MIT and Apache-2.0. Empty for a text that is no
 * expression.
 */
export function singleAlternatives(expression: string): readonly string[] {
  if (!/ OR /.test(expression)) return [];
  const tree = parseExpression(expression);
  if (tree === null || 'license' in tree || tree.conjunction !== 'or') return [];
  return [...new Set(operands(tree, 'or').flatMap((operand) => single(operand) ?? []))].sort();
}
