// Describes for people why an action is denied: the texts of the policy's annotations, filled in with the params of the
// decision. Whatever the modules answered, a denied action always has a reason, and an allowed one has none.
import { BOUNDS } from '../../model/bounds.ts';
import {
  ACTIONS,
  type Access,
  type Action,
  type Decision,
  type DescribedReason,
} from '../../model/decision.ts';
import { inert } from '../../model/inert.ts';
import type { ReasonText, ReasonTexts } from '../bundle/revision.ts';
import { FAILED_DECISION, POLICY_FAILED } from './failures.ts';

/** One module's decision on a record, with the module's owner and the texts of its reason codes. */
export interface OwnedDecision {
  readonly owner: string;
  readonly reasons: ReasonTexts;
  /** Facilities by id, as people call them. */
  readonly names: ReadonlyMap<string, string>;
  readonly decision: Decision;
}

/** The owner of what panfed itself denies. */
export const HOST = 'panfed';
/** UTF-16 code units of one value in a text, and values of a list, at most. */
const VALUE_LENGTH = 256;
const VALUES = 8;
/** Params whose values are facilities' ids, for which a text shows their names. */
const FACILITY_PARAMS: ReadonlySet<string> = new Set(['facility', 'place', 'sites']);
const NO_NAMES: ReadonlyMap<string, string> = new Map();

/** The access that a list of decisions gives, and those of the same list with one more. */
interface DescribedOnce {
  access: Access | null;
  readonly more: WeakMap<Decision, DescribedOnce>;
}

const describedOnce = (): DescribedOnce => ({ access: null, more: new WeakMap() });
const kept = describedOnce();

/**
 * The decisions joined by *and*, frozen, with the reasons against each action that is denied: each once, in the order
 * of actions, then sorted by policy, code and text; a value in a text has at most 256 UTF-16 units, and a list eight
 * values. A param `remedy` with text is the reason's remedy, in at most 512 units. No decisions allow nothing. A decision object belongs to one module, so the result is cached for as long as
 * it lives.
 */
export function accessOf(decisions: readonly OwnedDecision[]): Access {
  // The one decision that belongs to no module.
  if (decisions.some(({ decision }) => decision === FAILED_DECISION)) return join(decisions);
  let known = kept;
  for (const { decision } of decisions) {
    const more = known.more.get(decision) ?? describedOnce();
    known.more.set(decision, more);
    known = more;
  }
  known.access ??= join(decisions);
  return known.access;
}

function join(decisions: readonly OwnedDecision[]): Access {
  const allowed = (action: Action) =>
    decisions.length > 0 && decisions.every(({ decision }) => decision[action]);
  const access = { discover: allowed('discover'), pull: allowed('pull'), execute: allowed('execute') };
  const reasons = ACTIONS.filter((action) => !access[action]).flatMap((action) =>
    reasonsAgainst(action, access, decisions),
  );
  return Object.freeze({ ...access, reasons });
}

function reasonsAgainst(
  action: Action,
  access: Omit<Access, 'reasons'>,
  decisions: readonly OwnedDecision[],
): readonly DescribedReason[] {
  const against = decisions
    .filter(({ decision }) => !decision[action])
    .flatMap(({ owner, reasons, names, decision }) =>
      decision.reasons
        .filter((reason) => reason.action === action)
        .map(({ code, params }) =>
          decision === FAILED_DECISION
            ? describe(HOST, POLICY_FAILED, action, HOST_REASONS.POLICY_FAILED, { facility: owner }, names)
            : describeReason(owner, code, action, reasons, params, names),
        ),
    );
  return against.length > 0 ? inOneOrder(against) : [fallback(action, access)];
}

/** The texts of panfed's own reasons. */
export const HOST_REASONS = {
  DISCOVER_REQUIRED: { message: 'Needs discover, which is denied.', remedy: null },
  NOT_ALLOWED: { message: 'The policy does not allow this.', remedy: null },
  POLICY_FAILED: {
    message: 'The policy of {facility} could not judge this image, so it is denied.',
    remedy: 'Report it to the operators of this gateway; the fault is in the policy, not yours.',
  },
  PULL_REQUIRED: { message: 'Needs pull, which is denied.', remedy: null },
} as const satisfies ReasonTexts;

/** The reason where a module denies without one. */
function fallback(action: Action, access: Omit<Access, 'reasons'>): DescribedReason {
  const code =
    action === 'execute' && !access.pull
      ? 'PULL_REQUIRED'
      : action === 'pull' && !access.discover
        ? 'DISCOVER_REQUIRED'
        : 'NOT_ALLOWED';
  return describe(HOST, code, action, HOST_REASONS[code], {});
}

/** A reason as a person reads it, with the text that the policy of `owner` has for its code; without one, that of NOT_ALLOWED. */
export function describeReason(
  owner: string,
  code: string,
  action: Action,
  reasons: ReasonTexts,
  params: Readonly<Record<string, unknown>>,
  names: ReadonlyMap<string, string>,
): DescribedReason {
  return describe(
    owner,
    code,
    action,
    Object.hasOwn(reasons, code) ? reasons[code] : undefined,
    params,
    names,
  );
}

/** Where a module denies to execute without a reason. */
export const NOT_ALLOWED_THERE: DescribedReason = Object.freeze({
  ...{ code: 'NOT_ALLOWED', action: 'execute' as const, policy: HOST },
  ...HOST_REASONS.NOT_ALLOWED,
});

function describe(
  policy: string,
  code: string,
  action: Action,
  text: ReasonText | undefined,
  params: Readonly<Record<string, unknown>>,
  names: ReadonlyMap<string, string> = NO_NAMES,
): DescribedReason {
  const { message, remedy } = text ?? HOST_REASONS.NOT_ALLOWED;
  return {
    code,
    action,
    message: fill(message, params, names),
    remedy: statedRemedy(params) ?? (remedy === null ? null : fill(remedy, params, names)),
    policy,
  };
}

/** What the facility says of this image goes before what the policy says of all; null: it says nothing. */
function statedRemedy({ remedy }: Readonly<Record<string, unknown>>): string | null {
  const text = typeof remedy === 'string' ? inert(remedy.slice(0, BOUNDS.remedy).toWellFormed()).trim() : '';
  return text === '' ? null : text;
}

/** A text with its `{param}`s filled in; one that the decision does not have stays as it is. */
function fill(
  text: string,
  params: Readonly<Record<string, unknown>>,
  names: ReadonlyMap<string, string>,
): string {
  return text.replaceAll(/\{(\w+)\}/g, (whole, param: string) =>
    Object.hasOwn(params, param)
      ? written(params[param], FACILITY_PARAMS.has(param) ? names : NO_NAMES)
      : whole,
  );
}

function written(value: unknown, names: ReadonlyMap<string, string>): string {
  if (!Array.isArray(value)) {
    const text = String(value);
    return inert((names.get(text) ?? text).slice(0, VALUE_LENGTH).toWellFormed());
  }
  const shown = value
    .slice(0, VALUES)
    .map((one) => written(one, names))
    .join(', ');
  return value.length > VALUES ? `${shown}, …` : shown;
}

function inOneOrder(reasons: readonly DescribedReason[]): readonly DescribedReason[] {
  const byText = new Map(
    reasons.map((reason) => [
      JSON.stringify([reason.policy, reason.code, reason.message, reason.remedy]),
      reason,
    ]),
  );
  return [...byText].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, reason]) => reason);
}
