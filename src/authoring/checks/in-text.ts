// Finds `in` with a text: `"secret" in input.record.repository` never holds, because a text has no elements. The same for
// `every … in`; OPA itself refuses `some … in`.
import type { Finding } from '../source/problem.ts';
import { problemAt, type Term } from '../source/syntax.ts';
import type { Check, ParsedPolicy } from './check.ts';
import { callsIn, expressionsIn, onlyField, type Scope } from './fields.ts';
import { callOf, isEvery, MEMBER, operatorOf, type Rule } from './rules.ts';
import { type InputSchema, schemaAt } from './schema.ts';

/** Refuses `in` and `every … in` over a text, which has no elements. */
export const inText: Check = {
  name: 'in-text',
  severity: 'error',
  canBeAllowed: true,
  find: inScalars,
};

/** Built-ins that return a text. */
const TEXTS =
  /^(?:lower|upper|concat|replace|sprintf|substring|format_int|trim(?:_left|_right|_prefix|_suffix|_space)?|strings\.(?:reverse|replace_n)|regex\.replace|json\.marshal)$/;

function inScalars({ schema, rules, scopes }: ParsedPolicy): Finding[] {
  return rules.flatMap((rule) => {
    const scope = scopes(rule);
    return [...new Set(collectionsIn(rule))].flatMap((list) => {
      const what = scalarOf(schema, scope, list);
      if (what === null) return [];
      return problemAt(
        rule.module,
        list.location,
        `${what.name} is a ${what.type} and has no elements: \`in\` never holds`,
        what.type === 'text'
          ? `contains(${what.name}, "…") searches a text, and == compares the whole text`
          : null,
      );
    });
  });
}

/** The collections of `in` and `every`. */
function* collectionsIn(rule: Rule): Generator<Term> {
  for (const [operator, args] of callsIn(rule)) {
    const list = args.at(-1);
    if (MEMBER.includes(operator) && list) yield list;
  }
  for (const { terms: said } of expressionsIn(rule)) if (isEvery(said)) yield said.domain;
}

function scalarOf(schema: InputSchema, scope: Scope, list: Term): { name: string; type: string } | null {
  if (list.type === 'string') return { name: JSON.stringify(list.value), type: 'text' };
  const call = callOf(list);
  if (call !== null)
    return TEXTS.test(operatorOf(call)) ? { name: `${operatorOf(call)}(…)`, type: 'text' } : null;
  const field = onlyField(scope(list));
  if (field === null) return null;
  const types = [schemaAt(schema, field)?.type ?? []].flat().filter((type) => type !== 'null');
  const [type] = types;
  if (types.length !== 1 || type === undefined || !SCALARS.includes(type)) return null;
  return { name: field.join('.').replaceAll('.*', '[_]'), type: type === 'string' ? 'text' : type };
}

const SCALARS = ['string', 'number', 'integer', 'boolean'];
