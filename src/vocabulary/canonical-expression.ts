// A license expression in the one form in which it is compared and counted: two orders of one expression are one.
import { type ExpressionTree, parseExpression } from './spdx.ts';

/**
 * The expression (SPDX 2, annex D) with the licenses of each AND and of each OR in code-unit order, each once, and parentheses
 * where they are needed alone; an exception stays with its license. null: it is no expression. Never throws. Recursive: the length
 * of a license text bounds the depth.
 */
export function canonicalExpression(expression: string): string | null {
  const tree = parseExpression(expression);
  return tree === null ? null : written(tree);
}

/**
 * The licenses by each of which alone an expression may be met: those that OR joins at its top, in its order. Empty where OR joins
 * nothing there: then the expression is the only one.
 */
export function alternativesOf(expression: string): readonly string[] {
  if (!expression.includes(' OR ')) return [];
  const tree = parseExpression(expression);
  if (tree === null || 'license' in tree || tree.conjunction !== 'or') return [];
  return operands(tree, 'or');
}

function written(tree: ExpressionTree): string {
  if ('license' in tree) {
    const license = `${tree.license}${tree.plus ? '+' : ''}`;
    return tree.exception === undefined ? license : `${license} WITH ${tree.exception}`;
  }
  const { conjunction } = tree;
  const parts = operands(tree, conjunction);
  // AND binds tighter, so that an OR within it is in parentheses.
  const shown = parts.map((part) => (conjunction === 'and' && part.includes(' OR ') ? `(${part})` : part));
  return shown.join(conjunction === 'and' ? ' AND ' : ' OR ');
}

/** What the conjunction joins, whichever way it was written, sorted and each once. */
function operands(tree: ExpressionTree, conjunction: 'and' | 'or'): readonly string[] {
  const found = new Set<string>();
  const open = [tree];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (!('license' in next) && next.conjunction === conjunction) open.push(next.left, next.right);
    else found.add(written(next));
  }
  return [...found].sort();
}
