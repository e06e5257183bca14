// The rules in OPA's syntax tree, as checks use them: the name of a rule, its value, and its conditions.
import { type Location, literalPath, type PolicyModule, type Term } from '../source/syntax.ts';

/** The names of `x in xs` in the tree, without and with a key. */
export const MEMBER = ['internal.member_2', 'internal.member_3'];

/** One line of a body: a term that must hold, a call (`[operator, …arguments]`), a `some … in`, or an `every`. */
export interface Expression {
  readonly terms: Term | readonly Term[] | SomeIn | Every;
  readonly negated?: boolean;
  readonly location: Location;
}

export interface SomeIn {
  readonly symbols: readonly Term[];
}

export interface Every {
  readonly domain: Term;
  readonly key: Term | null;
  readonly value: Term;
  readonly body: readonly Expression[];
}

export interface Rule {
  readonly module: PolicyModule;
  readonly location: Location;
  /** The first part of its name: `asked` of `asked.pull contains …`. */
  readonly name: string;
  /** Whether that is the whole name. */
  readonly isWhole: boolean;
  readonly isDefault: boolean;
  readonly args: readonly Term[];
  /** The term that `contains` adds; null for a rule with one value. */
  readonly key: Term | null;
  /** Null for `contains`. */
  readonly value: Term | null;
  /** Empty for a rule that always holds. */
  readonly body: readonly Expression[];
  /** Its `else`. */
  readonly otherwise: Rule | null;
}

interface RuleNode {
  readonly location: Location;
  readonly default?: boolean;
  readonly head: {
    readonly ref: readonly Term[];
    readonly args?: readonly Term[];
    readonly key?: Term;
    readonly value?: Term;
  };
  readonly body?: readonly Expression[];
  readonly else?: RuleNode;
}

/**
 * The rules of the modules, in their order. The tree must be that of OPA's parser, for a policy that it accepted: it is
 * not checked.
 */
export function rulesOf(modules: readonly PolicyModule[]): Rule[] {
  return modules.flatMap((module) => module.rules.map((node) => ruleOf(module, node as RuleNode)));
}

function ruleOf(module: PolicyModule, node: RuleNode): Rule {
  const { head } = node;
  return {
    module,
    location: node.location,
    name: literalPath(head.ref)[0] ?? '',
    isWhole: head.ref.length === 1,
    isDefault: node.default === true,
    args: head.args ?? [],
    key: head.key ?? null,
    value: head.value ?? null,
    body: (node.body ?? []).filter(({ terms, negated }) => negated === true || !isTrue(terms)),
    otherwise: node.else === undefined ? null : ruleOf(module, node.else),
  };
}

/** The rule, its `else`, the `else` of that, and so on. */
export function branches(rule: Rule): Rule[] {
  return rule.otherwise === null ? [rule] : [rule, ...branches(rule.otherwise)];
}

/** The value of a literal `true` or `false`; undefined for any other term. */
export function booleanOf(term: Term | null | undefined): boolean | undefined {
  return term?.type === 'boolean' ? term.value === true : undefined;
}

/** The operator and arguments of a call; null for any other term. */
export function callOf(term: Term): readonly Term[] | null {
  return term.type === 'call' ? (term.value as readonly Term[]) : null;
}

/** The name of the called function: `count`, `regex.match`, `equal`; empty if the head is no name. */
export function operatorOf(call: readonly Term[]): string {
  const [head] = call;
  if (head?.type === 'var') return String(head.value);
  return head?.type === 'ref' ? literalPath(head.value as readonly Term[]).join('.') : '';
}

/** The path of a reference all of whose keys are texts, such as `['input', 'record', 'sharing']`; null for any other term. */
export function fullPath(term: Term): readonly string[] | null {
  if (term.type !== 'ref') return null;
  const value = term.value as readonly Term[];
  const path = literalPath(value);
  return path.length === value.length ? path : null;
}

/** The value of a key of a literal object; undefined if there is none. */
export function entryOf(term: Term | null, key: string): Term | undefined {
  if (term?.type !== 'object') return undefined;
  const pairs = term.value as readonly (readonly [Term, Term])[];
  return pairs.find(([name]) => name.type === 'string' && name.value === key)?.[1];
}

/** Whether an expression is a call. */
export function isCall(terms: Expression['terms']): terms is readonly Term[] {
  return Array.isArray(terms);
}

/** Whether an expression is a `some … in`. */
export function isSomeIn(terms: Expression['terms']): terms is SomeIn {
  return 'symbols' in terms;
}

/** Whether an expression is an `every`. */
export function isEvery(terms: Expression['terms']): terms is Every {
  return 'domain' in terms;
}

function isTrue(terms: Expression['terms']): boolean {
  return !isCall(terms) && 'type' in terms && booleanOf(terms) === true;
}
