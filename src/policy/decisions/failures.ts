// What a module could not judge is denied, counted, and logged at a bounded rate: a policy that fails fails for many.

import type { Logger } from 'pino';
import type { MonotonicClock } from '../../model/clock.ts';
import { ACTIONS, type Decision } from '../../model/decision.ts';
import type { ErrorCode } from '../../model/errors.ts';
import type { FailureCause } from '../wasm/sandbox.ts';

/** Receives the numbers of the policies; `owner` is `federation`, `preference` or a facility's id. */
export interface PolicyCounters {
  /** Inputs that a module was given to judge, and the milliseconds that took, waiting included. */
  evaluated(owner: string, inputs: number, milliseconds: number): void;
  /** The same for explanations: their decisions are not cached, and a failure is reported to the caller. */
  explained(owner: string, inputs: number, milliseconds: number): void;
  /** Inputs that a module did not judge, which are denied therefore, or, of the preference module, refused. */
  failed(owner: string, cause: FailureCause, inputs: number): void;
  /** Whether cached decisions, bitsets or matches sufficed. */
  looked(cache: 'decision' | 'verdict' | 'match', found: boolean): void;
  /** Another revision came into force. */
  activated(owner: string): void;
  /** A revision was refused for the reason of `code`; the one in force stays. */
  refused(owner: string, code: ErrorCode): void;
}

/** Counts nothing. */
export const NO_COUNTERS: PolicyCounters = Object.freeze({
  evaluated() {},
  explained() {},
  failed() {},
  looked() {},
  activated() {},
  refused() {},
});

/** The code of the reason that stands for a module's failure. */
export const POLICY_FAILED = 'POLICY_FAILED';

/** Stands for the decision of a module that gave none: denies everything. */
export const FAILED_DECISION: Decision = Object.freeze({
  discover: false,
  pull: false,
  execute: false,
  reasons: Object.freeze(
    ACTIONS.map((action) => Object.freeze({ code: POLICY_FAILED, action, params: Object.freeze({}) })),
  ),
});

/** Milliseconds between two log lines about one owner. */
const QUIET = 10_000;

/** Counts failures, and logs at most one line for each owner in {@link QUIET} ms (10 s). */
export class FailureLog {
  readonly #logger: Logger;
  readonly #counters: PolicyCounters;
  readonly #clock: MonotonicClock;
  readonly #owners = new Map<string, { last: number; unsaid: number }>();

  /** Logs and counts nothing yet. */
  constructor(logger: Logger, counters: PolicyCounters, clock: MonotonicClock) {
    this.#clock = clock;
    this.#logger = logger;
    this.#counters = counters;
  }

  /**
   * Counts inputs that a module failed for, by their causes, and logs them, with the detail of the first, unless a line was
   * logged within {@link QUIET} ms: the next line says then how many it left out. No failure: does nothing.
   */
  add(owner: string, revision: string, failures: readonly { failure: FailureCause; detail: string }[]): void {
    const first = failures[0];
    if (first === undefined) return;
    const causes = new Map<FailureCause, number>();
    for (const { failure } of failures) causes.set(failure, (causes.get(failure) ?? 0) + 1);
    for (const [cause, inputs] of causes) this.#counters.failed(owner, cause, inputs);
    this.#say(owner, revision, causes, first.detail, failures.length);
  }

  #say(
    owner: string,
    revision: string,
    causes: ReadonlyMap<FailureCause, number>,
    detail: string,
    inputs: number,
  ) {
    const said = this.#owners.get(owner) ?? { last: Number.NEGATIVE_INFINITY, unsaid: 0 };
    this.#owners.set(owner, said);
    const now = this.#clock.monotonic();
    if (now - said.last < QUIET) {
      said.unsaid += inputs;
      return;
    }
    this.#logger.error(
      {
        code: POLICY_FAILED,
        owner,
        revision,
        causes: Object.fromEntries(causes),
        detail,
        unsaid: said.unsaid,
      },
      'a policy failed to judge some inputs; they are denied',
    );
    said.last = now;
    said.unsaid = 0;
  }
}
