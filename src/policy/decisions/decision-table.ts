// The decisions of one module for one class of subjects at one class of places, over the classes of records: one number
// for each class, so that a hundred thousand records are read in a loop. Tables are cached within a bound of bytes.
import { LRUCache } from 'lru-cache';
import type { MonotonicClock } from '../../model/clock.ts';
import type { Decision } from '../../model/decision.ts';
import { answering, paced } from '../../model/pace.ts';
import type { DecisionLog } from '../log/log.ts';
import { evaluate } from '../wasm/evaluator.ts';
import type { PolicyModule } from '../wasm/module.ts';
import type { WorkerPool } from '../wasm/pool.ts';
import type { Answer, Failure } from '../wasm/sandbox.ts';
import { DECISION_BOUNDS } from './answer.ts';
import { type ClassTable, type SnapshotClasses, UNJUDGEABLE } from './classes.ts';
import { FAILED_DECISION, type FailureLog, type PolicyCounters } from './failures.ts';
import { bytesOfDecision, SharedDecisions } from './shared-decisions.ts';
import type { SubjectProjection } from './subject-projection.ts';

/** One decision for each class of the snapshot, in the order of its `classes`. */
export interface SnapshotDecisions {
  readonly decisions: readonly Decision[];
  /** Whether some classes were not judged because all of them together took too long. */
  readonly incomplete: boolean;
  /** Milliseconds of the monotonic clock at which a failed one is to be tried again; null: none failed. */
  readonly retryAt: number | null;
}

/** Milliseconds for which an input that a module failed for is denied without another evaluation. */
const FAILURE_KEPT = 60_000;
/** The same for an input that was refused because others took too long: it was not evaluated yet. */
const REFUSAL_KEPT = 5_000;

const LABEL_DROPPED = 'a label that it reads was beyond the bounds, and dropped, when its image was crawled';

/** The share of the bytes of all tables that decisions in several of them may take. */
const SHARED_SHARE = 1 / 8;

export interface DecisionCacheOptions {
  readonly pool: WorkerPool;
  /** Bytes of all decisions, at most, as {@link DecisionCache.bytes} estimates them. */
  readonly bytes: number;
  readonly counters: PolicyCounters;
  readonly failures: FailureLog;
  readonly decisionLog: DecisionLog;
  readonly clock: MonotonicClock;
}

/**
 * Decision tables by module, subject and place; the least recently used are dropped first. An eighth of `bytes` is for
 * decisions that several tables have, and the rest for the tables; no module's are kept before {@link keepOnly} names it.
 */
export class DecisionCache {
  readonly #options: DecisionCacheOptions;
  readonly #kept: LRUCache<string, DecisionTable>;
  readonly #shared: SharedDecisions;
  #living: ReadonlySet<string> = new Set();

