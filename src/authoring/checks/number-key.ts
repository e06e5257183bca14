// Finds a number as key of an object in data.json, and a text as index of a list there: OPA's evaluator converts one to the
// other, and a compiled policy does not, so that a rule that held in OPA's tests never holds in the gateway.
import { isObject } from '../../model/json-object.ts';
import type { Finding } from '../source/problem.ts';
import { problemAt, type Term } from '../source/syntax.ts';
import type { Check, ParsedPolicy } from './check.ts';
import { expressionsIn, type Scope, termsIn } from './fields.ts';
import { callOf, isCall, isSomeIn, MEMBER, operatorOf, type Rule } from './rules.ts';
import type { InputSchema } from './schema.ts';

/** Warns of numbers as keys of an object in data.json, and of texts as indexes of a list there. */
export const numberKey: Check = {
  name: 'number-key',
  severity: 'warning',
  canBeAllowed: true,
  find: misread,
};

function misread({ schema, rules, scopes, data }: ParsedPolicy): Finding[] {
  if (data === null) return [];
  return rules.flatMap((rule) => {
    const isNumber = numbersOf(rule, scopes(rule), schema);
    const found = termsIn(rule).flatMap((term) => {
      const key = misreadKey(documentOf(term, rule), data, isNumber);
      return key === null ? [] : [key];
    });
    // The tree has some terms of a rule in several places.
    const once = new Map(found.map((key) => [JSON.stringify(key.at.location), key]));
    return [...once.values()].map(({ at, message, hint }) =>
      problemAt(rule.module, at.location, message, hint),
    );
  });
}

/** The keys of a reference below `data`, with those of its import before them; null: it refers to something else. */
function documentOf(term: Term, { module }: Rule): readonly Term[] | null {
  if (term.type !== 'ref') return null;
  const [head, ...keys] = term.value as readonly Term[];
  if (head?.type !== 'var') return null;
  if (head.value === 'data') return keys;
  const imported = module.imports.find(({ name }) => name === head.value)?.path;
  return imported?.[0]?.value === 'data' ? [...imported.slice(1), ...keys] : null;
}

interface MisreadKey {
  readonly at: Term;
  readonly message: string;
  readonly hint: string;
}

/** The first key that OPA reads differently, if `data` has such a document; a variable may be any key. */
function misreadKey(
  keys: readonly Term[] | null,
  data: unknown,
  isNumber: (term: Term) => boolean,
): MisreadKey | null {
  let documents = [data];
  for (const at of keys ?? []) {
    if (isNumber(at) && documents.some(isObject)) {
      return {
        at,
        message:
          'a number is not a key of an object in data.json: OPA reads it as a text, and the compiled policy finds nothing',
        hint: 'write the key as a text, as in $"{input.record.size}", or keep a list of numbers and use `in`',
      };
    }
    if (at.type === 'string' && documents.some((one) => Array.isArray(one) && String(at.value) in one)) {
      return {
        at,
        message:
          'a text is not an index of a list in data.json: OPA reads it as a number, and the compiled policy finds nothing',
        hint: `write it as a number: [${String(at.value)}]`,
      };
    }
    documents = documents.flatMap((document) => below(document, at));
  }
  return null;
}

function below(document: unknown, { type, value }: Term): unknown[] {
  if (typeof document !== 'object' || document === null) return [];
  if (type !== 'string' && type !== 'number') return Object.values(document);
  return Object.hasOwn(document, String(value)) ? [Reflect.get(document, String(value))] : [];
}

/** Built-ins that return only numbers; `minus` may also return sets. */
const NUMBERS = ['count', 'sum', 'product', 'plus', 'mul', 'div', 'rem', 'floor', 'minus'];

/** Whether a term of the rule may be a number: a literal, a field, a built-in's result, or a variable bound to one. */
function numbersOf(rule: Rule, scope: Scope, schema: InputSchema): (term: Term) => boolean {
  const bound = new Set<string>();
  const isNumber = (term: Term): boolean => {
    const call = callOf(term);
    if (call !== null) return givesNumber(operatorOf(call));
    if (term.type === 'number' || (term.type === 'var' && bound.has(String(term.value)))) return true;
    return scope(term).some((path) => path !== null && isNumeric(schema, path));
  };
  for (const { terms: said } of expressionsIn(rule)) {
    if (isCall(said)) {
      const [, variable, value, result] = said;
      // A call with one argument more than its parameters binds its result.
      const gives = ['assign', 'eq'].includes(operatorOf(said)) && value !== undefined && isNumber(value);
      if (gives && variable?.type === 'var') bound.add(String(variable.value));
      if (result?.type === 'var' && givesNumber(operatorOf(said))) bound.add(String(result.value));
    } else if (isSomeIn(said)) {
      for (const [variable, list] of membersOf(said.symbols)) {
        if (listed(list).some(isNumber)) bound.add(String(variable.value));
      }
    }
  }
  return isNumber;
}

const givesNumber = (operator: string): boolean => NUMBERS.includes(operator) || operator.startsWith('bits.');

function membersOf(symbols: readonly Term[]): (readonly [Term, Term])[] {
  return symbols.flatMap((symbol) => {
    const call = callOf(symbol);
    const [variable, list] = [call?.at(-2), call?.at(-1)];
    const isMember = call !== null && MEMBER.includes(operatorOf(call));
    return isMember && variable?.type === 'var' && list !== undefined ? [[variable, list] as const] : [];
  });
}

/** The members of a literal list or set. */
function listed({ type, value }: Term): readonly Term[] {
  return type === 'array' || type === 'set' ? (value as readonly Term[]) : [];
}

function isNumeric(schema: InputSchema, [, ...keys]: readonly string[]): boolean {
  const at = keys.reduce<InputSchema | undefined>(
    (inside, key) => (key === '*' ? inside?.items : inside?.properties?.[key]),
    schema,
  );
  const types = typeof at?.type === 'string' ? [at.type] : (at?.type ?? []);
  return types.includes('number') || types.includes('integer');
}
