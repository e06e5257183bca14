// What the policy engine reports of its decisions to a log. Reporting costs the engine almost nothing: texts that it
// has anyway, by class and not by record.
import type { PolicyModule } from '../wasm/module.ts';
import type { Answer } from '../wasm/sandbox.ts';

/** What one module decided about classes of records that it had not judged for this subject before. */
export interface DecidedClasses {
  readonly module: PolicyModule;
  /** JSON of what the module reads of the subject and of the request: nothing else about a person gets here. */
  readonly projection: { readonly subject: string; readonly request: string };
  /** JSON of what the module reads of the records of each class. */
  readonly records: readonly string[];
  /** For each class: JSON of a well-formed decision, or why there is none, in which case it is denied. */
  readonly answers: readonly Answer[];
  /** Duration of judging, waiting included. */
  readonly milliseconds: number;
}

/** The joint verdict of all modules on one snapshot for a class of subjects. */
export interface JudgedSnapshot {
  readonly facility: string;
  readonly registry: string;
  readonly generation: string | null;
  readonly records: number;
  /** The number of records that each action is allowed for. */
  readonly discover: number;
  readonly pull: number;
  readonly execute: number;
  /**
   * The modules that judged it, each with what it read of the subject; null: it did not load, and denied everything.
   */
  readonly modules: readonly {
    readonly owner: string;
    readonly judged: {
      readonly revision: string;
      readonly subject: string;
      readonly request: string;
      /** Milliseconds since the epoch at which it sees another time; null or undefined: it does not read the time. */
      readonly until?: number | null;
    } | null;
  }[];
}

/** Receives decisions. Neither method throws or waits: the log never delays an answer. */
export interface DecisionLog {
  /** A module decided about classes that it had not judged for this subject before. */
  decided(classes: DecidedClasses): void;
  /**
   * A verdict, new or cached, was used. `verdict` is the same object while it is cached; `describe` gives its content.
   */
  used(verdict: object, describe: () => JudgedSnapshot): void;
}

/** Logs nothing. */
export const NO_DECISION_LOG: DecisionLog = Object.freeze({ decided() {}, used() {} });
