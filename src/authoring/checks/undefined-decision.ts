// A decision that is undefined for some inputs denies them everything, with POLICY_FAILED and no reason that helps: the
// decision itself, or a rule that it takes an action from, holds under conditions and has no default. So does one that is
// written as no decision can be.

import { ACTIONS } from '../../model/decision.ts';
import type { Finding } from '../source/problem.ts';
import { problemAt, type Term } from '../source/syntax.ts';
import type { Check, ParsedPolicy } from './check.ts';
import { malformed } from './malformed.ts';
import { branches, type Expression, entryOf, isCall, operatorOf, type Rule } from './rules.ts';

/** Warns of a decision that is undefined for some inputs, and then denies everything. */
export const undefinedDecision: Check = {
  name: 'undefined-decision',
  severity: 'warning',
  canBeAllowed: true,
  find: undefinedDecisions,
};

function undefinedDecisions({ rules }: ParsedPolicy): Finding[] {
  const decisions = rules.filter(({ name }) => name === 'decision');
  return [
    ...malformed(decisions),
    ...undefinedItself(decisions),
    ...decisions.flatMap(branches).flatMap((rule) => undefinedActions(rule, rules)),
  ];
}

function undefinedItself(decisions: readonly Rule[]): Finding[] {
  const [first] = decisions;
  if (first === undefined || isTotal(decisions)) return [];
  return [
    problemAt(
      first.module,
      first.location,
      'if this does not hold, there is no decision, which denies everything with POLICY_FAILED',
      'write one decision without conditions, or `default decision := …`, and make its actions rules',
    ),
  ];
}

function undefinedActions(decision: Rule, rules: readonly Rule[]): Finding[] {
  return ACTIONS.flatMap((action) => {
    const value = entryOf(decision.value, action);
    const name = nameOf(value);
    const named = rules.filter((rule) => rule.name === name);
    if (
      !value ||
      named.length === 0 ||
      named.some(({ value: given, args }) => given === null || args.length > 0)
    ) {
      return [];
    }
    if (isTotal(named)) return [];
    return [
      problemAt(
        decision.module,
        value.location,
        `if ${name} does not hold, it is undefined, and so is the decision, which denies everything with POLICY_FAILED`,
        `write \`default ${name} := false\``,
      ),
    ];
  });
}

function nameOf(term: Term | undefined): string | null {
  return term?.type === 'var' ? String(term.value) : null;
}

/** Whether some definition always holds, or two of them have opposite conditions. */
function isTotal(rules: readonly Rule[]): boolean {
  const all = rules.flatMap(branches);
  if (all.some(({ isDefault, body }) => isDefault || body.every(isAssignment))) return true;
  const alone = all.flatMap(({ body }) => (body.length === 1 && body[0] ? [body[0]] : []));
  return alone.some((one) => alone.some((other) => isOpposite(one, other)));
}

function isAssignment({ terms }: Expression): boolean {
  return isCall(terms) && operatorOf(terms) === 'assign';
}

function isOpposite(one: Expression, other: Expression): boolean {
  return one.negated !== true && other.negated === true && shape(one.terms) === shape(other.terms);
}

function shape(node: unknown): string {
  return JSON.stringify(node, (key, value) => (key === 'location' ? undefined : value));
}
