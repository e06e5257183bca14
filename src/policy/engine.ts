// What the policy engine gives to the rest: for a Subject at a place, which records of each snapshot they may
// discover, pull and execute; and the only way to a record that may be shown.

import type { Snapshot } from '../catalog/snapshot.ts';
import type { PreferenceField } from '../model/choices.ts';
import type { Access, Action } from '../model/decision.ts';
import type { ErrorCode } from '../model/errors.ts';
import type { ImageRecord } from '../model/image.ts';
import type { Place, Subject } from '../model/subject.ts';
import type { Explanation } from './explain/explain.ts';

/** A record that passed policy for the caller of this request. Made by {@link Verdict.reveal} alone. */
export type VisibleImage = ImageRecord & { readonly [passedPolicy]: true };
declare const passedPolicy: unique symbol;

/**
 * The decisions for one subject class at one place, over the snapshots that it was made for. It is the same object for
 * all of a class while nothing changed, so that what is derived from it can be kept with it, in a WeakMap.
 */
export interface Verdict {
  readonly snapshots: readonly Snapshot[];
  /** One bit a record of `snapshot.records`, 32 a word; never written to by its readers. */
  bits(snapshot: Snapshot, action: Action): Uint32Array;
  /** false: its records could not be judged in time for who asks, who for the moment is shown none of them. */
  wasJudged(snapshot: Snapshot): boolean;
  /** How many records of the snapshot may be discovered. */
  visibleCount(snapshot: Snapshot): number;
  /** null unless the record may be discovered. */
  reveal(snapshot: Snapshot, index: number): VisibleImage | null;
  /** Of an image that this verdict revealed, or another one did: for the same person at another place. */
  access(image: VisibleImage): Access;
}

/** Which of a field's values match a choice, by the preference module. */
export interface MatchQuestion {
  readonly field: PreferenceField;
  readonly choice: readonly string[];
  readonly values: readonly string[];
}

/** What came to be in force, and is not. */
export interface PolicyRefusal {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly code: ErrorCode;
  readonly message: string;
}

export interface PolicyModuleStatus {
  readonly owner: string;
  readonly status: 'ACTIVE' | 'FAILED';
  readonly revision: string | null;
  /** Milliseconds since the epoch. */
  readonly activated: number | null;
  /** `metadata.version` of the lab's own source that it was built from; null: it was not. */
  readonly version: number | null;
  /** Id of the key that signed that source. */
  readonly signer: string | null;
  /** Of what came last, if it did not come into force; what was in force before it still is. */
  readonly refused: PolicyRefusal | null;
}

/** For whom long work is done, and until when. */
export interface AskedBy {
  readonly principal: string;
  /** Aborts when nobody waits for it any more. */
  readonly signal: AbortSignal;
}

/** The modules in force at one instant, and that instant. Whatever is answered is judged by one of these wholly. */
export interface Policies {
  /** What a module cannot judge is denied, and no error. Rejects with NOT_READY where too much waits, or it is closed. */
  decide(snapshots: readonly Snapshot[], subject: Subject, at: Place | null): Promise<Verdict>;
  /** Indexes into `values`. Rejects with POLICY_FAILED where the module cannot judge the choice. */
  match(question: MatchQuestion): Promise<readonly number[]>;
  /**
   * Why each module decides as it does of an image, or the named owner's alone; whom it may be told is for the caller of
   * this to know. Takes turns between principals. Rejects with NOT_READY where too much waits, or it is closed; with the
   * signal's reason where that aborts before its turn.
   */
  explain(
    image: VisibleImage,
    subject: Subject,
    at: Place | null,
    owner?: string,
    asked?: AskedBy,
  ): Promise<readonly Explanation[]>;
  modules(): readonly PolicyModuleStatus[];
  /** The status of a facility's module; null where it has none. */
  facility(id: string): PolicyModuleStatus | null;
}

/** The policies over time; asked itself, it answers by those in force at that instant, which {@link inForce} captures. */
export interface PolicyEngine extends Policies {
  inForce(): Policies;
  close(): Promise<void>;
}
