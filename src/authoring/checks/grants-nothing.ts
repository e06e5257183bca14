// A facility's rule that seems to grant: its module is joined to the federation's by *and*, so that it can only restrict.
// Whether a condition asks for less than the federation's does cannot be decided; that a rule changes nothing can.

import { ACTIONS } from '../../model/decision.ts';
import type { Finding } from '../source/problem.ts';
import { problemAt } from '../source/syntax.ts';
import type { Check, ParsedPolicy } from './check.ts';
import { booleanOf, entryOf, type Rule } from './rules.ts';

/** Warns of a facility's rule that seems to grant: it can only restrict. */
export const grantsNothing: Check = {
  name: 'grants-nothing',
  severity: 'warning',
  canBeAllowed: true,
  find: grants,
};

const ONLY_RESTRICTS = 'a facility’s policy can only restrict: begin with false, and define who is allowed';

function grants({ owner, rules }: ParsedPolicy): Finding[] {
  if (owner.package[1] !== 'facility') return [];
  return [...withoutEffect(rules), ...withoutLimits(rules)];
}

/** `default usable := true` and `usable if …`: it is true already. */
function withoutEffect(rules: readonly Rule[]): Finding[] {
  const begins = new Map(rules.filter(({ isDefault }) => isDefault).map((rule) => [rule.name, rule]));
  return rules
    .filter((rule) => !rule.isDefault && rule.otherwise === null && rule.args.length === 0)
    .filter((rule) => allows(rule) && allows(begins.get(rule.name)))
    .map((rule) =>
      problemAt(
        rule.module,
        rule.location,
        rule.name === 'decision'
          ? 'everything is allowed by default: this rule grants nothing'
          : `${rule.name} is true by default: this rule grants nothing`,
        ONLY_RESTRICTS,
      ),
    );
}

/** A policy with one decision, without conditions, that allows everything. */
function withoutLimits(rules: readonly Rule[]): Finding[] {
  const decisions = rules.filter(({ name }) => name === 'decision');
  const [only] = decisions;
  if (only === undefined || decisions.length > 1 || only.body.length > 0 || !allows(only)) return [];
  return [
    problemAt(
      only.module,
      only.location,
      'this policy allows whatever the federation allows: it restricts nothing',
      'a facility without a policy is treated the same; define what must hold for an action, or leave the policy out',
    ),
  ];
}

function allows(rule: Rule | undefined): boolean {
  if (rule === undefined || rule.value === null) return false;
  if (rule.name !== 'decision') return booleanOf(rule.value) === true;
  return ACTIONS.every((action) => booleanOf(entryOf(rule.value, action)) === true);
}
