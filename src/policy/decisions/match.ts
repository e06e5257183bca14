// The user's choices, as the preference module reads them: which of a field's values match. Kept by the whole question,
// so that it is the same answer as the module's, within a bound of bytes.

import { LRUCache } from 'lru-cache';
import type { MonotonicClock } from '../../model/clock.ts';
import { FederationError } from '../../model/errors.ts';
import type { MatchQuestion } from '../engine.ts';
import { evaluate } from '../wasm/evaluator.ts';
import type { PolicyModule } from '../wasm/module.ts';
import type { WorkerPool } from '../wasm/pool.ts';
import { parseIndexes } from './answer.ts';
import type { FailureLog, PolicyCounters } from './failures.ts';
import { wellFormedJson } from './projection.ts';

export interface MatcherOptions {
  readonly pool: WorkerPool;
  /** Bytes of the cached answers, at most, as {@link Matcher.bytes} estimates them. */
  readonly bytes: number;
  readonly counters: PolicyCounters;
  readonly failures: FailureLog;
  readonly clock: MonotonicClock;
}

/** Answers match questions by one preference module. The least recently used of its cached answers are dropped first. */
export class Matcher {
  readonly #module: PolicyModule | null;
  readonly #options: MatcherOptions;
  readonly #kept: LRUCache<string, readonly number[]>;
  readonly #underWay = new Map<string, Promise<readonly number[]>>();

  /** null: the module did not load, and every question is refused. */
  constructor(module: PolicyModule | null, options: MatcherOptions) {
    this.#module = module;
    this.#options = options;
    this.#kept = new LRUCache({
      maxSize: options.bytes,
      sizeCalculation: (indexes, question) => 256 + 2 * question.length + 8 * indexes.length,
    });
  }

  /** Bytes of the cached answers, as this cache estimates them. */
  get bytes(): number {
    return this.#kept.calculatedSize;
  }

  /** The questions that were answered most recently, newest first; at most `maximum`. */
  recent(maximum: number): readonly MatchQuestion[] {
    return [...this.#kept.keys()].slice(0, maximum).map((question) => JSON.parse(question));
  }

  /**
   * Indexes into `values`, ascending. Questions that are equal at a time are asked once, and a failure is not cached.
   * Rejects with POLICY_FAILED if the module did not load or cannot judge, and as {@link evaluate}
   * does: with NOT_READY if too many wait, or INTERNAL if a worker does not start.
   */
  async match({ field, choice, values }: MatchQuestion): Promise<readonly number[]> {
    if (this.#module === null) throw failed(field);
    const question = wellFormedJson({ field, choice, values });
    const kept = this.#kept.get(question);
    this.#options.counters.looked('match', kept !== undefined);
    if (kept !== undefined) return kept;
    let asking = this.#underWay.get(question);
    if (asking === undefined) {
      asking = this.#ask(this.#module, question, field, values.length).finally(() =>
        this.#underWay.delete(question),
      );
      this.#underWay.set(question, asking);
    }
    return asking;
  }

  async #ask(
    module: PolicyModule,
    question: string,
    field: string,
    values: number,
  ): Promise<readonly number[]> {
    const { pool, counters, failures, clock } = this.#options;
    const begun = clock.monotonic();
    const [answer = ''] = await evaluate(pool, {
      module: module.compiled,
      before: '',
      inputs: [question],
      after: '',
      // An index of at most seven digits, its comma, and the brackets.
      maximum: 8 * values + 2,
    });
    counters.evaluated(module.owner, 1, clock.monotonic() - begun);
    const indexes = typeof answer === 'string' ? parseIndexes(answer, values) : null;
    if (indexes === null) {
      const failure =
        typeof answer === 'string'
          ? { failure: 'malformed' as const, detail: `not indexes of values: ${answer.slice(0, 256)}` }
          : answer;
      failures.add(module.owner, module.revision, [failure]);
      throw failed(field);
    }
    this.#kept.set(question, indexes);
    return indexes;
  }
}

function failed(field: string): FederationError {
  return new FederationError(
    'POLICY_FAILED',
    `The preference policy could not judge the choice of ${field}.`,
    {
      hint: 'Report it to the operators of this gateway; the fault is in the policy, not in the question.',
    },
  );
}
