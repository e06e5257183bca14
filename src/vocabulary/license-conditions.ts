// The conditions of an SPDX expression on who may have the software, from those stated for each of its ids.
import { CONDITION_KINDS, type Condition, type ConditionKind } from '../model/license.ts';
import type { LicensesFile } from './license-schema.ts';
import type { ExpressionTree } from './spdx.ts';

/** The kinds of conditions that certainly apply, and whether these are known to be all. */
export interface Terms {
  readonly known: boolean;
  readonly kinds: ReadonlySet<ConditionKind>;
}

const UNSTATED: Terms = { known: false, kinds: new Set() };

/**
 * The terms that the vocabulary states, by SPDX license id or `LicenseRef-`; an id that is missing has unknown terms.
 */
export function statedTerms(file: LicensesFile): ReadonlyMap<string, Terms> {
  const stated = (kinds: readonly ConditionKind[]): Terms => ({ known: true, kinds: new Set(kinds) });
  return new Map<string, Terms>([
    ...file.unconditional.flat().map((id) => [id, stated([])] as const),
    ...file.conditional.flatMap(({ ids, conditions }) => ids.map((id) => [id, stated(conditions)] as const)),
    ...file.references.flatMap(({ id, conditions }) =>
      conditions ? [[id, stated(conditions)] as const] : [],
    ),
  ]);
}

/** AND: both apply, so that both must be known. */
const both = (a: Terms, b: Terms): Terms => ({
  known: a.known && b.known,
  kinds: new Set([...a.kinds, ...b.kinds]),
});

/**
 * Where a set of conditions stands among alternatives: first one without export control, which nobody can meet, then the
 * one with the fewest conditions, then by their kinds, so that no order of the text counts.
 */
function rank(kinds: Terms['kinds']): string {
  const ordered = CONDITION_KINDS.flatMap((kind, index) => (kinds.has(kind) ? [index] : []));
  return JSON.stringify([kinds.has('exportControl') ? 1 : 0, ordered.length, ...ordered]);
}

/**
 * OR: the user chooses one of the alternatives, so that one known alternative is enough. Whoever meets any of them meets
 * the one taken: the kinds that a license can state without lists are met by one fact (academic, nonCommercial) or by none
 * (exportControl), as conditions_who_test.rego checks. If neither is known, the conditions common to both
 * certainly apply.
 */
function either(a: Terms, b: Terms): Terms {
  if (a.known && b.known) return rank(b.kinds) < rank(a.kinds) ? b : a;
  if (a.known || b.known) return a.known ? a : b;
  return { known: false, kinds: new Set([...a.kinds].filter((kind) => b.kinds.has(kind))) };
}

/**
 * The terms of an SPDX expression, from those of its ids (unknown for one that `stated` lacks): AND joins both, and OR
 * gives what either permits. An exception (WITH) only adds permissions, and `+` only adds versions to choose from:
 * neither adds a condition. Recursive: the length of a license text bounds the depth.
 */
export function expressionTerms(expression: ExpressionTree, stated: ReadonlyMap<string, Terms>): Terms {
  if ('license' in expression) return stated.get(expression.license) ?? UNSTATED;
  const left = expressionTerms(expression.left, stated);
  const right = expressionTerms(expression.right, stated);
  return expression.conjunction === 'and' ? both(left, right) : either(left, right);
}

/**
 * The conditions of the terms, each once and frozen, with origin `license`, in the order of {@link CONDITION_KINDS}:
 * equal sets are equal lists.
 */
export function conditionsOf(terms: Terms): readonly Condition[] {
  return CONDITION_KINDS.filter((kind) => terms.kinds.has(kind)).map((kind) =>
    Object.freeze({ kind, groups: [], sites: [], servers: [], origin: 'license' as const, remedy: null }),
  );
}
