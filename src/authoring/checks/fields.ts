// Finds the field of the input that a term stands for: by its keys, through variables (`some group in …`, `every`,
// `:=`), rules that rename a field, and parameters, as far as all calls agree.
import { type Term, terms } from '../source/syntax.ts';
import {
  callOf,
  type Expression,
  isCall,
  isEvery,
  isSomeIn,
  MEMBER,
  operatorOf,
  type Rule,
} from './rules.ts';

/** Keys from `input` on; `*` stands for an element of a list. */
export type FieldPath = readonly string[];

/** The fields that a term may stand for, and null if it may also be something else. */
export type Meaning = readonly (FieldPath | null)[];

export type Scope = (term: Term) => Meaning;

/**
 * Iterations, at most. A path grows only in recursion, which Rego does not have; the bound guards against a mistake
 * here.
 */
const MAX_ITERATIONS = 6;

/**
 * A function that gives the scope of a rule, one of these or another: what the terms within it stand for. What is passed
 * to functions is followed in six rounds at most. Never throws.
 */
export function scopesOf(rules: readonly Rule[]): (rule: Rule) => Scope {
  const known: Known = { renamed: renamed(rules), parameters: new Map() };
  const functions = new Set(rules.filter(({ args }) => args.length > 0).map(({ name }) => name));
  for (let done = 0; functions.size > 0 && done < MAX_ITERATIONS; done += 1) {
    if (!learnParameters(rules, functions, known)) break;
  }
  const scopes = new Map(rules.map((rule) => [rule, scopeOf(rule, known)]));
  return (rule) => scopes.get(rule) ?? scopeOf(rule, known);
}

/** The one field that the term certainly is; null otherwise. */
export function onlyField(meaning: Meaning): FieldPath | null {
  return meaning.length === 1 ? (meaning[0] ?? null) : null;
}

interface Known {
  readonly renamed: ReadonlyMap<string, Meaning>;
  /** By `function/index`. */
  readonly parameters: Map<string, Meaning>;
}

const NOTHING: Meaning = [null];

/** Rules such as `groups := input.record.groups`; with a condition such a rule may also be something else. */
function renamed(rules: readonly Rule[]): Map<string, Meaning> {
  const found = new Map<string, Meaning>();
  for (const rule of rules) {
    if (rule.isDefault || rule.args.length > 0 || rule.value === null) continue;
    const meaning = meaningOf(rule.value, () => NOTHING);
    const sure = rule.body.length === 0 && rule.otherwise === null;
    found.set(rule.name, union(found.get(rule.name) ?? [], sure ? meaning : union(meaning, NOTHING)));
  }
  return found;
}

function learnParameters(rules: readonly Rule[], functions: ReadonlySet<string>, known: Known): boolean {
  const learned = new Map<string, Meaning>();
  for (const rule of rules) {
    const scope = scopeOf(rule, known);
    for (const [operator, args] of callsIn(rule)) {
      if (!functions.has(operator)) continue;
      for (const [index, arg] of args.entries()) {
        const key = `${operator}/${index}`;
        learned.set(key, union(learned.get(key) ?? [], scope(arg)));
      }
    }
  }
  const changed = JSON.stringify([...learned]) !== JSON.stringify([...known.parameters]);
  for (const [key, meaning] of learned) known.parameters.set(key, meaning);
  return changed;
}

function scopeOf(rule: Rule, { renamed, parameters }: Known): Scope {
  const local = new Map<string, Meaning>();
  const names: Names = (name) => local.get(name) ?? renamed.get(name) ?? NOTHING;
  for (const [index, arg] of rule.args.entries()) {
    if (arg.type !== 'var') continue;
    local.set(String(arg.value), parameters.get(`${rule.name}/${index}`) ?? NOTHING);
  }
  const bind = (variable: Term | undefined, meaning: Meaning) => {
    if (variable?.type !== 'var') return;
    const name = String(variable.value);
    local.set(name, union(local.get(name) ?? [], meaning));
  };
  for (const { terms: said } of expressionsIn(rule)) {
    if (isCall(said)) {
      const [, left, right] = said;
      if (['assign', 'eq'].includes(operatorOf(said)) && right) bind(left, meaningOf(right, names));
    } else if (isEvery(said)) {
      bind(said.value, elements(meaningOf(said.domain, names)));
    } else if (isSomeIn(said)) {
      for (const symbol of said.symbols) {
        const call = callOf(symbol);
        if (call === null || !MEMBER.includes(operatorOf(call))) continue;
        const list = call.at(-1);
        if (list) bind(call.at(-2), elements(meaningOf(list, names)));
      }
    }
  }
  return (term) => meaningOf(term, names);
}

/** The meaning of a name. */
type Names = (name: string) => Meaning;

function meaningOf(term: Term, names: Names): Meaning {
  if (term.type === 'var') {
    return term.value === 'input' ? [['input']] : names(String(term.value));
  }
  if (term.type !== 'ref') return NOTHING;
  const [head, ...rest] = term.value as readonly Term[];
  if (head === undefined) return NOTHING;
  const keys = rest.map(({ type, value }) => (type === 'string' ? String(value) : '*'));
  return meaningOf(head, names).map((path) => path && [...path, ...keys]);
}

function elements(meaning: Meaning): Meaning {
  return meaning.map((path) => path && [...path, '*']);
}

function union(one: Meaning, other: Meaning): Meaning {
  return [...new Map([...one, ...other].map((path) => [JSON.stringify(path), path])).values()];
}

/** What is within a rule, which many checks look for: its tree is walked once. */
interface Within {
  readonly expressions: readonly Expression[];
  readonly terms: readonly Term[];
  readonly calls: readonly Call[];
}

const walked = new WeakMap<Rule, Within>();

function within(rule: Rule): Within {
  const known = walked.get(rule);
  if (known !== undefined) return known;
  const nodes = nodesOf(rule);
  const expressions: Expression[] = [];
  collectExpressions(nodes, expressions);
  const all = terms(nodes);
  const found = { expressions, terms: all, calls: callsAmong(expressions, all) };
  walked.set(rule, found);
  return found;
}

/**
 * Every expression of a rule, with those of comprehensions and of `every`; outermost first. Computed once for each
 * rule.
 */
export const expressionsIn = (rule: Rule): readonly Expression[] => within(rule).expressions;

/** Every term of a rule, outermost first. */
export const termsIn = (rule: Rule): readonly Term[] => within(rule).terms;

/** The rule without its module, which has all the other rules; and so its `else`. */
function nodesOf({ module: _, otherwise, ...nodes }: Rule): object {
  return { ...nodes, otherwise: otherwise === null ? null : nodesOf(otherwise) };
}

function collectExpressions(node: object, found: Expression[]): void {
  if ('terms' in node) found.push(node as Expression);
  for (const [key, below] of Object.entries(node)) {
    if (key !== 'location' && typeof below === 'object' && below !== null) collectExpressions(below, found);
  }
}

type Call = readonly [operator: string, args: readonly Term[], at: Term];

/**
 * Every call in a rule, as an expression or within a value: the operator's name, the arguments, and the operator's
 * term.
 */
export const callsIn = (rule: Rule): readonly Call[] => within(rule).calls;

function callsAmong(expressions: readonly Expression[], all: readonly Term[]): Call[] {
  const calls = [
    ...expressions.map(({ terms: said }) => (isCall(said) ? said : null)),
    ...all.map((term) => callOf(term)),
  ];
  return calls.flatMap((call): Call[] =>
    call?.[0] === undefined ? [] : [[operatorOf(call), call.slice(1), call[0]]],
  );
}
