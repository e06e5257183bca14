// Tries what modules would say of a record under other circumstances, by evaluating them in a worker: bounded in
// time, and what was evaluated once is not evaluated again.
import { ACTIONS, type Action } from '../../model/decision.ts';
import { DECISION_BOUNDS, parseDecision } from '../decisions.ts';
import type { PolicyModule } from '../module.ts';
import type { WorkerPool } from '../pool.ts';
import { type Case, type Circumstances, circumstancesJson, recordJson } from './case.ts';

/** Actions that are allowed. */
export type Allowed = ReadonlySet<Action>;

export interface Trial {
  /** Equal for circumstances that no module can tell apart. */
  key(circumstances: Circumstances): string;
  /**
   * What all modules allow, for each; null where one could not judge. null in all: the time is spent. Rejects with
   * NOT_READY where too much waits.
   */
  allowed(all: readonly Circumstances[]): Promise<readonly (Allowed | null)[] | null>;
}

/** Milliseconds that one search may take. */
const PATIENCE = 1_000;
/** Inputs that a worker is given at a time, so that everybody gets their turn. */
const BATCH = 128;

const NOTHING: Allowed = new Set();

/** All modules must allow; with none, nothing is. */
export function createTrial(pool: WorkerPool, modules: readonly PolicyModule[], { record }: Case): Trial {
  const until = performance.now() + PATIENCE;
  const benches = modules.map((module) => ({
    module,
    record: recordJson(module, record),
    known: new Map<string, Allowed | null>(),
  }));

  async function evaluate(bench: (typeof benches)[number], inputs: readonly string[]): Promise<boolean> {
    const missing = [...new Set(inputs)].filter((input) => !bench.known.has(input));
    for (let start = 0; start < missing.length; start += BATCH) {
      const left = until - performance.now();
      if (left <= 0) return false;
      const batch = missing.slice(start, start + BATCH);
      const result = await pool.evaluate({
        module: bench.module.compiled,
        before: `{"record":${bench.record},`,
        inputs: batch,
        after: '}',
        maximum: DECISION_BOUNDS.json,
        patience: left,
      });
      if ('endedAt' in result || result.answers.length < batch.length) return false;
      for (const [index, answer] of result.answers.entries()) {
        bench.known.set(batch[index] ?? '', allowedBy(result.jsons[answer]));
      }
    }
    return true;
  }

  return {
    key: (circumstances) => benches.map(({ module }) => circumstancesJson(module, circumstances)).join('\n'),
    async allowed(all) {
      const answers = all.map((): Allowed | null => (benches.length === 0 ? NOTHING : new Set(ACTIONS)));
      for (const bench of benches) {
        const inputs = all.map((circumstances) => circumstancesJson(bench.module, circumstances));
        if (!(await evaluate(bench, inputs))) return null;
        for (const [index, input] of inputs.entries()) {
          answers[index] = both(answers[index] ?? null, bench.known.get(input) ?? null);
        }
      }
      return answers;
    },
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
