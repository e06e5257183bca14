// Finds values that a field never has: `input.record.sharing == "opne"` compiles and is never true. OPA ignores a schema's
// enumerations, so this check compares literals with them.
import { closest } from 'fastest-levenshtein';
import type { Finding } from '../source/problem.ts';
import { type Location, problemAt, type Term, terms } from '../source/syntax.ts';
import type { Check, ParsedPolicy } from './check.ts';
import { callsIn, type FieldPath, type Meaning } from './fields.ts';
import type { Rule } from './rules.ts';
import { type InputSchema, schemaAt } from './schema.ts';

/** `=`, `==`, `!=` and `in`, as OPA's syntax tree names them. */
const COMPARISONS = ['eq', 'equal', 'neq', 'internal.member_2'];

/** Comparisons of an enumerated field with a value that is not in its enumeration. */
export const unknownValue: Check = {
  name: 'unknown-value',
  severity: 'error',
  canBeAllowed: true,
  find: unknownValues,
};

function unknownValues({ schema, rules, scopes }: ParsedPolicy): Finding[] {
  return rules.flatMap((rule) => {
    const scope = scopes(rule);
    return callsIn(rule).flatMap(([operator, [one, other]]) => {
      if (!COMPARISONS.includes(operator) || !one || !other) return [];
      return [
        ...inComparison(schema, rule, scope(one), other),
        ...inComparison(schema, rule, scope(other), one),
      ];
    });
  });
}

/** Literals that none of the fields on the other side can have. */
function inComparison(schema: InputSchema, rule: Rule, meaning: Meaning, values: Term): Finding[] {
  const enumerations = meaning.map((path) => path && schemaAt(schema, path)?.enum);
  const [field] = meaning;
  if (!field || enumerations.some((known) => !known)) return [];
  const there = enumerations.flatMap((known) => known ?? []);
  return literals(values)
    .filter(({ value }) => !there.includes(value))
    .map(({ value, location }) =>
      problemAt(
        rule.module,
        location,
        `${shown(field)} is never ${JSON.stringify(value)}`,
        `did you mean ${JSON.stringify(closest(value, there))}? The values are: ${there.join(', ')}`,
      ),
    );
}

function shown(path: FieldPath): string {
  return path.join('.').replaceAll('.*', '[_]');
}

/** The literal itself, or those in a set or array. */
function literals(term: Term): { readonly value: string; readonly location: Location }[] {
  if (term.type === 'string') return [{ value: String(term.value), location: term.location }];
  if (term.type !== 'set' && term.type !== 'array') return [];
  return terms(term.value)
    .filter(({ type }) => type === 'string')
    .map(({ value, location }) => ({ value: String(value), location }));
}
