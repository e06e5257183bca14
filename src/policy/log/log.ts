// What the policy engine tells of its decisions, for whoever keeps a log of them. Telling costs the engine next to nothing:
// texts that it has anyway, by class and not by record.
import type { PolicyModule } from '../wasm/module.ts';
import type { Answer } from '../wasm/sandbox.ts';

/** What one module decided about classes of records that it had not judged for this asker before. */
export interface DecidedClasses {
  readonly module: PolicyModule;
  /** JSON of what the module reads of the subject and of the request: no more of a person ever came here. */
  readonly projection: { readonly subject: string; readonly request: string };
  /** JSON of what the module reads of the records of each class. */
  readonly records: readonly string[];
  /** For each class: JSON of a well-formed decision, or why there is none, so that it is denied. */
  readonly answers: readonly Answer[];
  /** How long judging took, waiting included. */
  readonly milliseconds: number;
}

/** What all modules together said of one snapshot for a class of askers. */
export interface JudgedSnapshot {
  readonly facility: string;
  readonly registry: string;
  readonly generation: string | null;
  readonly records: number;
  /** How many of the records each action is allowed for. */
  readonly discover: number;
  readonly pull: number;
  readonly execute: number;
  /** The modules that judged it, each with what it read of the asker; null: it did not load, and denied everything. */
  readonly modules: readonly {
    readonly owner: string;
    readonly judged: {
      readonly revision: string;
      readonly subject: string;
      readonly request: string;
      /** Milliseconds since the epoch at which it sees another time; null or left out: it reads none. */
      readonly until?: number | null;
    } | null;
  }[];
}

/** Neither method throws or waits: no answer is ever later for the log. */
export interface DecisionLog {
  decided(classes: DecidedClasses): void;
  /** A verdict was asked for, just made or kept. `verdict` is the same object while it is kept; `tell` says what it was. */
  used(verdict: object, tell: () => JudgedSnapshot): void;
}

export const NO_DECISION_LOG: DecisionLog = Object.freeze({ decided() {}, used() {} });
