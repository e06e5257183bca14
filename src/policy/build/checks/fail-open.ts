// What nobody knows and is allowed for it: a denial that null or "unknown" switches off (`deny if academic == false`), and
// a permission that they meet (`allow if academic != false`; `allow if academic`, for null is not false in Rego).
import { problemAt, type Term, terms } from '../syntax.ts';
import type { Check, ParsedPolicy } from './check.ts';
import { type FieldPath, onlyField, type Scope, scopesOf } from './fields.ts';
import { type Atom, atomsOf } from './polarity.ts';
import { isCall, operatorOf, rulesOf } from './rules.ts';
import { ABSENT, type Unknown, type UnknownField, unknownOf } from './schema.ts';

export const failOpen: Check = {
  name: 'fail-open',
  severity: 'warning',
  canBeAllowed: true,
  find: failingOpen,
};

/** An expression on one field that may not be known, and whether it holds then; null where that cannot be told. */
interface Judged {
  readonly atom: Atom;
  readonly field: FieldPath;
  readonly unknown: UnknownField;
  /** For each of the field's unknown values. */
  readonly holds: readonly (boolean | null)[];
}

function failingOpen({ schema, modules }: ParsedPolicy) {
  const rules = rulesOf(modules);
  const scopes = scopesOf(rules);
  const judged = atomsOf(rules).flatMap((atom): Judged[] => {
    const scope = scopes(atom.rule);
    return fieldsWithin(atom.said, scope).flatMap((field) => {
      const unknown = unknownOf(schema, field);
      if (unknown === null) return [];
      return [{ atom, field, unknown, holds: unknown.values.map((value) => holds(atom.said, scope, value)) }];
    });
  });
  const wrong = judged.filter((one) => isWrong(one) && !judged.some((other) => makesUpFor(other, one)));
  const once = new Map(
    wrong.map((one) => [`${one.atom.rule.module.file} ${JSON.stringify(one.atom.at.location)}`, one]),
  );
  return [...once.values()].map(({ atom, field, unknown, holds }) => {
    const name = field.join('.');
    const index = holds.indexOf(atom.way === 'allows');
    const what = shown(unknown.values[index] ?? null, unknown);
    return atom.way === 'denies'
      ? problemAt(
          atom.rule.module,
          atom.at.location,
          `where ${what}, this does not hold, and what it denies is allowed`,
          `ask for what must be so, and deny the rest: a rule for the good values of ${name}, and \`not\` that rule`,
        )
      : problemAt(
          atom.rule.module,
          atom.at.location,
          `where ${what}, this holds, and what it asks for is allowed`,
          `name the values of ${name} that are good, with == or in, and not those that are bad`,
        );
  });
}

function shown(value: Unknown, { decidedBy }: UnknownField): string {
  const field = decidedBy;
  return value === 'unknown' ? `${field} is "unknown"` : `${field} is null`;
}

function isWrong({ atom, holds }: Judged): boolean {
  return holds.includes(atom.way === 'allows');
}

/**
 * Whether another expression sees to it that an unknown value is denied. For what allows, one that must hold together
 * with it and does not; for what denies, any denial of the policy that an unknown value sets off. What cannot be told is
 * believed to be meant well.
 */
function makesUpFor(other: Judged, one: Judged): boolean {
  if (other === one || other.unknown.decidedBy !== one.unknown.decidedBy) return false;
  if (one.atom.way === 'allows') {
    return other.atom.body === one.atom.body && other.atom.way === 'allows' && !other.holds.includes(true);
  }
  if (other.atom.way === 'denies') return !other.holds.includes(false);
  return other.atom.belowDenial && !other.holds.includes(true);
}

/** Fields that the expression is about, each once; those of a list's elements are always known. */
function fieldsWithin(said: Atom['said'], scope: Scope): FieldPath[] {
  const all: readonly Term[] = isCall(said) ? said.slice(1) : [said];
  const found = [...terms(all)].flatMap((term) => {
    const field = onlyField(scope(term));
    return field === null || field.includes('*') ? [] : [field];
  });
  return [...new Map(found.map((field) => [field.join('.'), field])).values()];
}

function holds(said: Atom['said'], scope: Scope, unknown: Unknown): boolean | null {
  // Only undefined and false do not hold.
  if (!isCall(said)) return onlyField(scope(said)) === null ? null : unknown !== ABSENT;
  const [left, right] = said.slice(1);
  const isField = (term: Term | undefined) => term !== undefined && onlyField(scope(term)) !== null;
  const operator = operatorOf(said);
  if (isField(left) && operator === 'is_null') return unknown === null;
  if (isField(left) === isField(right)) return null;
  if (operator === 'internal.member_2') return isField(left) ? within(unknown, right) : null;
  const compare = COMPARISONS[operator];
  if (compare === undefined) return null;
  if (unknown === ABSENT) return false;
  const literal = literalOf(isField(left) ? right : left);
  if (literal === undefined) return null;
  return isField(left) ? compare(order(unknown, literal)) : compare(order(literal, unknown));
}

type Scalar = null | boolean | number | string;

const COMPARISONS: Readonly<Record<string, (order: number) => boolean>> = {
  eq: (order) => order === 0,
  equal: (order) => order === 0,
  neq: (order) => order !== 0,
  lt: (order) => order < 0,
  lte: (order) => order <= 0,
  gt: (order) => order > 0,
  gte: (order) => order >= 0,
};

/** Rego's own order: null, false, true, numbers, strings. */
function order(one: Scalar, other: Scalar): number {
  const [a, b] = [rank(one), rank(other)];
  if (a !== b || one === null || other === null) return a - b;
  return one < other ? -1 : one > other ? 1 : 0;
}

function rank(value: Scalar): number {
  return value === null
    ? 0
    : { boolean: 1, number: 2, string: 3 }[typeof value as 'boolean' | 'number' | 'string'];
}

function literalOf(term: Term | undefined): Scalar | undefined {
  if (term?.type === 'number') return Number(term.value);
  return term && ['null', 'boolean', 'string'].includes(term.type) ? (term.value as Scalar) : undefined;
}

/** Membership in a list that is written out; null for any other. */
function within(unknown: Unknown, list: Term | undefined): boolean | null {
  if (unknown === ABSENT) return false;
  if (list?.type !== 'set' && list?.type !== 'array') return null;
  const values = (list.value as readonly Term[]).map(literalOf);
  if (values.includes(undefined)) return null;
  return values.includes(unknown);
}
