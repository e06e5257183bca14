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

/**
 * The canonical text of an expression: the operands of each AND and OR are flattened, each once and in code-unit order;
 * an exception stays with its license, and only an OR within an AND has parentheses. Recursive: the length of a license
 * text bounds the depth.
 */
export function canonicalExpression(tree: ExpressionTree): string {
  const one = single(tree);
  if (one !== null || 'license' in tree) return one ?? '';
  const { conjunction } = tree;
  const texts = new Set<string>();
  for (const operand of operands(tree, conjunction)) {
    const text = canonicalExpression(operand);
    texts.add(conjunction === 'and' && / OR /.test(text) ? `(${text})` : text);
  }
  const sorted = [...texts].sort();
  // What is left of an AND with one operand needs no parentheses: `(A OR B) AND (B OR A)`.
  if (sorted.length === 1) return (sorted[0] ?? '').replace(/^\((.*)\)$/, '$1');
  return sorted.join(conjunction === 'and' ? ' AND ' : ' OR ');
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
