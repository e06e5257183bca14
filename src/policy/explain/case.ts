// What is explained: one record, one person, one place; and how each module sees them, so that what is told of a
// decision is what the module was given and no more.

import type { FacilityConfig } from '../../config/facility.ts';
import type { MonotonicClock } from '../../model/clock.ts';
import type { ImageRecord } from '../../model/image.ts';
import type { Place, Subject } from '../../model/subject.ts';
import type { PolicyCounters } from '../decisions/failures.ts';
import { recordInput } from '../decisions/input.ts';
import { projectSubject } from '../decisions/subject-projection.ts';
import type { PolicyModule } from '../wasm/module.ts';
import type { WorkerPool } from '../wasm/pool.ts';

/** The subject, the place where they mean to run the image, and the time. */
export interface Circumstances {
  readonly subject: Subject;
  readonly at: Place | null;
  /** Milliseconds since the epoch. */
  readonly time: number;
}

export interface Case extends Circumstances {
  readonly record: ImageRecord;
}

/** One owner's module; null: it did not load. */
export interface OwnedModule {
  readonly owner: string;
  readonly module: PolicyModule | null;
}

export interface ExplainContext {
  readonly pool: WorkerPool;
  /** The facilities of federation.yaml: whose member a person may be, and the places that may be named. */
  readonly facilities: readonly FacilityConfig[];
  /** Values that a change may try beside those of the input and the decision: texts of the policy's sources. */
  readonly hints?: readonly string[];
  /** Milliseconds that one search for the nearest change may take; 1,000 by default. */
  readonly patience?: number;
  readonly clock: MonotonicClock;
  /** Where its evaluations are counted, if anywhere. */
  readonly counters?: Pick<PolicyCounters, 'explained'>;
}

/**
 * `input.record` of a module as JSON (RFC 8259), only what it reads: the part of the input that a search does not
 * change.
 */
export function recordJson({ projection }: PolicyModule, record: ImageRecord): string {
  return projection.record(recordInput(record));
}

/**
 * The members `subject` and `request` of the input as JSON (RFC 8259), without braces, only what the module reads: the
 * part that a search changes. Throws as {@link projectSubject} does.
 */
export function circumstancesJson(module: PolicyModule, { subject, at, time }: Circumstances): string {
  const projection = projectSubject(module, subject, at, time);
  return `"subject":${projection.subject},"request":${projection.request}`;
}

/** The whole `input` of a module, as JSON (RFC 8259): only what it reads. Throws as {@link projectSubject} does. */
export function inputJson(module: PolicyModule, { record, ...circumstances }: Case): string {
  return `{"record":${recordJson(module, record)},${circumstancesJson(module, circumstances)}}`;
}
