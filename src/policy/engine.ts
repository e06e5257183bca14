// The interface of the policy engine: for a Subject at a place, the records of each snapshot that they may discover,
// pull and execute; and the only way to a record that may be shown.

import type { Snapshot } from '../catalog/snapshot.ts';
import type { PreferenceField } from '../model/choices.ts';
import type { ComputeResource } from '../model/compute.ts';
import type { Access, Action, DescribedReason } from '../model/decision.ts';
import type { ErrorCode } from '../model/errors.ts';
import type { ImageRecord } from '../model/image.ts';
import type { Place, Subject } from '../model/subject.ts';
import type { Explanation } from './explain/explain-decision.ts';

/** A record that passed policy for the caller of this request. Made by {@link Verdict.reveal} alone. */
export type VisibleImage = ImageRecord & { readonly [passedPolicy]: true };
declare const passedPolicy: unique symbol;

/** A compute resource that the caller may know of. Made by {@link Policies.resources} alone. */
export type VisibleResource = ComputeResource & { readonly [passedResourcePolicy]: true };
declare const passedResourcePolicy: unique symbol;

/** A compute resource that the caller may know of, and whether they may send jobs to it. */
export interface ResourceAccess {
  readonly resource: VisibleResource;
  readonly use: boolean;
  /** Why not; empty: they may. */
  readonly reasons: readonly DescribedReason[];
}

/**
 * The decisions for one class of subjects at one place, over the snapshots that it was made for. It is the same object
 * for the whole class while nothing changes, so that what is derived from it can be cached with it, in a WeakMap. Its
 * methods throw a RangeError for other snapshots, except `wasJudged`.
 */
export interface Verdict {
  readonly snapshots: readonly Snapshot[];
  /** One bit for each record of `snapshot.records`, 32 in each word; its readers never write to it. */
  bits(snapshot: Snapshot, action: Action): Uint32Array;
  /** false: its records could not be judged in time for the subject, who for the moment is shown none of them. */
  wasJudged(snapshot: Snapshot): boolean;
  /** The number of records of the snapshot that may be discovered. */
  visibleCount(snapshot: Snapshot): number;
  /**
   * The record at `index` of `snapshot.records` as a visible image: the one place where a record becomes visible. null
   * if the subject may not discover it, and if there is no such record; the caller cannot distinguish the two.
   */
  reveal(snapshot: Snapshot, index: number): VisibleImage | null;
  /**
   * What the subject may do with an image, and the reasons against what it may not. This verdict revealed the image, or
   * another one did, such as that for the same person at another place. An image of no snapshot here is denied.
   */
  access(image: VisibleImage): Access;
}

/** The question which of a field's values match a choice; the preference module answers it. */
export interface MatchQuestion {
  readonly field: PreferenceField;
  readonly choice: readonly string[];
  readonly values: readonly string[];
}

/** Why a bundle did not come into force. */
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
  /** The refusal of the latest bundle, if it was refused; the bundle in force before stays. */
  readonly refused: PolicyRefusal | null;
}

/** The principal that long work is done for, and until when. */
export interface AskedBy {
  readonly principal: string;
  /** Aborts when nobody waits for the result any more. */
  readonly signal: AbortSignal;
}

/** The modules in force at one instant, and that instant. Each answer is judged by one of these wholly. */
export interface Policies {
  /**
   * The verdict for a subject at a place; null: at no place. A record that a module cannot judge is denied without an
   * error. Rejects with NOT_READY if too many evaluations wait, or if the engine is closed, and with INTERNAL if a
   * worker does not start.
   */
  decide(snapshots: readonly Snapshot[], subject: Subject, at: Place | null): Promise<Verdict>;
  /**
   * Indexes into `values`, ascending. Rejects with POLICY_FAILED if the module cannot judge the choice, else as {@link
   * decide} does.
   */
  match(question: MatchQuestion): Promise<readonly number[]>;
  /**
   * Those of the compute resources that the subject may know of, in their order. One that the federation's module cannot judge, or
   * all of them where it has no entry point for that, are not there. Rejects as {@link decide} does.
   */
  resources(resources: readonly ComputeResource[], subject: Subject): Promise<readonly ResourceAccess[]>;
  /**
   * Why each module, or the named owner's alone, decides about an image as it does; `at` null: at no place. The caller
   * must know whom it may show that to. Principals take turns. Rejects with NOT_READY if too many explanations wait, or
   * if the engine is closed; with INTERNAL if a worker does not start; with the signal's reason if that aborts before
   * the explanation began.
   */
  explain(
    image: VisibleImage,
    subject: Subject,
    at: Place | null,
    owner?: string,
    asked?: AskedBy,
  ): Promise<readonly Explanation[]>;
  /** Names of the labels that any of the modules reads. */
  labels(): ReadonlySet<string>;
  /** The status of each owner's module: the federation's, the preference module's, then the facilities'. */
  modules(): readonly PolicyModuleStatus[];
  /** The status of a facility's module; null if it has none. */
  facility(id: string): PolicyModuleStatus | null;
}

/**
 * The policies over time: its own methods answer by the policies in force at that instant, as {@link inForce} gives.
 */
export interface PolicyEngine extends Policies {
  /** The policies in force now, which stay the same for the request that holds them. */
  inForce(): Policies;
  /** Ends the workers; what still waits rejects with NOT_READY. */
  close(): Promise<void>;
}
