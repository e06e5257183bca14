// Finds `<` and `>` on texts: they compare letter by letter, so that version "10.0" is before "9.0". Only the texts of times
// have the order of their values.
import type { Finding } from '../source/problem.ts';
import { problemAt, type Term } from '../source/syntax.ts';
import type { Check, ParsedPolicy } from './check.ts';
import { callsIn, type FieldPath, onlyField, type Scope } from './fields.ts';
import { type InputSchema, schemaAt } from './schema.ts';

/** Warns of `<` and `>` on texts, which compare letter by letter. */
export const textOrder: Check = {
  name: 'text-order',
  severity: 'warning',
  canBeAllowed: true,
  find: orderedTexts,
};

const ORDER = ['lt', 'lte', 'gt', 'gte'];

/** Always RFC 3339 in UTC. */
const TIMES = ['input.record.created', 'input.request.time.start'];

function orderedTexts({ schema, rules, scopes }: ParsedPolicy): Finding[] {
  return rules.flatMap((rule) => {
    const scope = scopes(rule);
    return callsIn(rule).flatMap(([operator, args, at]) => {
      const field = ORDER.includes(operator)
        ? args.map((arg) => ordered(schema, scope, arg)).find(Boolean)
        : null;
      if (!field) return [];
      return problemAt(
        rule.module,
        at.location,
        `${field.join('.').replaceAll('.*', '[_]')} is a text: ${SIGNS[operator]} compares it letter by letter, "10" before "9"`,
        'name the values that are good, with == or in: no built-in compares versions',
      );
    });
  });
}

const SIGNS: Readonly<Record<string, string>> = { lt: '<', lte: '<=', gt: '>', gte: '>=' };

function ordered(schema: InputSchema, scope: Scope, term: Term): FieldPath | null {
  const field = onlyField(scope(term));
  if (field === null || TIMES.includes(field.join('.'))) return null;
  const at = schemaAt(schema, field);
  return [at?.type ?? []].flat().includes('string') ? field : null;
}
