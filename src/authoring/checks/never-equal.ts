// Finds comparisons with a literal that a field never has: `"KIT" in input.subject.sites`, because ids are lowercase. A
// denial with such a comparison never denies, and OPA does not report it.
import type { Finding } from '../source/problem.ts';
import { problemAt, type Term } from '../source/syntax.ts';
import { type Impossible, impossible, impossibleWithin } from './canonical.ts';
import type { Check, ParsedPolicy } from './check.ts';
import { callsIn, type FieldPath, type Meaning, type Scope, termsIn } from './fields.ts';
import { type Literal, type Literals, literalsOf } from './literals.ts';
import { callOf, MEMBER, operatorOf, type Rule } from './rules.ts';

/** Refuses comparisons with a literal that the field never has. */
export const neverEqual: Check = {
  name: 'never-equal',
  severity: 'error',
  canBeAllowed: true,
  find: neverHolding,
};

const EQUALITY = ['eq', 'equal', 'neq'];
const PARTS = ['startswith', 'endswith', 'contains'];

/** A term and the one that it is compared with. */
type Pair = readonly [one: Term, other: Term];

function neverHolding(policy: ParsedPolicy): Finding[] {
  const { rules, scopes } = policy;
  const literals = literalsOf(rules, policy.data);
  const found = rules.flatMap((rule) => inRule(policy, rule, scopes(rule), literals(rule)));
  // A literal that several rules compare is reported once.
  return [
    ...new Map(found.map((one) => [`${one.file} ${one.line}:${one.column} ${one.message}`, one])).values(),
  ];
}

function inRule(policy: ParsedPolicy, rule: Rule, scope: Scope, literals: Literals): Finding[] {
  const found: Finding[] = [];
  for (const [one, other] of comparisons(rule)) {
    for (const literal of literals(other)) {
      found.push(...inComparison(policy, scope(one), literal));
      found.push(...inCase(one, literal));
    }
  }
  for (const [text, part] of partsOf(rule)) {
    const meaning = scope(text);
    for (const literal of literals(part)) {
      found.push(...always(meaning, literal, (field) => impossibleWithin(field, literal.value)));
    }
  }
  return found;
}

/** Terms compared by `==`, `!=` and `in`, in both directions, and keys that are looked up in a set or an object. */
function* comparisons(rule: Rule): Generator<Pair> {
  for (const [operator, args] of callsIn(rule)) {
    const [one, other] = EQUALITY.includes(operator) ? args : [];
    if (one && other) yield* [[one, other] as const, [other, one] as const];
    if (!MEMBER.includes(operator)) continue;
    const [value, list] = [args.at(-2), args.at(-1)];
    if (!value || !list) continue;
    yield [value, list];
    yield [elementOf(list), value];
  }
  for (const term of termsIn(rule)) {
    if (term.type !== 'ref') continue;
    const [head, key, ...rest] = term.value as readonly Term[];
    const isLookup = head && (head.type === 'var' || head.type === 'set' || head.type === 'object');
    if (isLookup && key && rest.length === 0 && ['ref', 'var', 'call'].includes(key.type)) yield [key, head];
  }
}

/** `list[_]`, which stands for the elements of the list. */
function elementOf(list: Term): Term {
  const any: Term = { type: 'var', value: '_', location: list.location };
  return { type: 'ref', value: [list, any], location: list.location };
}

function* partsOf(rule: Rule): Generator<Pair> {
  for (const [operator, [text, part]] of callsIn(rule)) {
    if (PARTS.includes(operator) && text && part) yield [text, part];
  }
}

function inComparison({ owner }: ParsedPolicy, meaning: Meaning, literal: Literal): Finding[] {
  const { value } = literal;
  // `!= ""` is a usual test of any text, and misleads nobody.
  return value === '' ? [] : always(meaning, literal, (field) => impossible(owner, field, value));
}

/** A finding if the literal is impossible for every field that the term may stand for. */
function always(
  meaning: Meaning,
  { value, module, location }: Literal,
  judge: (field: FieldPath) => Impossible | null,
): Finding[] {
  const judged = meaning.map((field) => field && judge(field));
  const [first] = judged;
  const [field] = meaning;
  if (!first || !field || judged.some((each) => !each)) return [];
  const name = field.join('.').replaceAll('.*', '[_]');
  return [
    problemAt(
      module,
      location,
      `${name} is never ${JSON.stringify(value)}: ${first.because}`,
      first.instead === null ? null : `did you mean ${JSON.stringify(first.instead)}?`,
    ),
  ];
}

/** Finds comparisons such as `lower(…) == "KIT"`. */
function inCase(term: Term, { value, module, location }: Literal): Finding[] {
  const operator = operatorOf(callOf(term) ?? []);
  if (operator !== 'lower' && operator !== 'upper') return [];
  const made = operator === 'lower' ? value.toLowerCase() : value.toUpperCase();
  if (made === value) return [];
  return [
    problemAt(
      module,
      location,
      `${operator}(…) is never ${JSON.stringify(value)}`,
      `did you mean ${JSON.stringify(made)}?`,
    ),
  ];
}
