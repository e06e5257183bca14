// Decides whether an expression holds if one of its fields is unknown: null, "unknown", a field below a null, and an empty
// list are distinguished. The result null means undecidable.
import { type Term, terms } from '../source/syntax.ts';
import { type FieldPath, onlyField, type Scope } from './fields.ts';
import { type Atom, EVERY } from './polarity.ts';
import { callOf, type Expression, isCall, isSomeIn, MEMBER, operatorOf } from './rules.ts';
import { ABSENT, EMPTY, type Unknown } from './schema.ts';

/**
 * The fields of the input in the expression, each once; for `list[_]`, the list. A term that may stand for
 * several is left out.
 */
export function fieldsWithin(said: Atom['said'], scope: Scope): FieldPath[] {
  const all: readonly Term[] = isCall(said) ? said.slice(1) : [said];
  const found = terms(all).flatMap((term) => {
    const field = onlyField(scope(term));
    const first = field?.indexOf('*') ?? -1;
    if (field === null || first === -1) return field === null ? [] : [field];
    // A variable for an element is bound by a `some` or an `every`, which define the result for an empty list.
    return term.type === 'ref' && hasWildcard(term) ? [field.slice(0, first)] : [];
  });
  return [...new Map(found.map((field) => [field.join('.'), field])).values()];
}

/** Whether the expression holds if the field has this unknown value; null: undecidable. */
export function holds(said: Atom['said'], scope: Scope, field: FieldPath, unknown: Unknown): boolean | null {
  const name = field.join('.');
  const isField = (term: Term | undefined) =>
    term !== undefined && onlyField(scope(term))?.join('.') === name;
  if (unknown === EMPTY) return ofEmpty(said, scope, field, isField);
  // Everything but undefined and false holds.
  if (!isCall(said)) return isField(said) ? unknown !== ABSENT && unknown !== false : null;
  const [left, right] = said.slice(1);
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

type IsField = (term: Term | undefined) => boolean;

/** The same if the field is an empty list. */
function ofEmpty(said: Atom['said'], scope: Scope, field: FieldPath, isField: IsField): boolean | null {
  const ofElement = (term: Term) => isElementOf(onlyField(scope(term)), field);
  if (!isCall(said)) return isWrittenFrom(said, ofElement) ? false : isField(said) ? true : null;
  const [left, right] = said.slice(1);
  const operator = operatorOf(said);
  if (operator === EVERY) return isField(left) ? true : null;
  if (MEMBER.includes(operator)) return isField(said.at(-1)) ? false : null;
  if (left === undefined || right === undefined) return null;
  const compare = COMPARISONS[operator];
  if (compare === undefined) return null;
  if (isWrittenFrom(left, ofElement) || isWrittenFrom(right, ofElement)) return false;
  const isNothing = (term: Term) => nothing(term, scope, field, isField);
  const [one, other] = [sizeOf(left, isNothing), sizeOf(right, isNothing)];
  if (one !== null && other !== null) return compare(one - other);
  if (!['eq', 'equal', 'neq'].includes(operator)) return null;
  const [a, b] = [isNothing(left) || isWrittenEmpty(left), isNothing(right) || isWrittenEmpty(right)];
  return a && b ? compare(0) : null;
}

function isElementOf(path: FieldPath | null, list: FieldPath): boolean {
  return (
    path !== null &&
    path.length > list.length &&
    path.slice(0, list.length + 1).join('.') === `${list.join('.')}.*`
  );
}

/** Whether it is `input.record.techniques[_]` itself, and not a variable, whose list its own `some` defines. */
function isWrittenFrom(term: Term, ofElement: (term: Term) => boolean): boolean {
  return term.type === 'ref' && ofElement(term) && hasWildcard(term);
}

function hasWildcard({ value }: Term): boolean {
  return (value as readonly Term[]).slice(1).some(({ type }) => type === 'var');
}

/** The value of `count(…)` of an empty collection, or of a number; null for anything else. */
function sizeOf(term: Term, isNothing: (term: Term) => boolean): number | null {
  if (term.type === 'number') return Number(term.value);
  const call = callOf(term);
  const counted = call && operatorOf(call) === 'count' ? call[1] : undefined;
  return counted !== undefined && isNothing(counted) ? 0 : null;
}

/** Whether it is empty because the list is: the list itself, a comprehension over it, or a difference or intersection. */
function nothing(term: Term, scope: Scope, field: FieldPath, isField: IsField): boolean {
  if (isField(term)) return true;
  if (term.type === 'setcomprehension' || term.type === 'arraycomprehension') {
    const { body } = term.value as { readonly body: readonly Expression[] };
    return body.some(
      ({ terms: said, negated }) => negated !== true && asksForElement(said, scope, field, isField),
    );
  }
  const call = callOf(term);
  const [left, right] = call?.slice(1) ?? [];
  const below = (each: Term | undefined) => each !== undefined && nothing(each, scope, field, isField);
  if (call === null) return false;
  if (operatorOf(call) === 'minus') return below(left);
  return operatorOf(call) === 'and' && (below(left) || below(right));
}

function asksForElement(
  said: Expression['terms'],
  scope: Scope,
  field: FieldPath,
  isField: IsField,
): boolean {
  if (isSomeIn(said)) return said.symbols.some((symbol) => isField(callOf(symbol)?.at(-1)));
  if (!isCall(said)) return false;
  return said
    .slice(1)
    .some((term) => isWrittenFrom(term, (each) => isElementOf(onlyField(scope(each)), field)));
}

function isWrittenEmpty({ type, value }: Term): boolean {
  return ['array', 'set'].includes(type) && (value as readonly unknown[]).length === 0;
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

/** Whether the value is in a literal list; null for any other list. */
function within(unknown: Exclude<Unknown, typeof EMPTY>, list: Term | undefined): boolean | null {
  if (unknown === ABSENT) return false;
  if (list?.type !== 'set' && list?.type !== 'array') return null;
  const values = (list.value as readonly Term[]).map(literalOf);
  if (values.includes(undefined)) return null;
  return values.includes(unknown);
}
