// Which way an expression works: towards an allowed action or towards a denied one. Read from `decision` on, through
// rules, `not`, `count(…) == 0`, sets and their differences; where a way cannot be read nothing is said of what follows.
import { ACTIONS } from '../../model/decision.ts';
import type { Term } from '../source/syntax.ts';
import {
  booleanOf,
  branches,
  callOf,
  type Expression,
  entryOf,
  isCall,
  isEvery,
  isSomeIn,
  MEMBER,
  operatorOf,
  type Rule,
} from './rules.ts';

export type Way = 'allows' | 'denies';

/** An expression and its polarity. A negated one appears without its `not`, with the opposite polarity. */
export interface Atom {
  readonly rule: Rule;
  /** The expressions that must hold together with it. */
  readonly body: readonly Expression[];
  readonly said: Term | readonly Term[];
  readonly at: Term;
  readonly way: Way;
  /** It allows by ending a denial, as in `deny if not reviewed`. */
  readonly belowDenial: boolean;
}

/** An `every` appears among the atoms as a call with its domain; its body has its own atoms. */
export const EVERY = 'every';

interface Course {
  readonly way: Way;
  readonly belowDenial: boolean;
}

const turned = ({ way, belowDenial }: Course): Course =>
  way === 'allows' ? { way: 'denies', belowDenial } : { way: 'allows', belowDenial: true };

/**
 * Every expression whose polarity (whether it allows or denies) follows from the decision, in the order of its rules.
 */
export function atomsOf(rules: readonly Rule[]): Atom[] {
  const byName = new Map<string, Rule[]>();
  for (const each of rules) byName.set(each.name, [...(byName.get(each.name) ?? []), each]);
  const atoms: Atom[] = [];
  // Each rule once for each course; iterating a map includes entries that are added meanwhile, so that no recursion is needed.
  const reached = new Map<string, readonly [name: string, course: Course]>();

  function rule(name: string, course: Course): void {
    if (byName.has(name)) reached.set(`${name} ${course.way} ${course.belowDenial}`, [name, course]);
  }

  function branch(each: Rule, course: Course): void {
    const value = booleanOf(each.value);
    if (each.value !== null && value === undefined) {
      if (['number', 'string', 'null'].includes(each.value.type)) return;
      term(each, each.body, each.value, course);
    }
    if (!each.isDefault) body(each, each.body, value === false ? turned(course) : course);
  }

  function body(owner: Rule, lines: readonly Expression[], course: Course): void {
    for (const line of lines) {
      const direction = line.negated === true ? turned(course) : course;
      const { terms: said } = line;
      if (isCall(said)) call(owner, lines, said, direction);
      else if (isSomeIn(said)) {
        for (const symbol of said.symbols) {
          const inside = callOf(symbol);
          const list = inside?.at(-1);
          if (!inside || !list) continue;
          atoms.push({ rule: owner, body: lines, said: inside, at: list, ...direction });
          term(owner, lines, list, direction);
        }
      } else if (isEvery(said)) {
        const every: Term = { type: 'var', value: EVERY, location: said.domain.location };
        atoms.push({ rule: owner, body: lines, said: [every, said.domain], at: said.domain, ...direction });
        term(owner, lines, said.domain, turned(direction));
        body(owner, said.body, direction);
      } else {
        if (said.type === 'ref') atoms.push({ rule: owner, body: lines, said, at: said, ...direction });
        term(owner, lines, said, direction);
      }
    }
  }

  function call(owner: Rule, lines: readonly Expression[], said: readonly Term[], course: Course): void {
    const [head, ...args] = said;
    if (head === undefined) return;
    const operator = operatorOf(said);
    if (operator !== 'assign')
      atoms.push({ rule: owner, body: lines, said, at: firstOf(head, args[0]), ...course });
    const follow = (each: Term | undefined, direction: Course) => {
      if (each !== undefined) term(owner, lines, each, direction);
    };
    const [left, right] = args;
    if (byName.has(operator)) rule(operator, course);
    else if (MEMBER.includes(operator)) follow(args.at(-1), course);
    else if (operator === 'minus') {
      follow(left, course);
      follow(right, turned(course));
    } else if (COLLECTING.includes(operator)) for (const arg of args) follow(arg, course);
    else if (left && right) {
      const compared = comparison(operator, left, right);
      if (compared) follow(compared.what, compared.same ? course : turned(course));
    }
  }

  function term(owner: Rule, lines: readonly Expression[], each: Term, course: Course): void {
    if (each.type === 'var') rule(String(each.value), course);
    else if (each.type === 'ref') {
      const [head] = each.value as readonly Term[];
      if (head?.type === 'var') rule(String(head.value), course);
    } else if (each.type === 'call') call(owner, lines, each.value as readonly Term[], course);
    else if (each.type === 'set' || each.type === 'array') {
      for (const item of each.value as readonly Term[]) term(owner, lines, item, course);
    } else if (each.type === 'object') {
      for (const [, value] of each.value as readonly (readonly [Term, Term])[])
        term(owner, lines, value, course);
    } else if (each.type === 'setcomprehension' || each.type === 'arraycomprehension') {
      const inside = each.value as { readonly term: Term; readonly body: readonly Expression[] };
      term(owner, inside.body, inside.term, course);
      body(owner, inside.body, course);
    }
  }

  const decisions = (byName.get('decision') ?? []).flatMap(branches);
  for (const each of decisions) {
    for (const action of ACTIONS) {
      const value = entryOf(each.value, action);
      if (value) term(each, each.body, value, { way: 'allows', belowDenial: false });
    }
    const way = wayOfDecision(each, decisions);
    if (way) body(each, each.body, { way, belowDenial: false });
  }
  for (const [name, course] of reached.values()) {
    for (const each of (byName.get(name) ?? []).flatMap(branches)) branch(each, course);
  }
  return atoms;
}

