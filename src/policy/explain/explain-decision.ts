// Explains a module's decision from its WASM alone: its input, its answer, and what would have to be different about
// the person or the place.
import { ACTIONS, type Access } from '../../model/decision.ts';
import { DECISION_BOUNDS, parseDecision } from '../decisions/answer.ts';
import { FAILED_DECISION } from '../decisions/failures.ts';
import { accessOf, type OwnedDecision } from '../decisions/reasons.ts';
import { evaluate } from '../wasm/evaluator.ts';
import type { PolicyModule } from '../wasm/module.ts';
import { type Case, type ExplainContext, inputJson, type OwnedModule, recordJson } from './case.ts';
import { changesOf } from './changes.ts';
import { nearestWays, type Way } from './nearest.ts';
import { createTrial } from './trial.ts';

/** The joint decision of the modules, and what would make all of them allow. */
export interface WholeExplanation {
  readonly access: Access;
  /** Ways to the actions that are denied; none for an action that no tried change, or pair of changes, would allow. */
  readonly nearest: readonly Way[];
}

/** The same for one module alone. */
export interface Explanation extends WholeExplanation {
  /** `federation`, or a facility's id. */
  readonly owner: string;
  /** null: the module did not load, and denies. */
  readonly revision: string | null;
  /** JSON of the module's input: only what it reads; null: it did not load. */
  readonly input: string | null;
}

/**
 * One judge's explanation: its revision and `input` (both null for a module that did not load), what it allows, and the
 * nearest ways to what it denies; its module is evaluated anew, and no cache is used. The search is bounded by
 * `context.patience` milliseconds (1,000 by default). Rejects as {@link evaluate} does: with NOT_READY if too many
 * evaluations wait, or if the engine is closed, and with INTERNAL if a worker does not start.
 */
export async function explain(owned: OwnedModule, of: Case, context: ExplainContext): Promise<Explanation> {
  const { owner, module } = owned;
  return {
    owner,
    revision: module?.revision ?? null,
    input: module === null ? null : inputJson(module, of),
    ...(await explainWhole([owned], of, context)),
  };
}

/**
 * What all modules joined by *and* allow, as the gateway joins them, and the nearest ways to what they deny; no ways
 * where a module did not load or could not judge. Without modules nothing is allowed. Bounds and errors as {@link
 * explain}: `context.patience` milliseconds; NOT_READY and INTERNAL.
 */
export async function explainWhole(
  ownedModules: readonly OwnedModule[],
  of: Case,
  context: ExplainContext,
): Promise<WholeExplanation> {
  const decisions = await Promise.all(ownedModules.map((owned) => decisionOf(owned, of, context)));
  const access = accessOf(decisions);
  const denied = ACTIONS.filter((action) => !access[action]);
  const modules = ownedModules.flatMap(({ module }) => module ?? []);
  // No change of a person helps if a module does not load, or could not judge.
  const failed = decisions.some(({ decision }) => decision === FAILED_DECISION);
  if (denied.length === 0 || failed) return { access, nearest: [] };
  const changes = changesOf(of, {
    owner: of.record.facility,
    facilities: context.facilities,
    texts: [...textsKnown(modules, decisions, of), ...(context.hints ?? [])],
  });
  return { access, nearest: await nearestWays(createTrial(context, modules, of), of, denied, changes) };
}

/**
 * The joint decision of all modules alone, without a search; without modules nothing is allowed. A module that did not
 * load, or cannot judge, denies. Rejects as {@link explain} does, with NOT_READY or INTERNAL.
 */
export async function decide(
  ownedModules: readonly OwnedModule[],
  of: Case,
  context: ExplainContext,
): Promise<Access> {
  return accessOf(await Promise.all(ownedModules.map((owned) => decisionOf(owned, of, context))));
}

async function decisionOf(
  { owner, module }: OwnedModule,
  of: Case,
  { pool, facilities, counters, clock }: ExplainContext,
): Promise<OwnedDecision> {
  const names = new Map(facilities.map(({ id, name }) => [id, name]));
  if (module === null) return { owner, reasons: {}, names, decision: FAILED_DECISION };
  const begun = clock.monotonic();
  const [answer] = await evaluate(pool, {
    module: module.compiled,
    before: '',
    inputs: [inputJson(module, of)],
    after: '',
    maximum: DECISION_BOUNDS.json,
  });
  counters?.explained(owner, 1, clock.monotonic() - begun);
  const decision = typeof answer === 'string' ? parseDecision(answer) : null;
  return { owner, reasons: module.reasons, names, decision: decision ?? FAILED_DECISION };
}

/** Texts in the modules' view of the record, and in the params of their reasons. */
function textsKnown(
  modules: readonly PolicyModule[],
  decisions: readonly OwnedDecision[],
  { record }: Case,
): readonly string[] {
  return [
    ...decisions.flatMap(({ decision }) => decision.reasons.flatMap(({ params }) => [...textsIn(params)])),
    ...modules.flatMap((module) => [...textsIn(JSON.parse(recordJson(module, record)))]),
  ];
}

function* textsIn(value: unknown): Generator<string> {
  if (typeof value === 'string') yield value;
  else if (value !== null && typeof value === 'object') {
    for (const below of Object.values(value)) yield* textsIn(below);
  }
}
