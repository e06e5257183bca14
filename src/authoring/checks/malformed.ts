// Decisions that are written out and can never be one: the gateway takes four keys of their types, where execute asks for
// pull and pull for discover, and nothing else.

import { ACTIONS, DECISION_KEYS } from '../../model/decision.ts';
import type { Finding } from '../source/problem.ts';
import { problemAt, type Term, terms } from '../source/syntax.ts';
import { booleanOf, branches, entryOf, type Rule } from './rules.ts';

const KEYS: readonly string[] = DECISION_KEYS;
const HINT =
  'write {"discover": …, "pull": …, "execute": …, "reasons": […]}, with true or false for each action';

/** Types of literals; anything else may be of any type. */
const NO_OBJECT = ['null', 'boolean', 'number', 'string', 'array', 'set'];
const NO_BOOLEAN = ['null', 'number', 'string', 'array', 'set', 'object'];
const NO_LIST = ['null', 'boolean', 'number', 'string', 'object'];

/**
 * The problems of all definitions of `decision`, their `else` included, as far as they are literal: what the gateway
 * would refuse in an answer. Empty if there is none.
 */
export function malformed(decisions: readonly Rule[]): Finding[] {
  return decisions
    .filter(({ isWhole }) => isWhole)
    .flatMap(branches)
    .flatMap(wrongIn);
}

function wrongIn(decision: Rule): Finding[] {
  const { module, location, value } = decision;
  const wrong = (at: Term | null, message: string, hint = HINT) =>
    problemAt(
      module,
      at?.location ?? location,
      `${message}, which denies everything with POLICY_FAILED`,
      hint,
    );
  if (value === null) return [wrong(null, 'the decision is a set here')];
  if (NO_OBJECT.includes(value.type))
    return [wrong(value, `the decision is of type ${value.type}, not an object`)];
  if (value.type !== 'object') return [];
  return [
    ...wrongKeys(value).map((message) => wrong(value, message)),
    ...ACTIONS.flatMap((action) => {
      const given = entryOf(value, action);
      return given && NO_BOOLEAN.includes(given.type) ? [wrong(given, `${action} is not true or false`)] : [];
    }),
    ...[entryOf(value, 'reasons')].flatMap((given) =>
      given && NO_LIST.includes(given.type) ? [wrong(given, 'reasons is not a list')] : [],
    ),
    ...wrongOrder(value).map((message) => wrong(value, message)),
    ...unknownActions(value).map((given) =>
      wrong(
        given,
        `there is no action ${given.value} that a reason could have`,
        `the actions are ${ACTIONS.join(', ')}`,
      ),
    ),
  ];
}

function wrongKeys(value: Term): string[] {
  const keys = (value.value as readonly (readonly [Term, Term])[]).map(([key]) => key);
  // A key that is not a literal may be any of them.
  if (keys.some(({ type }) => type !== 'string')) return [];
  const names = keys.map((key) => String(key.value));
  return [
    ...KEYS.filter((key) => !names.includes(key)).map((key) => `the decision does not have ${key}`),
    ...names.filter((name) => !KEYS.includes(name)).map((name) => `a decision may not have the key ${name}`),
  ];
}

function wrongOrder(value: Term): string[] {
  const [discover, pull, execute] = ACTIONS.map((action) => booleanOf(entryOf(value, action)));
  return [
    ...(execute === true && pull === false ? ['execute is true without pull'] : []),
    ...(pull === true && discover === false ? ['pull is true without discover'] : []),
  ];
}

/** Unknown actions of the reasons that are literals in the decision itself. */
function unknownActions(value: Term): Term[] {
  return terms(entryOf(value, 'reasons')).flatMap((term) => {
    const action = entryOf(term, 'code') === undefined ? undefined : entryOf(term, 'action');
    const isUnknown = action?.type === 'string' && !ACTIONS.some((known) => known === action.value);
    return isUnknown ? [action] : [];
  });
}
