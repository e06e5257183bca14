// Many inputs to one module, and an answer to each. A batch that was ended by its deadline costs the one input that
// it was at; the others are tried again. How often, and how long in all, is bounded: the rest is then refused.
import type { WorkerPool } from './pool.ts';
import type { Answer, Failure } from './sandbox.ts';
import type { BatchResult, Compiled } from './worker.ts';

export interface Evaluation {
  readonly module: Compiled;
  /** An input is `before`, one of `inputs`, `after`: together JSON of well-formed strings. */
  readonly before: string;
  readonly inputs: readonly string[];
  readonly after: string;
  /** Of one answer's JSON, in UTF-16 code units. */
  readonly maximum: number;
  /** Whose records the inputs are: it has a turn after the other facilities'. Not given: no one facility's. */
  readonly facility?: string;
}

/**
 * Inputs of one batch, and their characters, whichever come first: a few milliseconds of a worker, so that everybody gets
 * their turn. An input of 32 KiB takes as long as a hundred usual ones.
 */
const BATCH = 96;
const BATCH_CHARACTERS = 65_536;
/** Workers that one evaluation may cost, or batches whose time went to instances that threw. */
const ENDS = 3;
/** Deadlines that one evaluation may take in all, of workers' time: as many large inputs as one registry may have. */
const DEADLINES = 30;

/**
 * One answer an input, in their order. Each evaluation has at most one batch a worker under way, so that a large one
 * does not keep others waiting. Rejects with NOT_READY where too much waits.
 */
export async function evaluate(pool: WorkerPool, evaluation: Evaluation): Promise<readonly Answer[]> {
  const run = new Run(pool, evaluation);
  const pools = Math.min(pool.threads, evaluation.inputs.length);
  await Promise.all(Array.from({ length: pools }, () => run.lane()));
  return run.answers();
}

class Run {
  readonly #pool: WorkerPool;
  readonly #evaluation: Evaluation;
  readonly #answers: (Answer | undefined)[];
  /** Indexes of inputs that no worker has had, the next one last. */
  readonly #waiting: number[];
  #ends = 0;
  #spent = 0;

  constructor(pool: WorkerPool, evaluation: Evaluation) {
    this.#pool = pool;
    this.#evaluation = evaluation;
    this.#answers = new Array(evaluation.inputs.length);
    this.#waiting = Array.from(evaluation.inputs.keys()).reverse();
  }

  /** Takes one batch after the other until none is left, or too much was spent. */
  async lane(): Promise<void> {
    while (this.#waiting.length > 0 && this.#affordable()) {
      const batch = this.#batch();
      const { before, inputs, after, module, maximum, facility } = this.#evaluation;
      const task = { module, before, inputs: batch.map((index) => inputs[index] ?? ''), after, maximum };
      const result = await this.#pool.evaluate({ ...task, patience: this.#patience }, facility);
      if ('endedAt' in result) this.#end(batch, result.endedAt, result.detail);
      else this.#take(batch, result);
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

  /** Milliseconds after which a batch leaves the rest of its inputs to another. */
  get #patience(): number {
    return this.#pool.deadline / 2;
  }

  #affordable(): boolean {
    return this.#ends <= ENDS && this.#spent <= DEADLINES * this.#pool.deadline;
  }

  #take(batch: readonly number[], { jsons, answers, failures, spent }: BatchResult): void {
    this.#spent += spent;
    // Another instance is made for each, which takes long where it has data to load.
    if (spent > this.#patience && failures.some(({ failure }) => failure === 'threw')) this.#ends++;
    for (const [position, answer] of answers.entries()) {
      const json = jsons[answer];
      if (json !== undefined) this.#answers[batch[position] ?? -1] = json;
    }
    for (const { input, failure, detail } of failures) {
      this.#answers[batch[input] ?? -1] = { failure, detail };
    }
    this.#again(batch.slice(answers.length));
  }

  #end(batch: readonly number[], endedAt: number, detail: string): void {
    this.#ends++;
    this.#spent += this.#pool.deadline;
    this.#answers[batch[endedAt] ?? -1] = { failure: 'deadline', detail };
    this.#again(batch.filter((_, position) => position !== endedAt));
  }

  #again(batch: readonly number[]): void {
    this.#waiting.push(...batch.toReversed());
  }
}
