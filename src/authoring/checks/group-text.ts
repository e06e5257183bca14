// Finds groups compared as text: `startswith(group, "urn:geant:esrf.eu")` also holds for urn:geant:esrf.eu.example. The
// groups of a subject include their parents, so that `in` is enough.
import type { Finding } from '../source/problem.ts';
import { problemAt, type Term } from '../source/syntax.ts';
import type { Check, ParsedPolicy } from './check.ts';
import { callsIn, type Meaning, type Scope } from './fields.ts';
import type { Rule } from './rules.ts';

/** Warns of groups that are compared as text, so that another group with the same beginning passes. */
export const groupText: Check = {
  name: 'group-text',
  severity: 'warning',
  canBeAllowed: true,
  find: groupsAsText,
};

/** Built-ins that examine parts of a string. */
const WITHIN =
  /^(?:startswith|endswith|contains|indexof|indexof_n|substring|split|trim_prefix|trim_suffix|replace|regex\..+|glob\.match|strings\.any_(?:prefix|suffix)_match)$/;

/** `urn:geant:…` and `urn:mace:…` are the namespaces of AARC-G069; `:group:` and `:role=` are its parts. */
const GROUP_LITERAL = /^\^?urn:(?:geant|mace):|:group:|:role=/;

function groupsAsText({ rules, scopes }: ParsedPolicy): Finding[] {
  return rules.flatMap((rule) => inRule(rule, scopes(rule)));
}

function inRule(rule: Rule, scope: Scope): Finding[] {
  return callsIn(rule)
    .filter(([operator, args]) => WITHIN.test(operator) && args.some((arg) => isGroup(arg, scope)))
    .map(([operator, , at]) =>
      problemAt(
        rule.module,
        at.location,
        `${operator} examines the text of a group`,
        'compare whole groups: `"urn:geant:…" in input.subject.groups`; a member of a subgroup is also a member of its parents',
      ),
    );
}

function isGroup(term: Term, scope: Scope): boolean {
  if (term.type === 'string') return GROUP_LITERAL.test(String(term.value));
  if (namesGroups(scope(term))) return true;
  const inside = term.type === 'call' ? (term.value as readonly Term[]).slice(1) : [];
  return inside.some((each) => isGroup(each, scope));
}

/** Whether it is record.groups, subject.groups or a condition's groups, or an element of one. */
function namesGroups(meaning: Meaning): boolean {
  return meaning.some((path) => path !== null && path.findLast((key) => key !== '*') === 'groups');
}