  /** Keeps nothing yet. */
  constructor(options: DecisionCacheOptions) {
    this.#options = options;
    const shared = Math.floor(options.bytes * SHARED_SHARE);
    this.#shared = new SharedDecisions(shared);
    this.#kept = new LRUCache({
      maxSize: options.bytes - shared,
      sizeCalculation: (decisionTable, key) => decisionTable.bytes + 2 * key.length,
    });
  }

  /** Bytes of the cached decisions, as this cache estimates them. */
  get bytes(): number {
    return this.#kept.calculatedSize + this.#shared.bytes;
  }

  /**
   * The module's decision for each class of a facility's snapshot: cached ones, and the others evaluated now. An input
   * that the module fails for is denied by {@link FAILED_DECISION}, and tried again after 60 s, or 5 s if it was not
   * evaluated. Rejects as {@link evaluate} does: with NOT_READY if too many evaluations wait, or if the engine is
   * closed, and with INTERNAL if a worker does not start.
   */
  async decide(
    module: PolicyModule,
    projection: SubjectProjection,
    facility: string,
    classes: SnapshotClasses,
  ): Promise<SnapshotDecisions> {
    // JSON has no raw line break, so keys are unique.
    const key = [module.compiled.key, classes.table.serial, projection.subject, projection.request].join(
      '\n',
    );
    let decisionTable = this.#kept.get(key);
    if (decisionTable === undefined) {
      decisionTable = new DecisionTable(module, projection, this.#shared, this.#options.clock);
      this.#keep(key, decisionTable);
    }
    const missing = classes.classes.filter((number) => !decisionTable.has(number));
    this.#options.counters.looked('decision', missing.length === 0);
    if (missing.length > 0) {
      await decisionTable.fill({ table: classes.table, facility }, missing, this.#options);
      // It grew, and the cache measures an entry only when it is added.
      this.#kept.delete(key);
      this.#keep(key, decisionTable);
      if (answering.due()) await answering.rest();
    }
    return decisionTable.read(classes.classes);
  }

  /** Drops, now and from now on, what modules other than these keys decided. */
  keepOnly(modules: ReadonlySet<string>): void {
    this.#living = modules;
    for (const [key, { module }] of this.#kept.entries()) if (!modules.has(module)) this.#kept.delete(key);
  }

  /** Drops what was decided for a time that is over; `time` is as `SubjectProjection.until`. */
  dropEnded(time: number): void {
    for (const [key, { until }] of this.#kept.entries()) {
      if (until !== null && until <= time) this.#kept.delete(key);
    }
  }

  #keep(key: string, decisionTable: DecisionTable): void {
    if (this.#living.has(decisionTable.module)) this.#kept.set(key, decisionTable);
  }
}

/** The table of the classes that are judged, and the facility whose records they are. */
interface AskedClasses {
  readonly table: ClassTable;
  readonly facility: string;
}

/** Does not refer to the class table, whose texts are larger than all decisions. */
class DecisionTable {
  readonly #module: PolicyModule;
  readonly #clock: MonotonicClock;
  readonly #projection: SubjectProjection;
  readonly #shared: SharedDecisions;
  readonly #holder = Symbol('a decision table');
  /** For each class of the class table, one more than the index into `#decisions`; 0: not known. */
  #of = new Uint32Array(0);
  readonly #decisions: Decision[] = [];
  readonly #indexes = new Map<Decision, number>();
  /** Classes that the module failed for → when they may be tried again, in milliseconds of the monotonic clock. */
  readonly #failed = new Map<number, number>();
  readonly #underWay = new Map<number, Promise<void>>();

  constructor(
    module: PolicyModule,
    projection: SubjectProjection,
    shared: SharedDecisions,
    clock: MonotonicClock,
  ) {
    this.#clock = clock;
    this.#module = module;
    this.#projection = projection;
    this.#shared = shared;
  }

  /** The key of the module that decides. */
  get module(): string {
    return this.#module.compiled.key;
  }

  /** See `SubjectProjection.until`. */
  get until(): number | null {
    return this.#projection.until;
  }

  /** Bytes of the numbers and the decisions, estimated. */
  get bytes(): number {
    const decisions = this.#decisions.reduce((sum, decision) => sum + bytesOfDecision(decision), 0);
    return 512 + this.#of.byteLength + decisions + 64 * this.#failed.size;
  }

  has(number: number): boolean {
    return (this.#of[number] ?? 0) !== 0 || (this.#failed.get(number) ?? 0) > this.#clock.monotonic();
  }

  read(numbers: Uint32Array): SnapshotDecisions {
    const now = this.#clock.monotonic();
    let retryAt: number | null = null;
    let incomplete = false;
    const decisions = Array.from(numbers, (number) => {
      const decision = this.#decisions[(this.#of[number] ?? 0) - 1];
      if (decision !== undefined) return decision;
      const failed = this.#failed.get(number);
      incomplete ||= failed === undefined;
      const until = failed ?? now;
      const next = until > now ? until : now + REFUSAL_KEPT;
      retryAt = Math.min(retryAt ?? next, next);
      return FAILED_DECISION;
    });
    return { decisions, incomplete, retryAt };
  }

  /** Evaluates these classes, each once however many requests need it meanwhile. */
  async fill(asked: AskedClasses, numbers: Uint32Array, options: DecisionCacheOptions): Promise<void> {
    const mine = numbers.filter((number) => !this.#underWay.has(number));
    const theirs = numbers.filter((number) => this.#underWay.has(number));
    const others = new Set(Array.from(theirs, (number) => this.#underWay.get(number)));
    if (mine.length > 0) {
      const evaluation = this.#evaluate(asked, mine, options).finally(() => {
        for (const number of mine) this.#underWay.delete(number);
      });
      for (const number of mine) this.#underWay.set(number, evaluation);
      others.add(evaluation);
    }
    await Promise.all(others);
    // A class refused there, because other classes of that snapshot took too long, is evaluated here.
    const refused = theirs.filter((number) => !this.has(number));
    if (refused.length > 0) await this.fill(asked, refused, options);
  }

  async #evaluate(asked: AskedClasses, all: Uint32Array, options: DecisionCacheOptions): Promise<void> {
    const { table, facility } = asked;
    const { pool, counters, failures, decisionLog } = options;
    const numbers = all.filter((number) => table.projections[number] !== UNJUDGEABLE);
    if (numbers.length < all.length) this.#refuse(asked, all, options);
    if (numbers.length === 0) return;
    const begun = this.#clock.monotonic();
    const { owner, revision, compiled } = this.#module;
    const records = Array.from(numbers, (number) => table.projections[number] ?? 'null');
    const answers = await evaluate(pool, {
      module: compiled,
      before: '{"record":',
      inputs: records,
      after: `,"subject":${this.#projection.subject},"request":${this.#projection.request}}`,
      maximum: DECISION_BOUNDS.json,
      facility,
    });
    const milliseconds = this.#clock.monotonic() - begun;
    counters.evaluated(owner, numbers.length, milliseconds);
    this.#grow(table.projections.length);
    const failed: Failure[] = [];
    const judged: Answer[] = [];
    await paced(numbers.entries(), answering, ([position, number]) => {
      const answer = answers[position] ?? { failure: 'refused', detail: '' };
      const failure = typeof answer === 'string' ? this.#keep(number, answer) : answer;
      judged.push(failure ?? answer);
      if (failure === null) return;
      failed.push(failure);
      if (failure.failure !== 'refused') this.#failed.set(number, this.#clock.monotonic() + FAILURE_KEPT);
    });
    failures.add(owner, revision, failed);
    decisionLog.decided({
      module: this.#module,
      projection: this.#projection,
      records,
      answers: judged,
      milliseconds,
    });
  }

  /** The module is not asked about records that lack a label which it reads. */
  #refuse({ table }: AskedClasses, numbers: Uint32Array, { failures }: DecisionCacheOptions): void {
    const { owner, revision } = this.#module;
    for (const number of numbers) {
      if (table.projections[number] !== UNJUDGEABLE) continue;
      this.#failed.set(number, this.#clock.monotonic() + FAILURE_KEPT);
      failures.add(owner, revision, [{ failure: 'undefined', detail: LABEL_DROPPED }]);
    }
  }

  /** Keeps a well-formed decision; any other answer is a failure. */
  #keep(number: number, json: string): Failure | null {
    const decision = this.#shared.of(json, this.#module, this.#holder);
    if (decision === null) {
      return {
        failure: 'malformed',
        detail: `not a complete, well-formed decision: ${json.slice(0, 256)}`,
      };
    }
    let index = this.#indexes.get(decision);
    if (index === undefined) {
      index = this.#decisions.push(decision) - 1;
      this.#indexes.set(decision, index);
    }
    this.#of[number] = index + 1;
    this.#failed.delete(number);
    return null;
  }

  #grow(size: number): void {
    if (this.#of.length >= size) return;
    const grown = new Uint32Array(size);
    grown.set(this.#of);
    this.#of = grown;
  }
}
