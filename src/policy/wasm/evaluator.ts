// Evaluates many inputs by one module, with an answer to each. A batch that its deadline ended costs the one input that
// was being evaluated; the others are tried again. The number of tries and the total time are bounded; the rest is
// refused.
import type { WorkerPool } from './pool.ts';
import type { Answer, Failure } from './sandbox.ts';
import type { BatchResult, Compiled } from './worker.ts';

export interface Evaluation {
  readonly module: Compiled;
  /** An input is `before`, one of `inputs`, `after`: together JSON of well-formed strings. */
  readonly before: string;
  readonly inputs: readonly string[];
  readonly after: string;
  /** Another entry point of the module than its own. */
  readonly entrypoint?: string;
  /** UTF-16 code units of one answer's JSON, at most. */
  readonly maximum: number;
  /** The facility whose records the inputs are, in whose turn they run; undefined: they concern no single facility. */
  readonly facility?: string;
}

/**
 * Inputs of one batch, and their characters, whichever is reached first: a few milliseconds of a worker, so that all
 * requests get their turn. An input of 32 KiB takes as long as a hundred usual ones.
 */
const BATCH = 96;
const BATCH_CHARACTERS = 65_536;
/** Workers that one evaluation may end, or batches whose time instances that threw took. */
const ENDS = 3;
/** Workers' time for one evaluation, in deadlines: as many large inputs as one registry may have. */
const DEADLINES = 30;

/**
 * One answer for each input, in their order. An evaluation runs at most one batch, of 96 inputs or 65,536 UTF-16 units,
 * in each worker, so that a large one does not delay others. What exceeds a bound of time, memory or length is answered
 * by a failure. Rejects as {@link WorkerPool.evaluate} does: with NOT_READY if too many batches wait, or if the engine
 * is closed, and with INTERNAL if a worker does not start.
 */
export async function evaluate(pool: WorkerPool, evaluation: Evaluation): Promise<readonly Answer[]> {
  const run = new Run(pool, evaluation);
  const pools = Math.min(pool.threads, evaluation.inputs.length);
  await Promise.all(Array.from({ length: pools }, () => run.runBatches()));
  return run.answers();
}

class Run {
  readonly #pool: WorkerPool;
  readonly #evaluation: Evaluation;
  readonly #answers: (Answer | undefined)[];
  /** Indexes of inputs that are not evaluated yet, the next one last. */
  readonly #waiting: number[];
  #ends = 0;
  #spent = 0;

  constructor(pool: WorkerPool, evaluation: Evaluation) {
    this.#pool = pool;
    this.#evaluation = evaluation;
    this.#answers = new Array(evaluation.inputs.length);
    this.#waiting = Array.from(evaluation.inputs.keys()).reverse();
  }

  /** Runs one batch after the other until none is left, or too much time was spent. */
  async runBatches(): Promise<void> {
    while (this.#waiting.length > 0 && this.#affordable()) {
      const batch = this.#batch();
      const { before, inputs, after, module, maximum, facility, entrypoint } = this.#evaluation;
      const task = {
        ...{ module, before, inputs: batch.map((index) => inputs[index] ?? ''), after },
        ...{ maximum, entrypoint },
      };
      const result = await this.#pool.evaluate({ ...task, patience: this.#patience }, facility);
      if ('endedAt' in result) this.#end(batch, result.endedAt, result.detail);
      else this.#record(batch, result);
    }
  }

  #batch(): number[] {
    const { inputs } = this.#evaluation;
    const waiting = this.#waiting;
    let count = 0;
    for (let characters = 0; count < Math.min(BATCH, waiting.length); count++) {
      characters += inputs[waiting[waiting.length - 1 - count] ?? -1]?.length ?? 0;
      if (count > 0 && characters > BATCH_CHARACTERS) break;
    }
    return waiting.splice(-count).reverse();
  }

  answers(): readonly Answer[] {
    const refused: Failure = { failure: 'refused', detail: 'other inputs of this module took too long' };
    return Array.from(this.#answers, (answer) => answer ?? refused);
  }

  /** Milliseconds after which a batch leaves the rest of its inputs to the next one. */
  get #patience(): number {
    return this.#pool.deadline / 2;
  }

  #affordable(): boolean {
    return this.#ends <= ENDS && this.#spent <= DEADLINES * this.#pool.deadline;
  }

  #record(batch: readonly number[], { jsons, answers, failures, spent }: BatchResult): void {
    this.#spent += spent;
    // Each of them needs a new instance, which takes long if it has data to load.
    if (spent > this.#patience && failures.some(({ failure }) => failure === 'threw')) this.#ends++;
    for (const [position, answer] of answers.entries()) {
      const json = jsons[answer];
      if (json !== undefined) this.#answers[batch[position] ?? -1] = json;
    }
    for (const { input, failure, detail } of failures) {
      this.#answers[batch[input] ?? -1] = { failure, detail };
    }
    this.#retry(batch.slice(answers.length));
  }

  #end(batch: readonly number[], endedAt: number, detail: string): void {
    this.#ends++;
    this.#spent += this.#pool.deadline;
    this.#answers[batch[endedAt] ?? -1] = { failure: 'deadline', detail };
    this.#retry(batch.filter((_, position) => position !== endedAt));
  }

  #retry(batch: readonly number[]): void {
    this.#waiting.push(...batch.toReversed());
  }
}