/** The term where a call begins: an infix operator comes after its first argument. */
function firstOf(operator: Term, argument: Term | undefined): Term {
  if (argument === undefined) return operator;
  const before =
    argument.location.row - operator.location.row || argument.location.col - operator.location.col;
  return before < 0 ? argument : operator;
}

/** Built-ins whose result contains all elements of their arguments, or only common ones. */
const COLLECTING = ['and', 'or', 'union', 'sort', 'array.concat'];

/**
 * The meaning of a comparison with a literal for its other side: `count(xs) == 0` is the opposite of `xs`, `x == true` the
 * same. null: neither.
 */
function comparison(
  operator: string,
  left: Term,
  right: Term,
): { readonly what: Term; readonly same: boolean } | null {
  const negative = operator === 'neq';
  if (negative || operator === 'equal' || operator === 'eq') {
    for (const [what, literal] of [
      [left, right],
      [right, left],
    ] as const) {
      const value = booleanOf(literal);
      if (value !== undefined) return { what, same: value !== negative };
      const counted = countedBy(what);
      if (counted && isZero(literal)) return { what: counted, same: negative };
      if (isEmpty(literal)) return { what, same: negative };
    }
    return null;
  }
  const [counted, same] = [countedBy(left), operator === 'gt' || operator === 'gte'];
  return counted && ['gt', 'gte', 'lt', 'lte'].includes(operator) && right.type === 'number'
    ? { what: counted, same }
    : null;
}

function countedBy(term: Term): Term | null {
  const call = callOf(term);
  return call && operatorOf(call) === 'count' ? (call[1] ?? null) : null;
}

function isZero({ type, value }: Term): boolean {
  return type === 'number' && Number(value) === 0;
}

/** `[]`, `{}` and `set()`. */
function isEmpty({ type, value }: Term): boolean {
  return ['array', 'object', 'set'].includes(type) && (value as readonly unknown[]).length === 0;
}

/**
 * Whether a literal decision allows more or less than the result without it: the default, or the last `else`; with
 * neither, everything is denied. null: both, or undecidable.
 */
function wayOfDecision(one: Rule, all: readonly Rule[]): Way | null {
  if (one.isDefault || one.body.length === 0 || one.value?.type !== 'object') return null;
  const otherwise = all.find(({ isDefault, body }) => isDefault || body.length === 0);
  const actions = ACTIONS.map((action) => booleanOf(entryOf(one.value, action)));
  if (otherwise === undefined) return actions.includes(false) ? null : 'allows';
  const denies = (rule: Rule, action: string) => booleanOf(entryOf(rule.value, action)) === false;
  const lower = ACTIONS.some((action) => denies(one, action) && !denies(otherwise, action));
  const higher = ACTIONS.some((action) => !denies(one, action) && denies(otherwise, action));
  return lower === higher ? null : lower ? 'denies' : 'allows';
}
