// What a module may answer: a complete, well-formed decision, and nothing else. All that is not one denies.
import { ACTIONS, DECISION_KEYS, type Decision, type Reason } from '../../model/decision.ts';
import { isObject } from '../../model/json-object.ts';
import { reasonCode } from '../bundle/manifest.ts';
import { parseExact } from '../wasm/exact-json.ts';

/** Bounds of one decision: its reasons, the params of a reason, and the UTF-16 code units of its JSON. */
export const DECISION_BOUNDS = Object.freeze({ reasons: 128, params: 16, json: 65_536 });

/**
 * The decision in the JSON of a module's answer, frozen; null unless it is complete, well-formed (execute ⇒ pull ⇒
 * discover) and within {@link DECISION_BOUNDS}: 65,536 UTF-16 units, 128 reasons, 16 params of each. A param that is a
 * whole number beyond 2^53 becomes the text of its digits, since people read it. Never throws.
 */
export function parseDecision(json: string): Decision | null {
  const judged = judgeDecision(json);
  return 'decision' in judged ? judged.decision : null;
}

/**
 * The decision as {@link parseDecision} gives it, within {@link DECISION_BOUNDS}, or `fault`: what is wrong with the
 * answer, as a clause for the policy's author. Never throws.
 */
export function judgeDecision(json: string): { readonly decision: Decision } | { readonly fault: string } {
  if (json.length > DECISION_BOUNDS.json)
    return { fault: `it has more than ${DECISION_BOUNDS.json} characters` };
  const answer = read(json);
  if (!isObject(answer)) return { fault: 'it is not an object' };
  const missing = DECISION_KEYS.filter((key) => !Object.hasOwn(answer, key));
  if (missing.length > 0) return { fault: `it has no ${missing.join(', ')}` };
  if (!hasExactly(answer, DECISION_KEYS)) return { fault: `it has more than ${DECISION_KEYS.join(', ')}` };
  const { discover, pull, execute, reasons } = answer;
  if (typeof discover !== 'boolean' || typeof pull !== 'boolean' || typeof execute !== 'boolean')
    return { fault: 'discover, pull and execute are not all true or false' };
  if (execute && !pull) return { fault: 'it allows execute without pull' };
  if (pull && !discover) return { fault: 'it allows pull without discover' };
  if (!Array.isArray(reasons) || reasons.length > DECISION_BOUNDS.reasons)
    return { fault: `its reasons are not a list of at most ${DECISION_BOUNDS.reasons}` };
  if (!reasons.every(isReason)) return { fault: 'a reason does not have the form {code, action, params}' };
  return { decision: Object.freeze({ discover, pull, execute, reasons: Object.freeze(reasons) }) };
}

/** undefined: it is nested too deep. */
function read(json: string): unknown {
  try {
    return parseExact(json, (digits) => digits);
  } catch {
    return undefined;
  }
}

function isReason(value: unknown): value is Reason {
  if (!isObject(value) || !hasExactly(value, ['code', 'action', 'params'])) return false;
  return ACTIONS.some((known) => known === value.action) && isCoded(value);
}

/** Whether the code and the params are those of a reason. */
function isCoded({ code, params }: Readonly<Record<string, unknown>>): boolean {
  return (
    reasonCode.safeParse(code).success &&
    isObject(params) &&
    Object.keys(params).length <= DECISION_BOUNDS.params &&
    Object.values(params).every((param) => isScalar(param) || (Array.isArray(param) && param.every(isScalar)))
  );
}

/** Reasons of one decision on a compute resource. */
const RESOURCE_REASONS = 32;

/** A module's answer about a compute resource. use ⇒ visible. */
export interface ResourceDecision {
  readonly visible: boolean;
  readonly use: boolean;
  /** Those against use. */
  readonly reasons: readonly Omit<Reason, 'action'>[];
}

/**
 * The decision on a compute resource in the JSON of a module's answer; null unless it is complete, well-formed and within the
 * bounds of {@link parseDecision}, with 32 reasons at most. Never throws.
 */
export function parseResourceDecision(json: string): ResourceDecision | null {
  const answer = json.length > DECISION_BOUNDS.json ? null : read(json);
  if (!isObject(answer) || !hasExactly(answer, ['visible', 'use', 'reasons'])) return null;
  const { visible, use, reasons } = answer;
  if (typeof visible !== 'boolean' || typeof use !== 'boolean' || (use && !visible)) return null;
  if (!Array.isArray(reasons) || reasons.length > RESOURCE_REASONS) return null;
  return reasons.every(isResourceReason) ? { visible, use, reasons } : null;
}

const isResourceReason = (value: unknown): value is Omit<Reason, 'action'> =>
  isObject(value) && hasExactly(value, ['code', 'params']) && isCoded(value);

function isScalar(value: unknown): boolean {
  return value === null || ['string', 'number', 'boolean'].includes(typeof value);
}

function hasExactly(value: Readonly<Record<string, unknown>>, keys: readonly string[]): boolean {
  return Object.keys(value).length === keys.length && keys.every((key) => Object.hasOwn(value, key));
}

/**
 * The indexes in the JSON of the preference module's answer: ascending, each once, from 0 and below `values`; frozen;
 * null for any other answer. Throws a SyntaxError for text that is not JSON (RFC 8259).
 */
export function parseIndexes(json: string, values: number): readonly number[] | null {
  const answer: unknown = JSON.parse(json);
  if (!Array.isArray(answer)) return null;
  let last = -1;
  for (const index of answer) {
    if (!Number.isInteger(index) || index <= last || index >= values) return null;
    last = index;
  }
  return Object.freeze(answer);
}
