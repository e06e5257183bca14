// Finds the texts that a term stands for: literals in its place, or those that reach it through a variable, a constant
// rule, a parameter, or data.json.
import type { Location, PolicyModule, Term } from '../source/syntax.ts';
import type { ParsedPolicy } from './check.ts';
import { callsIn, expressionsIn } from './fields.ts';
import { callOf, fullPath, isCall, isEvery, isSomeIn, MEMBER, operatorOf, type Rule } from './rules.ts';

export interface Literal {
  readonly value: string;
  readonly module: PolicyModule;
  /** The place of the literal; for a value of data.json, that of the term that reads it. */
  readonly location: Location;
}

/** The literal itself, or those in a set, an array or the keys of an object; other possible values are left out. */
export type Literals = (term: Term) => readonly Literal[];

/** Names in a chain that are followed, at most. Rego has no recursion; the bound guards against a mistake here. */
const DEPTH = 6;

/** The literals that the terms of each rule stand for, through at most six names; `data`: the policy's own data. */
export function literalsOf(rules: readonly Rule[], data: ParsedPolicy['data']): (rule: Rule) => Literals {
  const named = new Map<string, Rule[]>();
  for (const rule of rules) named.set(rule.name, [...(named.get(rule.name) ?? []), rule]);
  const passed = argumentsOf(
    rules,
    new Set(rules.filter(({ args }) => args.length > 0).map(({ name }) => name)),
  );
  const bound = new Map<Rule, ReadonlyMap<string, Term | null>>();
  const localsOf = (rule: Rule) => {
    const known = bound.get(rule) ?? locals(rule);
    bound.set(rule, known);
    return known;
  };

  function within(rule: Rule, term: Term, depth: number): readonly Literal[] {
    if (depth === 0) return [];
    const below = (each: Term) => within(rule, each, depth - 1);
    if (term.type === 'string') return [{ ...placeOf(rule, term), value: String(term.value) }];
    if (term.type === 'set' || term.type === 'array') return (term.value as readonly Term[]).flatMap(below);
    if (term.type === 'object') {
      return (term.value as readonly (readonly [Term, Term])[]).flatMap(([key]) => below(key));
    }
    if (term.type === 'var') return called(rule, String(term.value), depth);
    if (term.type !== 'ref') return [];
    const path = fullPath(term);
    if (path?.[0] === 'data')
      return textsAt(data, path.slice(1)).map((value) => ({ ...placeOf(rule, term), value }));
    const [head, ...keys] = term.value as readonly Term[];
    // `names[_]` is one of them; `names[0]` and `limits.relion` are not followed.
    const [key] = keys;
    return head?.type === 'var' && keys.length === 1 && key?.type === 'var' ? below(head) : [];
  }

  function called(rule: Rule, name: string, depth: number): readonly Literal[] {
    const local = localsOf(rule).get(name);
    if (local !== undefined) return local === null ? [] : within(rule, local, depth - 1);
    const position = rule.args.findIndex(({ type, value }) => type === 'var' && value === name);
    if (position !== -1) {
      const given = passed.get(`${rule.name}/${position}`) ?? [];
      return given.flatMap(([caller, arg]) => within(caller, arg, depth - 1));
    }
    const definitions = named.get(name) ?? [];
    return definitions.flatMap((each) => {
      const value = each.key ?? each.value;
      return each.args.length > 0 || value === null ? [] : within(each, value, depth - 1);
    });
  }

  return (rule) => (term) => within(rule, term, DEPTH);
}

function placeOf({ module }: Rule, { location }: Term) {
  return { module, location };
}

/** The term that each variable is bound to; null if it is bound more than once, in possibly unrelated places. */
function locals(rule: Rule): ReadonlyMap<string, Term | null> {
  const found = new Map<string, Term | null>();
  const bind = (variable: Term | undefined, to: Term | undefined) => {
    if (variable?.type !== 'var' || to === undefined) return;
    const name = String(variable.value);
    found.set(name, found.has(name) ? null : to);
  };
  for (const { terms: said } of expressionsIn(rule)) {
    if (isCall(said)) {
      if (operatorOf(said) === 'assign') bind(said[1], said[2]);
    } else if (isEvery(said)) {
      bind(said.value, said.domain);
    } else if (isSomeIn(said)) {
      for (const symbol of said.symbols) {
        const call = callOf(symbol);
        if (call !== null && MEMBER.includes(operatorOf(call))) bind(call.at(-2), call.at(-1));
      }
    }
  }
  return found;
}

/** Arguments by `function/index`, each with the rule that passes it. */
function argumentsOf(rules: readonly Rule[], functions: ReadonlySet<string>) {
  const found = new Map<string, (readonly [caller: Rule, arg: Term])[]>();
  for (const rule of rules) {
    for (const [operator, args] of callsIn(rule)) {
      if (!functions.has(operator)) continue;
      for (const [index, arg] of args.entries()) {
        const key = `${operator}/${index}`;
        found.set(key, [...(found.get(key) ?? []), [rule, arg]]);
      }
    }
  }
  return found;
}

/** Texts at a path of data.json: the text itself, those of a list, or the keys of an object. */
function textsAt(data: ParsedPolicy['data'], path: readonly string[]): string[] {
  const value = path.reduce<unknown>(
    (at, key) =>
      at !== null && typeof at === 'object' && Object.hasOwn(at, key)
        ? at[key as keyof typeof at]
        : undefined,
    data,
  );
  if (Array.isArray(value)) return value.filter((each) => typeof each === 'string');
  if (value !== null && typeof value === 'object') return Object.keys(value);
  return typeof value === 'string' ? [value] : [];
}
