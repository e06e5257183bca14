// Tries what modules would say of a record under other circumstances, by evaluating them in a worker: bounded in
// time, waiting for the worker included, and what was evaluated once is not evaluated again.
import { createHash } from 'node:crypto';
import { ACTIONS, type Action } from '../../model/decision.ts';
import { DECISION_BOUNDS, parseDecision } from '../decisions/answer.ts';
import type { PolicyModule } from '../wasm/module.ts';
import type { Ended } from '../wasm/pool.ts';
import type { BatchResult } from '../wasm/worker.ts';
import { type Case, type Circumstances, circumstancesJson, type ExplainContext, recordJson } from './case.ts';

/** Actions that are allowed. */
export type Allowed = ReadonlySet<Action>;

/** What the modules are given under some circumstances. */
export interface Given {
  /** Equal where no module can tell the circumstances apart. */
  readonly key: string;
  /** For each module. */
  readonly inputs: readonly { readonly key: string; readonly json: string }[];
}

export interface Trial {
  given(circumstances: Circumstances): Given;
  /**
   * What all modules allow, for each; null where one could not judge. null in all: there was no time left, or a module
   * ran away. Rejects with NOT_READY where too much waits.
   */
  allowed(all: readonly Given[]): Promise<readonly (Allowed | null)[] | null>;
  /** Whether there is no time left. */
  spent(): boolean;
}

const PATIENCE = 1_000;
/** Inputs that a worker is given at a time, so that everybody gets their turn. */
const BATCH = 128;

const NOTHING: Allowed = new Set();

/** All modules must allow; with none, nothing is. */
export function createTrial(
  { pool, counters, clock, patience = PATIENCE }: ExplainContext,
  modules: readonly PolicyModule[],
  { record }: Case,
): Trial {
  const until = clock.monotonic() + patience;
  const left = () => until - clock.monotonic();
  const benches = modules.map((module) => ({
    module,
    record: recordJson(module, record),
    /** By the key of an input: a hash, since a person of many groups makes long ones. */
    known: new Map<string, Allowed | null>(),
  }));
  type Bench = (typeof benches)[number];

  /** Half of the time that is left for waiting, and half for judging. */
  async function judge(
    { module, record }: Bench,
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

  async function evaluate(bench: Bench, inputs: Given['inputs']): Promise<boolean> {
    const missing = new Map(
      inputs.filter(({ key }) => !bench.known.has(key)).map(({ key, json }) => [key, json]),
    );
    while (missing.size > 0) {
      if (left() <= 0) return false;
      const batch = [...missing].slice(0, BATCH);
      const result = await judge(
        bench,
        batch.map(([, json]) => json),
      );
      if (result === null || 'endedAt' in result) return false;
      for (const [index, answer] of result.answers.entries()) {
        const [key = ''] = batch[index] ?? [];
        bench.known.set(key, allowedBy(result.jsons[answer]));
        missing.delete(key);
      }
    }
    return true;
  }

  return {
    given: (circumstances) => {
      const inputs = benches.map(({ module }) => {
        const json = circumstancesJson(module, circumstances);
        return { key: createHash('sha256').update(json).digest('base64'), json };
      });
      return { key: inputs.map(({ key }) => key).join(), inputs };
    },
    async allowed(all) {
      const answers = all.map((): Allowed | null => (benches.length === 0 ? NOTHING : new Set(ACTIONS)));
      for (const [position, bench] of benches.entries()) {
        const inputs = all.flatMap(({ inputs }) => inputs[position] ?? []);
        if (!(await evaluate(bench, inputs))) return null;
        for (const [index, { key }] of inputs.entries()) {
          answers[index] = both(answers[index] ?? null, bench.known.get(key) ?? null);
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
