// Tries what modules would decide about a record under other circumstances, by evaluating them in a worker: bounded in
// time, waiting for the worker included; no input is evaluated twice.
import { createHash } from 'node:crypto';
import { ACTIONS, type Action } from '../../model/decision.ts';
import { DECISION_BOUNDS, parseDecision } from '../decisions/answer.ts';
import type { PolicyModule } from '../wasm/module.ts';
import type { Ended } from '../wasm/pool.ts';
import type { BatchResult } from '../wasm/worker.ts';
import { type Case, type Circumstances, circumstancesJson, type ExplainContext, recordJson } from './case.ts';

/** The allowed actions. */
export type Allowed = ReadonlySet<Action>;

/** The inputs of the modules under some circumstances. */
export interface Given {
  /** Equal for circumstances that no module can distinguish. */
  readonly key: string;
  /** For each module. */
  readonly inputs: readonly { readonly key: string; readonly json: string }[];
}

export interface Trial {
  /** The inputs under these circumstances, and a key of them: the SHA-256 of each module's, in base64. */
  given(circumstances: Circumstances): Given;
  /**
   * For each, what all modules allow, which without a module is nothing; null: one could not judge. null as a whole: there was
   * no time left, or a module exceeded its deadline. Rejects with NOT_READY if too many evaluations wait, or the engine is
   * closed, and with INTERNAL if a worker does not start.
   */
  allowed(all: readonly Given[]): Promise<readonly (Allowed | null)[] | null>;
  /** Whether no time is left. */
  spent(): boolean;
}

/** Milliseconds. */
const PATIENCE = 1_000;
/** Inputs in one batch, so that other work gets its turn. */
const BATCH = 128;

const NOTHING: Allowed = new Set();

/**
 * A trial by these modules, all of which must allow; without modules, nothing is allowed. Its time,
 * `patience` milliseconds (1,000 by default), begins now; `allowed` gives null once it is spent, and rejects
 * as {@link WorkerPool.evaluate} does, with NOT_READY or INTERNAL. It gives null, too, where a module
 * exceeded its deadline.
 */
export function createTrial(
  { pool, counters, clock, patience = PATIENCE }: ExplainContext,
  modules: readonly PolicyModule[],
  { record }: Case,
): Trial {
  const until = clock.monotonic() + patience;
  const left = () => until - clock.monotonic();
  const trials = modules.map((module) => ({
    module,
    record: recordJson(module, record),
    /** By the key of an input: a hash, since a person with many groups makes long ones. */
    known: new Map<string, Allowed | null>(),
  }));
  type ModuleTrial = (typeof trials)[number];

  /** Half of the remaining time is for waiting, and half for judging. */
  async function judge(
    { module, record }: ModuleTrial,
    inputs: readonly string[],
  ): Promise<BatchResult | Ended | null> {
    const begun = clock.monotonic();
    const result = await pool.evaluateWithin(left() / 2, {
      module: module.compiled,
      before: `{"record":${record},`,
      inputs,
      after: '}',
      maximum: DECISION_BOUNDS.json,
      patience: left() / 2,
    });
    const judged = result === null || 'endedAt' in result ? 0 : result.answers.length;
    counters?.explained(module.owner, judged, clock.monotonic() - begun);
    return result;
  }

  async function evaluate(trial: ModuleTrial, inputs: Given['inputs']): Promise<boolean> {
    const missing = new Map(
      inputs.filter(({ key }) => !trial.known.has(key)).map(({ key, json }) => [key, json]),
    );
    while (missing.size > 0) {
      if (left() <= 0) return false;
      const batch = [...missing].slice(0, BATCH);
      const result = await judge(
        trial,
        batch.map(([, json]) => json),
      );
      if (result === null || 'endedAt' in result) return false;
      for (const [index, answer] of result.answers.entries()) {
        const [key = ''] = batch[index] ?? [];
        trial.known.set(key, allowedBy(result.jsons[answer]));
        missing.delete(key);
      }
    }
    return true;
  }

  return {
    given: (circumstances) => {
      const inputs = trials.map(({ module }) => {
        const json = circumstancesJson(module, circumstances);
        return { key: createHash('sha256').update(json).digest('base64'), json };
      });
      return { key: inputs.map(({ key }) => key).join(), inputs };
    },
    async allowed(all) {
      const answers = all.map((): Allowed | null => (trials.length === 0 ? NOTHING : new Set(ACTIONS)));
      for (const [position, trial] of trials.entries()) {
        const inputs = all.flatMap(({ inputs }) => inputs[position] ?? []);
        if (!(await evaluate(trial, inputs))) return null;
        for (const [index, { key }] of inputs.entries()) {
          answers[index] = both(answers[index] ?? null, trial.known.get(key) ?? null);
        }
      }
      return answers;
    },
    spent: () => left() <= 0,
  };
}

function allowedBy(json: string | undefined): Allowed | null {
  const decision = json === undefined ? null : parseDecision(json);
  return decision === null ? null : new Set(ACTIONS.filter((action) => decision[action]));
}

function both(some: Allowed | null, others: Allowed | null): Allowed | null {
  if (some === null || others === null) return null;
  return new Set([...some].filter((action) => others.has(action)));
}
