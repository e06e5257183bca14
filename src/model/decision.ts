// Decisions: what a Subject may do with an image, and the reasons against it.

/** What may be done with an image; each action includes those before it. */
export const ACTIONS = ['discover', 'pull', 'execute'] as const;
export type Action = (typeof ACTIONS)[number];

/** The keys of a module's answer: it has each of them, and no other. */
export const DECISION_KEYS = [...ACTIONS, 'reasons'] as const;

/** One reason against an action, as a module gives it. */
export interface Reason {
  readonly code: string;
  readonly action: Action;
  readonly params: Readonly<Record<string, unknown>>;
}

/** A module's answer. Well-formed only if execute ⇒ pull ⇒ discover. */
export interface Decision {
  readonly discover: boolean;
  readonly pull: boolean;
  readonly execute: boolean;
  readonly reasons: readonly Reason[];
}

/** A reason as a person reads it: message and remedy from the policy's annotations, and the owner of the policy. */
export interface DescribedReason {
  readonly code: string;
  readonly action: Action;
  readonly message: string;
  readonly remedy: string | null;
  /** `federation`, a facility's id, or `panfed` for what the host itself denied. */
  readonly policy: string;
}

/** What a person may do with an image, by all policies together. execute ⇒ pull ⇒ discover. */
export interface Access {
  readonly discover: boolean;
  readonly pull: boolean;
  readonly execute: boolean;
  readonly reasons: readonly DescribedReason[];
}
