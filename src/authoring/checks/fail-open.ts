// Finds what is allowed because nobody knows a value: a denial that null, "unknown" or an empty list switches off (`deny if
// academic == false`), and a permission that they meet (`allow if academic != false`; `every group in groups` for an empty
// list).
import { problemAt } from '../source/syntax.ts';
import type { Check, ParsedPolicy } from './check.ts';
import type { FieldPath } from './fields.ts';
import { fieldsWithin, holds } from './holds.ts';
import { type Atom, atomsOf, EVERY } from './polarity.ts';
import { isCall, operatorOf } from './rules.ts';
import { EMPTY, type Unknown, type UnknownField, unknownOf } from './schema.ts';

/** Warns of a denial that an unknown value switches off, and of a permission that one meets. */
export const failOpen: Check = {
  name: 'fail-open',
  severity: 'warning',
  canBeAllowed: true,
  find: failingOpen,
};

/** An expression on one field that may be unknown, and whether it holds then; null: undecidable. */
interface Judged {
  readonly atom: Atom;
  readonly field: FieldPath;
  readonly unknown: UnknownField;
  /** For each of the field's unknown values. */
  readonly holds: readonly (boolean | null)[];
}

function failingOpen({ schema, rules, scopes }: ParsedPolicy) {
  const judged = atomsOf(rules).flatMap((atom): Judged[] => {
    const scope = scopes(atom.rule);
    return fieldsWithin(atom.said, scope).flatMap((field) => {
      const unknown = unknownOf(schema, field);
      if (unknown === null) return [];
      return [
        { atom, field, unknown, holds: unknown.values.map((value) => holds(atom.said, scope, field, value)) },
      ];
    });
  });
  const wrong = judged.filter((one) => isWrong(one) && !judged.some((other) => compensates(other, one)));
  const once = new Map(
    wrong.map((one) => [`${one.atom.rule.module.file} ${JSON.stringify(one.atom.at.location)}`, one]),
  );
  return [...once.values()].map((one) => {
    const { atom } = one;
    const unknown = one.unknown.values[one.holds.indexOf(atom.way === 'allows')] ?? null;
    const what = shown(unknown, one);
    return problemAt(
      atom.rule.module,
      atom.at.location,
      atom.way === 'denies'
        ? `if ${what}, this does not hold, and what it denies is allowed`
        : `if ${what}, this holds, and the action is allowed`,
      unknown === EMPTY ? hintOfList(one) : hintOfValue(one),
    );
  });
}

function hintOfList({ atom, field, unknown: { decidedBy } }: Judged): string {
  const name = field.join('.');
  if (decidedBy !== name) {
    return atom.way === 'denies'
      ? `deny unknown values as well: not ${decidedBy} == true`
      : `also require that it is known: ${decidedBy} == true`;
  }
  if (atom.way === 'denies') return `deny an empty list as well: count(${name}) == 0`;
  const every = isCall(atom.said) && operatorOf(atom.said) === EVERY;
  return `also require an element${every ? ', since every holds for an empty list' : ''}: count(${name}) > 0`;
}

function hintOfValue({ atom, field }: Judged): string {
  const name = field.join('.');
  return atom.way === 'denies'
    ? `define what must hold, and deny the rest: a rule for the good values of ${name}, and \`not\` that rule`
    : `name the values of ${name} that are good, with == or in, and not those that are bad`;
}

function shown(value: Unknown, { field, unknown: { decidedBy } }: Judged): string {
  if (value === EMPTY) return `${field.join('.')} is empty`;
  return value === 'unknown'
    ? `${decidedBy} is "unknown"`
    : `${decidedBy} is ${value === false ? value : null}`;
}

function isWrong({ atom, holds }: Judged): boolean {
  return holds.includes(atom.way === 'allows');
}

/**
 * Whether another expression ensures that an unknown value is denied. For an expression that allows: one that must hold
 * together with it and does not. For one that denies: any denial of the policy that an unknown value triggers. If it is
 * undecidable, the policy is assumed to be right.
 */
function compensates(other: Judged, one: Judged): boolean {
  if (other === one || other.unknown.decidedBy !== one.unknown.decidedBy) return false;
  if (one.atom.way === 'allows') {
    return other.atom.body === one.atom.body && other.atom.way === 'allows' && !other.holds.includes(true);
  }
  if (other.atom.way === 'denies') return !other.holds.includes(false);
  return other.atom.belowDenial && !other.holds.includes(true);
}
